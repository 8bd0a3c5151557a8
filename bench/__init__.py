"""Measures the site, alone and beside its peers: `make bench`, `make bench-peers`. Nothing of it is part of the site.

`catalogs` makes models by variation, `loading` puts them into tables, `flat` into one for Datasette. `servers` starts what
is measured on one core, `processes` reads its CPU and memory; `wrk`, `fake_gateway` and `visitor` are the other side, on
the other core. `pages`, `streams`, `start` and `rebuild` measure; `report` writes docs/performance.md.
"""
