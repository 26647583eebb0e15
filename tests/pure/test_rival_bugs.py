"""Defects of other connectors that can be seen without Odoo: 22, and in the source 26 and 36."""

import ast
import contextlib
import datetime
import pathlib
import socket
import ssl
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from xero import errors, oauth, transport

ADDON = pathlib.Path(__file__).resolve().parents[2] / "xero_connector"
SOURCES = sorted(
    path for path in ADDON.rglob("*.py") if "tests" not in path.relative_to(ADDON).parts
)

# === 22: TLS VERIFICATION === #


@pytest.fixture
def impostor(tmp_path):
    """A TLS server for 127.0.0.1 that vouches for itself; counts what it can read.

    :return: (address, list of requests that it got)
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "impostor.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ) + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    listener = socket.create_server(("127.0.0.1", 0))
    requests = []

    def serve():
        while True:
            try:
                plain, _address = listener.accept()
            except OSError:
                return
            with contextlib.suppress(OSError), context.wrap_socket(plain, server_side=True) as tls:
                requests.append(tls.recv(4096))
                tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{listener.getsockname()[1]}", requests
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


def test_22_nothing_is_told_to_a_server_that_cannot_prove_who_it_is(impostor, http):
    """Books and tokens went to whoever answered: verification was switched off."""
    url, requests = impostor
    with pytest.raises(errors.NotSent):
        transport.exchange(
            http, "PUT", f"{url}/Invoices", headers={"Authorization": "Bearer canary"}, body=b"{}"
        )
    endpoints = oauth.Endpoints(login_url=url, identity_url=url, api_url=url)
    with pytest.raises(errors.NotSent):
        oauth.refresh(endpoints, "client", "secret", "canary")
    assert requests == []


# === 26, 36: THE SOURCE === #


def nodes():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            yield f"{path.relative_to(ADDON)}:{getattr(node, 'lineno', 0)}", node


def is_context(node):
    return isinstance(node, ast.Attribute) and node.attr in ("context", "_context")


def changes_context(node):
    """Whether a node writes into an environment's context, which is frozen."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        changing = ("update", "setdefault", "pop", "clear", "__setitem__")
        return node.func.attr in changing and is_context(node.func.value)
    targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
    return isinstance(node, ast.Assign | ast.AugAssign | ast.Delete) and any(
        is_context(target) or (isinstance(target, ast.Subscript) and is_context(target.value))
        for target in targets
    )


@pytest.mark.parametrize(("line", "found"), [
    ("self.env.context['a'] = 1", True),
    ("self._context.update(a=1)", True),
    ("del self.env.context['a']", True),
    ("self.env.context |= {}", True),
    ("self.with_context(a=1)", False),
    ("one = self.env.context['a']", False),
])
def test_26_what_changes_a_context_is_known(line, found):
    assert any(map(changes_context, ast.walk(ast.parse(line)))) is found


def test_26_no_context_is_changed():
    """The frozen context was assigned to, and the button ended in a traceback."""
    assert not [place for place, node in nodes() if changes_context(node)]


# Names that Odoo 19 does not have any more, or never had.
GONE = {
    "mobile", "analytic_tag_ids", "analytic_account_id_group", "account.analytic.group",
    "account.analytic.tag", "product_uom", "invoice_payment_term", "user_type_id",
    "invoice_sent", "taxes_ids",
}


def test_36_no_name_of_an_older_odoo():
    """Orders never left: their lines were asked for a field that this Odoo does not have."""
    found = []
    for place, node in nodes():
        name = node.attr if isinstance(node, ast.Attribute) else (
            node.value if isinstance(node, ast.Constant) else None
        )
        if isinstance(name, str) and name in GONE:
            found.append(f"{place} {name}")
    assert found == []
