"""Signatures of webhooks: HMAC-SHA256 over the raw body.

https://developer.xero.com/documentation/guides/webhooks/configuring-your-server
"""

import base64
import hashlib
import hmac


def verify(body, header, keys):
    """Whether a webhook was signed with one of our keys. Compares bytes, in constant time.

    :param bytes body: raw, before anything has parsed it
    :param header: value of `x-xero-signature`, str or bytes; may be None
    :param keys: up to two signing keys (str), during a rotation; empty ones count for nothing
    :rtype: bool
    """
    if not header:
        return False
    given = header if isinstance(header, bytes) else header.encode("utf-8", "replace")
    found = False
    for key in keys:
        if key:
            digest = hmac.new(key.encode(), body, hashlib.sha256).digest()
            found |= hmac.compare_digest(base64.b64encode(digest), given)
    return found
