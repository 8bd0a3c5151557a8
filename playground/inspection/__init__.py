"""What a run shows: its answer, what lies behind it, what it cost, and how two of them differ."""
