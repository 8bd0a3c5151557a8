"""All of a site in one file, and a site from such a file.

The database as it was at one moment, and the result files that its rows name; the secret key only where it is asked for. A file
goes back to the engine that it came from, by the code that made it or newer code.
"""


class Refused(Exception):
    """Why nothing was backed up or restored, in a sentence or two."""
