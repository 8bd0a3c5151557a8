"""What a call or a month of calls costs, and how prices went."""
