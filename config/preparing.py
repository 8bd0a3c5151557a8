"""What a start does before anyone is answered: brings tables and bundled catalog up to this code, and says where the site is.

Asking whether that is due takes a tenth of a second in the server's own process, and seconds in processes of their own; what is
due happens in one of its own, whose memory goes with it.
"""

import os
import subprocess
import sys
from urllib.parse import urlsplit


def prepare(host: str, port: int) -> None:
    """Exits where a variable is wrong (2), the database is away (1) or a step fails (its code)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from config.ends import one_sentence  # with Django, which a supervisor needs not

    with one_sentence():
        bring_up()
    print(f"Modelry starts at {address(host, port)} (Ctrl+C stops it)")
    print(f"Gateway: {gateway()}")
    print("To edit the catalog, make yourself an administrator: make admin", flush=True)


def bring_up() -> None:
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    from catalog import bundle

    call_command("migrate", interactive=False, verbosity=0)
    newer = bundle.is_newer()
    connections.close_all()  # they are this thread's own
    if newer:
        code = subprocess.run([sys.executable, "manage.py", "load_catalog", "-v0"]).returncode
        if code:
            sys.exit(code if code > 0 else 128 - code)


def address(host: str, port: int) -> str:
    if host in {"0.0.0.0", "::"}:  # what is said of it, nothing is bound  # nosec B104
        return f"http://localhost:{port}, on every address of this machine"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def gateway() -> str:
    """The host alone: an address can carry a key."""
    url = os.environ.get("GATEWAY_URL", "").strip()
    return urlsplit(url).hostname or "" if url else "the built-in sandbox (set GATEWAY_URL and GATEWAY_KEY for a real one)"
