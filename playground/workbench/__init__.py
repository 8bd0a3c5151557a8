"""The form of one model: what was sent, what is wrong with it, what it would cost, and the form again."""
