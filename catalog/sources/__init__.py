"""One module a source: each turns that source's raw file into claims about models, without network or database."""
