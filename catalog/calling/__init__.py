"""How a model is called: examples, schemas, code, files to try with."""
