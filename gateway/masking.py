"""Keeps a key out of what is shown: as it is, escaped, in base64, or in pieces. Knows no key but the one that it is given.

It guards against gateways that echo what they were sent, not against one that wants to tell its own key.
"""

import base64
import re

MASK = "****"
# Their values are credentials, whoever set them.
SECRET_HEADERS = {"authorization", "proxy-authorization", "x-api-key", "api-key", "cookie", "set-cookie"}
# A shorter key is no secret (any word is a key to the sandbox), and masking "a" everywhere would ruin every text.
SECRET_LENGTH = 8
TELLING = 4  # characters: many a text ends like the first letters of a key
ENTITIES = {"&": "amp", "<": "lt", ">": "gt", '"': "quot"}
SIXTY_FOUR = "[A-Za-z0-9+/_=-]{0,3}"  # what its neighbours mix into the ends of a text in base64


class Mask:
    """Replaces every appearance of one secret by ****; of one too short to be a secret, none."""

    def __init__(self, secret: str):
        forms = [_escaped(secret), *map(_sixty_four, range(3), [secret] * 3)] if len(secret) >= SECRET_LENGTH else []
        self._secret = secret if forms else ""
        self._text = [(signs, re.compile(pattern)) for signs, pattern in forms]
        self._bytes = [([sign.encode() for sign in signs], re.compile(pattern.encode())) for signs, pattern in forms]

    @property
    def guards(self) -> bool:
        """Whether there is a secret."""
        return bool(self._secret)

    def text(self, text: str) -> str:
        for signs, pattern in self._text:
            if any(sign in text for sign in signs):
                text = pattern.sub(MASK, text)
        return text

    def body(self, body: bytearray) -> None:
        """The same within a body."""
        for signs, pattern in self._bytes:
            if any(sign in body for sign in signs) and pattern.search(body):
                body[:] = pattern.sub(MASK.encode(), body)

    def header(self, pair: tuple[str, str]) -> tuple[str, str]:
        """A header pair without credentials; the scheme of an Authorization header stays readable."""
        name, value = pair
        if name.lower() in SECRET_HEADERS:
            scheme, _, rest = value.partition(" ")
            return name, f"{scheme} {MASK}" if rest and "authorization" in name.lower() else MASK
        return self.text(name), self.text(value)

    def begun(self, text: str) -> int:
        """How many of the last characters may be the beginning of the secret."""
        longest = min(len(text), len(self._secret) - 1)
        return next((size for size in range(longest, 0, -1) if self._secret.startswith(text[-size:])), 0)


class Rolling:
    """Masks a text that comes in pieces: what has begun like the secret waits for the next one.

    spelled: whether the last piece ended a secret that others had begun.
    """

    def __init__(self, mask: Mask):
        self._mask = mask
        self._held = ""  # the end so far, where it is how the secret begins
        self._shown = 0  # how many characters of that are out already
        self.spelled = False

    def feed(self, text: str) -> str:
        if not text:
            self.spelled = False
            return ""
        whole = self._mask.text(self._held + text)
        self.spelled = whole != self._held + self._mask.text(text)
        start = 0 if self.spelled else self._shown
        begun = self._mask.begun(whole)
        safe = len(whole) - (begun if begun >= TELLING else 0)
        self._held = whole[len(whole) - begun :]
        self._shown = begun if begun < TELLING else max(start - safe, 0)
        return whole[start : max(start, safe)]

    @property
    def waits(self) -> bool:
        return len(self._held) > self._shown

    def end(self) -> str:
        """What still waited."""
        rest, self._held, self._shown = self._held[self._shown :], "", 0
        return rest


def _escaped(secret: str) -> tuple[list[str], str]:
    """Literal, or with characters escaped as in JSON (also twice), addresses and HTML."""
    # No encoder escapes letters and digits unless it escapes everything: so one of these is in every text with the secret.
    run = max(re.findall("[A-Za-z0-9]*", secret), key=len)
    escapes = [(r"\u00", "02x"), (r"\u00", "02X"), ("%", "02x"), ("%", "02X")]
    signs = {run, *("".join(start + format(ord(c), spec) for c in run[:3]) for start, spec in escapes)}
    return sorted(signs, key=len, reverse=True), "".join(map(_spellings, secret))


def _spellings(character: str) -> str:
    code = ord(character)
    entity = f"|&{ENTITIES[character]};" if character in ENTITIES else ""
    slashed = rf"|\\+{re.escape(character)}" if character in "\"\\/'" else ""
    return rf"(?:{re.escape(character)}|\\+u00(?i:{code:02x})|%(?i:{code:02x})|&#{code};|&#x(?i:{code:02x});{entity}{slashed})"


def _sixty_four(shift: int, secret: str) -> tuple[list[str], str]:
    """In base64 behind `shift` bytes more than a multiple of three: its end in `Basic` credentials is at any of the three."""
    encoded = base64.b64encode(b"\0" * shift + secret.encode()).decode()
    mixed = {0: 0, 1: 3, 2: 2}[(shift + len(secret)) % 3]
    core = encoded[(0, 2, 3)[shift] : len(encoded) - mixed]
    for_addresses = core.translate(str.maketrans("+/", "-_"))
    return [core, for_addresses], f"{SIXTY_FOUR}(?:{re.escape(core)}|{re.escape(for_addresses)}){SIXTY_FOUR}"
