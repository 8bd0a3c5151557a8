"""What sources and people say of models, and the rows that follow from it."""
