"""One prompt for several models: the form of their columns, their runs together, and who was fastest and cheapest."""
