"""What is kept of runs: their rows, a visitor's list of them, files of them, and copies for others."""
