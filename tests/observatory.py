"""How Mozilla's HTTP Observatory would grade a page: its ten tests, written anew from its public source.

Source: mdn/mdn-http-observatory, `src/analyzer/tests/*.js`, `src/grader/charts.js` (modifiers) and `src/scanner/index.js` (the
sum), read in November 2026. Not modelled: preload lists, http-equiv, several policies in one answer, hashes and nonces.
"""

import re
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import httpx

MODIFIERS = {
    "csp-implemented-with-no-unsafe-default-src-none": 10,
    "csp-implemented-with-no-unsafe": 5,
    "csp-implemented-with-unsafe-inline-in-style-src-only": 0,
    "csp-implemented-with-insecure-scheme-in-passive-content-only": -10,
    "csp-implemented-with-unsafe-eval": -10,
    "csp-implemented-with-unsafe-inline": -20,
    "csp-implemented-with-insecure-scheme": -20,
    "csp-not-implemented": -25,
    "cookies-secure-with-httponly-sessions-and-samesite": 5,
    "cookies-secure-with-httponly-sessions": 0,
    "cookies-not-found": 0,
    "cookies-without-secure-flag-but-protected-by-hsts": -5,
    "cookies-session-without-secure-flag-but-protected-by-hsts": -10,
    "cookies-without-secure-flag": -20,
    "cookies-samesite-flag-invalid": -20,
    "cookies-anticsrf-without-samesite-flag": -20,
    "cookies-session-without-httponly-flag": -30,
    "cookies-session-without-secure-flag": -40,
    "cross-origin-resource-sharing-not-implemented": 0,
    "cross-origin-resource-sharing-implemented-with-public-access": 0,
    "cross-origin-resource-sharing-implemented-with-restricted-access": 0,
    "cross-origin-resource-sharing-implemented-with-universal-access": -50,
    "redirection-to-https": 0,
    "redirection-off-host-from-http": -5,
    "redirection-not-to-https-on-initial-redirection": -10,
    "redirection-not-to-https": -20,
    "redirection-missing": -20,
    "referrer-policy-private": 5,
    "referrer-policy-not-implemented": 0,
    "referrer-policy-unsafe": -5,
    "referrer-policy-header-invalid": -5,
    "hsts-implemented-max-age-at-least-six-months": 0,
    "hsts-implemented-max-age-less-than-six-months": -10,
    "hsts-not-implemented": -20,
    "hsts-header-invalid": -20,
    "sri-implemented-and-all-scripts-loaded-securely": 5,
    "sri-not-implemented-but-no-scripts-loaded": 0,
    "sri-not-implemented-but-all-scripts-loaded-from-secure-origin": 0,
    "sri-not-implemented-but-external-scripts-loaded-securely": -5,
    "sri-implemented-but-external-scripts-not-loaded-securely": -20,
    "sri-not-implemented-and-external-scripts-not-loaded-securely": -50,
    "x-content-type-options-nosniff": 0,
    "x-content-type-options-not-implemented": -5,
    "x-content-type-options-header-invalid": -5,
    "x-frame-options-implemented-via-csp": 5,
    "x-frame-options-sameorigin-or-deny": 0,
    "x-frame-options-not-implemented": -20,
    "x-frame-options-header-invalid": -20,
    "cross-origin-resource-policy-implemented-with-same-origin": 10,
    "cross-origin-resource-policy-implemented-with-same-site": 10,
    "cross-origin-resource-policy-implemented-with-cross-origin": 0,
    "cross-origin-resource-policy-not-implemented": 0,
    "cross-origin-resource-policy-header-invalid": -5,
}
GRADES = ((100, "A+"), (90, "A"), (85, "A-"), (80, "B+"), (70, "B"), (65, "B-"), (60, "C+"), (50, "C"), (45, "C-"), (40, "D+"),
          (30, "D"), (25, "D-"), (0, "F"))  # fmt: skip
