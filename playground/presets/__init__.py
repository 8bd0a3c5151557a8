"""Presets: what may be kept as one, its file, the form that it makes, and the examples that come along."""
