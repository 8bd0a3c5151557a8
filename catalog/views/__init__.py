"""Pages of the catalog: the same for every visitor, answered from the snapshot, no session and no database."""
