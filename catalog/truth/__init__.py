"""How far a shown fact may be believed: whose it is, who disagrees, what was seen to be so."""