EXTRA_FROM = 90  # bonus points count only where what is left after the penalties is this much
SIX_MONTHS = 15_552_000  # seconds; theirs, a little under
BROAD = {"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"}
INLINE = {"'unsafe-inline'", "data:"}
GOOD_REFERRERS = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
BAD_REFERRERS = {"origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade"}
Headers = httpx.Headers


@dataclass
class Scan:
    """`route`: the addresses from the http one on, redirects followed; `page` and `headers`: what https gave at last;
    `shared`: its headers where the Origin `asked_by` was sent along.
    """

    route: list[str]
    headers: Headers
    page: str
    shared: Headers
    asked_by: str


def graded(scan: Scan) -> tuple[int, str, dict[str, int]]:
    """Score, grade, and what was found with its points."""
    found = {result: MODIFIERS[result] for result in map(lambda test: test(scan), TESTS)}
    uncurved = 100 + sum(points for points in found.values() if points < 0)
    score = max(0, 100 + sum(found.values()) if uncurved >= EXTRA_FROM else uncurved)
    return score, next(grade for least, grade in GRADES if score >= least), found


def rules(scan: Scan) -> dict[str, set[str]]:
    parts = [part.split() for part in scan.headers.get("content-security-policy", "").lower().split(";") if part.strip()]
    return {name: set(sources) for name, *sources in reversed(parts)}  # the first of one name counts


def csp(scan: Scan) -> str:
    named = rules(scan)
    if not named:
        return "csp-not-implemented"
    rest = named.get("default-src", {"*"})
    scripts, objects, styles = (named.get(name, rest) for name in ("script-src", "object-src", "style-src"))
    passive = [named.get(name, named.get("default-src", set())) for name in ("img-src", "media-src")]
    active = [sources for name, sources in named.items() if name not in ("img-src", "media-src", "script-src")] + [scripts]
    if scripts & (BROAD | INLINE) or objects & BROAD:
        return "csp-implemented-with-unsafe-inline"
    if any(map(over_http, active)):
        return "csp-implemented-with-insecure-scheme"
    if "'unsafe-eval'" in scripts | styles:
        return "csp-implemented-with-unsafe-eval"
    if any(map(over_http, passive)):
        return "csp-implemented-with-insecure-scheme-in-passive-content-only"
    if styles & (BROAD | INLINE):
        return "csp-implemented-with-unsafe-inline-in-style-src-only"
    none = "-default-src-none" if named.get("default-src") == {"'none'"} else ""
    return f"csp-implemented-with-no-unsafe{none}"


def over_http(sources: set[str]) -> bool:
    return any(source.startswith(("http:", "ftp:")) for source in sources)


def cookies(scan: Scan) -> str:
    """The worst that is found of any cookie."""
    jar: SimpleCookie = SimpleCookie()
    for line in scan.headers.get_list("set-cookie"):
        jar.load(line)
    kept = hsts(scan) == "hsts-implemented-max-age-at-least-six-months"
    found = [fault for name, one in jar.items() for fault in cookie_faults(name.lower(), one, kept)]
    if not jar:
        return "cookies-not-found"
    whole = all(one["samesite"] for one in jar.values())
    good = "cookies-secure-with-httponly-sessions" + ("-and-samesite" if whole else "")
    return min(found, key=lambda fault: MODIFIERS[fault], default=good)


def cookie_faults(name: str, one: dict, kept: bool) -> list[str]:
    session, site = "sess" in name or "login" in name, str(one["samesite"]).lower()
    found = []
    if not one["secure"]:
        shield = "-but-protected-by-hsts" if kept else ""
        found.append(f"cookies-{'session-' if session else ''}without-secure-flag{shield}")
    if site not in ("", "lax", "strict", "none") or (site == "none" and not one["secure"]):
        found.append("cookies-samesite-flag-invalid")
    if "csrf" in name and not site:
        found.append("cookies-anticsrf-without-samesite-flag")
    if session and not one["httponly"]:
        found.append("cookies-session-without-httponly-flag")
    return found


