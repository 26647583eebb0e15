"""Webhook signatures: HMAC-SHA256 over raw bytes."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xero import signature

BODY = b'{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"S0m3r4Nd0mT3xt"}'


def sign(body, key):
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()


def test_known_signature():
    """RFC 4231, test case 2."""
    body, header = b"what do ya want for nothing?", "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="
    assert signature.verify(body, header, ["Jefe"])


@given(st.binary(max_size=200), st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
# Faults: 22
def test_signed_with_either_key(body, first, second):
    for keys in ([first], [first, second], [second, first], [None, "", first]):
        assert signature.verify(body, sign(body, first), keys)
        assert signature.verify(body, sign(body, first).encode(), keys)


@given(st.binary(max_size=60), st.one_of(st.text(max_size=60), st.binary(max_size=60)))
# Faults: 22
def test_anything_else_is_false_and_never_an_error(body, header):
    assert signature.verify(body, header, ["key", "other"]) is False


@pytest.mark.parametrize("header", [None, "", b"", "é", "\ud800", sign(BODY, "key") + "="])
def test_odd_headers(header):
    assert signature.verify(BODY, header, ["key"]) is False


def test_changed_body_or_no_key():
    assert signature.verify(BODY, sign(BODY, "key"), ["key"])
    assert not signature.verify(BODY + b" ", sign(BODY, "key"), ["key"])
    for keys in ([], [None], [""]):
        assert not signature.verify(BODY, sign(BODY, ""), keys)


def test_signatures_are_compared_in_constant_time(monkeypatch):
    """How long `==` takes tells how much is right, and no test can measure it: every key must be
    compared by `compare_digest`, also once one has fitted."""
    compared, compare = [], hmac.compare_digest
    monkeypatch.setattr(
        hmac, "compare_digest", lambda ours, given: compared.append(given) or compare(ours, given)
    )
    header = sign(BODY, "first")
    assert signature.verify(BODY, header, ["first", "second"])
    assert compared == [header.encode()] * 2
