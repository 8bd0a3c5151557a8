"""What a check of the gateway saw, in words, and the way on. `{host}`, `{address}` and the like are filled in."""

from urllib.parse import urlsplit

from django.conf import settings

from playground.guide.checking import CONNECT, SECONDS, Check

AGAIN = "Then start the site again."
WORDS = {
    "setting": ("{said}", f"Correct GATEWAY_URL or GATEWAY_KEY. {AGAIN}"),
    "dns_error": (
        "The host name {name} is not known here.",
        "Check how GATEWAY_URL is spelled. In a container only the names of its own network are known.",
    ),
    "connection_refused": (
        "Nothing takes connections at {host}.",
        "Start the gateway, or check the port in GATEWAY_URL. In a container, localhost is the container itself.",
    ),
    "tls_error": (
        "No secure connection to {host} could be made. {said}",
        "Check its certificate; SSL_CERT_FILE names the authority of a private one. Without TLS the address begins with http:.",
    ),
    "connect_timeout": (
        f"{{host}} took no connection within {CONNECT} seconds.",
        "Check that this machine can reach it: a firewall may drop what is sent.",
    ),
    "connection_lost": (
        "{host} closed the connection without a whole answer.",
        "Check the port, and whether https: is spoken there. The gateway's own log may say more.",
    ),
    "bad_response": ("What answers at {host} is not HTTP.", "Check the port in GATEWAY_URL, and whether https: is spoken there."),
    "redirect_refused": (
        "{address}/models leads elsewhere{leads}. Redirects are not followed: the key would go along.",
        f"Set GATEWAY_URL to the address at which the gateway itself answers. {AGAIN}",
    ),
    "no_list": (
        "Something answers at {host}, but it has no {address}/models ({status}).",
        f"Check the path in GATEWAY_URL: an OpenAI base URL usually ends in /v1. {AGAIN}",
    ),
    "html": (
        "{address}/models is a web page, not a list in JSON.",
        f"It may be the gateway's website or its login. The API's address usually ends in /v1. {AGAIN}",
    ),
    "no_json": ("{address}/models is no list of models. {said}", "Check that GATEWAY_URL is that of an OpenAI-compatible API."),
    "failing": ("The gateway answers {status}: {said}", "Its own log says why. One that has just started may need a moment."),
    "refused": ("The gateway refuses to list its models, {status}: {said}", "Check the address; the gateway's log says why."),
}
SLOW = (
    f"{{host}} took the connection, but gave no whole answer within {SECONDS} seconds.",
    "See whether the gateway is busy: its own log should show the request for /models.",
)
WORDS |= dict.fromkeys(("first_byte_timeout", "idle_timeout", "total_timeout"), SLOW)


def of(check: Check) -> tuple[str, str]:
    seen, way = WORDS.get(check.kind, ("{said}", "Check that GATEWAY_URL is that of an OpenAI-compatible API."))
    url = urlsplit(settings.GATEWAY_URL)
    host = url.netloc.rpartition("@")[2]
    said = check.said if check.said.endswith((".", "!", "?")) else f"{check.said}."
    leads = f", to {check.leads}" if check.leads else ""
    return seen.format(host=host, name=url.hostname, address=address(), status=check.status, said=said, leads=leads), way


def address() -> str:
    """The gateway's, without a password that somebody may have put into it."""
    url = urlsplit(settings.GATEWAY_URL)
    return f"{url.scheme}://{url.netloc.rpartition('@')[2]}{url.path}"
