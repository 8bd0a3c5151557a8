"""Browse: a query string becomes a `Query`, and the index answers it with models and facet counts."""
