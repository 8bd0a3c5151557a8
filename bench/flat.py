"""The same models as one table, as a Datasette site would have them: indexes for sorts and facets, a full-text index.

Read from a Modelry database, so that both have the same rows.
"""

import sqlite3
from pathlib import Path

TABLE = """
CREATE TABLE model (
    id INTEGER PRIMARY KEY, slug TEXT UNIQUE NOT NULL, provider TEXT NOT NULL, name TEXT NOT NULL, description TEXT NOT NULL,
    family TEXT NOT NULL, modality TEXT, released TEXT, context INTEGER, price REAL, output_price REAL, status TEXT NOT NULL,
    open_weights INTEGER, capabilities TEXT NOT NULL
);
"""
ROWS = """
INSERT INTO model
SELECT m.id, m.slug, p.slug, m.name, m.description, m.family, m.modality, m.released, m.context_window, i.amount, o.amount,
    m.status, m.open_weights,
    (SELECT json_group_array(key) FROM json_each(m.capabilities) WHERE value)
FROM source.catalog_model m
JOIN source.catalog_provider p ON p.id = m.provider_id
LEFT JOIN source.catalog_price i
    ON i.model_id = m.id AND i.meter = 'input_tokens' AND i.condition = '' AND i.valid_to IS NULL
LEFT JOIN source.catalog_price o
    ON o.model_id = m.id AND o.meter = 'output_tokens' AND o.condition = '' AND o.valid_to IS NULL
WHERE m.listed;
"""
INDEXED = ("provider", "family", "modality", "released", "context", "price", "status")
SEARCHED = """
CREATE VIRTUAL TABLE model_fts USING fts5(name, slug, provider, family, description, content='model', content_rowid='id');
INSERT INTO model_fts(model_fts) VALUES ('rebuild');
ANALYZE;
"""


def write(catalog: Path, file: Path) -> None:
    """Makes `file` anew from the Modelry database `catalog`."""
    file.unlink(missing_ok=True)
    database = sqlite3.connect(file, isolation_level=None)
    try:
        database.execute("ATTACH ? AS source", (str(catalog),))
        database.executescript(TABLE + ROWS)
        for column in INDEXED:
            database.execute(f"CREATE INDEX model_{column} ON model ({column})")
        database.executescript(SEARCHED)
    finally:
        database.close()
