"""What changed in the catalog, as pages and programs ask for it. It never says which person made an edit."""
