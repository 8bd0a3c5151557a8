"""A reverse proxy of the tests: takes TLS, or plain HTTP, and passes requests on with what it says of the visitor."""

import contextlib
import datetime
import ipaddress
import socket
import ssl
import threading
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def certificate(folder: Path) -> Path:
    """A file with a key and a certificate of it for localhost, signed by itself, good for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.datetime.now(datetime.UTC)
    until, number = now + datetime.timedelta(days=1), x509.random_serial_number()
    made = x509.CertificateBuilder(name, name, key.public_key(), number, now, until)
    signed = made.add_extension(x509.SubjectAlternativeName(names), critical=False).sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file = folder / "localhost.pem"
    file.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return file


class Proxy:
    """Listens from the start, and serves in threads once `upstream`, a port of this machine, is set. `said` is what it adds to
    every request, one line a header. One request a connection.
    """

    def __init__(self, said: str, pem: Path | None = None):
        self.said = said
        self.upstream = 0
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        if pem:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pem)
            self.listening = context.wrap_socket(self.listening, server_side=True)

    def serve(self, upstream: int) -> None:
        self.upstream = upstream
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self) -> None:
        self.listening.close()

    def accept(self) -> None:
        while True:
            try:
                visitor, _ = self.listening.accept()
            except ssl.SSLError:
                continue
            except OSError:  # closed
                return
            threading.Thread(target=self.pass_on, args=(visitor,), daemon=True).start()

    def pass_on(self, visitor: socket.socket) -> None:
        with visitor, socket.create_connection(("127.0.0.1", self.upstream)) as site, contextlib.suppress(OSError):
            head, _, body = read_head(visitor).partition(b"\r\n")
            site.sendall(head + b"\r\nConnection: close\r\n" + self.said.encode() + body)
            while piece := site.recv(65536):
                visitor.sendall(piece)


def read_head(visitor: socket.socket) -> bytes:
    """A request up to the end of its headers, without those that are the proxy's to say."""
    found = b""
    while b"\r\n\r\n" not in found and (piece := visitor.recv(65536)):
        found += piece
    lines = found.split(b"\r\n")
    return b"\r\n".join(line for line in lines if not line.lower().startswith((b"connection:", b"x-forwarded-")))
