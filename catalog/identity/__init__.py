"""Which names mean the same model."""