def sharing(scan: Scan) -> str:
    allowed = scan.shared.get("access-control-allow-origin")
    if not allowed:
        return "cross-origin-resource-sharing-not-implemented"
    if allowed == "*":
        return "cross-origin-resource-sharing-implemented-with-public-access"
    anyone = allowed == scan.asked_by and scan.shared.get("access-control-allow-credentials", "").lower() == "true"
    return f"cross-origin-resource-sharing-implemented-with-{'universal' if anyone else 'restricted'}-access"


def redirection(scan: Scan) -> str:
    route = [urlsplit(address) for address in scan.route]
    if len(route) == 1:
        return "redirection-missing"
    if route[-1].scheme != "https":
        return "redirection-not-to-https"
    if route[1].scheme == "http":
        return "redirection-not-to-https-on-initial-redirection"
    return "redirection-to-https" if route[0].hostname == route[1].hostname else "redirection-off-host-from-http"


def referrer(scan: Scan) -> str:
    said = [word.strip().lower() for word in scan.headers.get("referrer-policy", "").split(",")]
    known = [word for word in said if word in GOOD_REFERRERS | BAD_REFERRERS]
    if "referrer-policy" not in scan.headers:
        return "referrer-policy-not-implemented"
    if not known:
        return "referrer-policy-header-invalid"
    return f"referrer-policy-{'private' if known[-1] in GOOD_REFERRERS else 'unsafe'}"


def hsts(scan: Scan) -> str:
    said = scan.headers.get("strict-transport-security")
    if said is None:
        return "hsts-not-implemented"
    age = re.search(r"(?:^|;)\s*max-age=(\d+)", said.lower())
    if not age or "," in said:
        return "hsts-header-invalid"
    return f"hsts-implemented-max-age-{'at-least' if int(age[1]) >= SIX_MONTHS else 'less-than'}-six-months"


def integrity(scan: Scan) -> str:
    """The worst of the scripts of other hosts. One of the own host with an integrity is a bonus."""
    tags = re.findall(r"<script\b[^>]*>", scan.page)
    loaded = [(src[1], " integrity=" in tag) for tag in tags if (src := re.search(r'\bsrc="([^"]*)"', tag))]
    host = urlsplit(scan.route[-1]).hostname
    foreign = [(src, proved) for src, proved in loaded if src.startswith("//") or urlsplit(src).hostname not in (None, host)]
    found = [secured(src.startswith("https:"), proved) for src, proved in foreign]
    if not tags:
        return "sri-not-implemented-but-no-scripts-loaded"
    if not foreign and any(proved for _, proved in loaded):
        return "sri-implemented-and-all-scripts-loaded-securely"
    own = "sri-not-implemented-but-all-scripts-loaded-from-secure-origin"
    return min(found, key=lambda result: MODIFIERS[result], default=own)


def secured(secure: bool, proved: bool) -> str:
    if secure and proved:
        return "sri-implemented-and-all-scripts-loaded-securely"
    if secure:
        return "sri-not-implemented-but-external-scripts-loaded-securely"
    return f"sri-{'implemented-but' if proved else 'not-implemented-and'}-external-scripts-not-loaded-securely"


def sniffing(scan: Scan) -> str:
    said = scan.headers.get("x-content-type-options")
    known = {None: "not-implemented", "nosniff": "nosniff"}
    return f"x-content-type-options-{known.get(said, 'header-invalid')}"


def framing(scan: Scan) -> str:
    said = scan.headers.get("x-frame-options")
    if "frame-ancestors" in rules(scan):
        return "x-frame-options-implemented-via-csp"
    if said is None:
        return "x-frame-options-not-implemented"
    return f"x-frame-options-{'sameorigin-or-deny' if said.lower() in ('deny', 'sameorigin') else 'header-invalid'}"


def resources(scan: Scan) -> str:
    said = scan.headers.get("cross-origin-resource-policy")
    if said is None:
        return "cross-origin-resource-policy-not-implemented"
    known = said.lower() in ("same-origin", "same-site", "cross-origin")
    return f"cross-origin-resource-policy-{f'implemented-with-{said.lower()}' if known else 'header-invalid'}"


TESTS = (csp, cookies, sharing, redirection, referrer, hsts, integrity, sniffing, framing, resources)
