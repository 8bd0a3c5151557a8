"""The catalog's facts as programs take them: JSON, CSV, Markdown, Atom, OpenAPI, llms.txt."""
