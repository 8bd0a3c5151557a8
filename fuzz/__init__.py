"""Tries to break the site at random: requests, streams cut anywhere, foreign texts in pages, gateways that misbehave.

`make fuzz` and `make soak` run it whole, the suite a little of each. It knows the site from outside, but for the readers and
templates that it feeds, and uses what the tests have of hostile things.
"""
