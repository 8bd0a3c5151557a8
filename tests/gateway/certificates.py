"""Certificates made for a test: an authority of its own, and what it signs for whom and for when."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

KEY = ec.generate_private_key(ec.SECP256R1())  # one for all: only the names and the dates differ
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority of the tests")])
PEM = serialization.Encoding.PEM


@cache
def authority() -> x509.Certificate:
    usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
    return _begun(NAME, 0, 1, ca=True).add_extension(usage, critical=True).sign(KEY, hashes.SHA256())


def _begun(name: x509.Name, start: int, end: int, ca: bool = False) -> x509.CertificateBuilder:
    """Valid from `start` to `end`, in days from now; by the one key."""
    now, known = datetime.now(UTC) - timedelta(minutes=5), x509.SubjectKeyIdentifier.from_public_key(KEY.public_key())
    made = x509.CertificateBuilder().subject_name(name).issuer_name(NAME).public_key(KEY.public_key())
    made = made.serial_number(x509.random_serial_number())
    made = made.not_valid_before(now + timedelta(days=start)).not_valid_after(now + timedelta(days=end))
    made = made.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True).add_extension(known, critical=False)
    by = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(known)
    return made.add_extension(by, critical=False)


def _signed(host: x509.GeneralName, start: int, end: int) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A gateway of the tests")])
    made = _begun(name, start, end).add_extension(x509.SubjectAlternativeName([host]), critical=False)
    return made.sign(KEY, hashes.SHA256())


def _of(folder: Path, certificate: x509.Certificate) -> ssl.SSLContext:
    """A server that shows this certificate."""
    file = folder / f"{certificate.serial_number}.pem"
    private = KEY.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(certificate.public_bytes(PEM) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def servers(folder: Path) -> dict[str, ssl.SSLContext]:
    """What a server on 127.0.0.1 may show: `right`, or what is wrong with it."""
    here, there = x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("elsewhere.example")
    made = {
        "right": _signed(here, 0, 1), "another host": _signed(there, 0, 1),
        "expired": _signed(here, -3, -1), "not valid yet": _signed(here, 1, 2),
    }  # fmt: skip
    return {what: _of(folder, certificate) for what, certificate in made.items()}


def trust(folder: Path) -> Path:
    """A file with the authority, for SSL_CERT_FILE. Without it the same certificates are nobody's."""
    file = folder / "authority.pem"
    file.write_bytes(authority().public_bytes(PEM))
    return file
