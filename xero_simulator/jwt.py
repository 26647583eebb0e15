"""Tokens of the shape that Xero gives; only the simulator itself ever looks them up."""

from __future__ import annotations

import base64
import json
import secrets
from typing import Any


def base64url(data: bytes) -> str:
    """Base64 with the alphabet of addresses and without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def jwt(claims: dict[str, Any]) -> str:
    """A JSON Web Token with these claims and a random signature."""
    header = {"alg": "RS256", "kid": "simulator", "typ": "JWT"}
    parts = (json.dumps(part, separators=(",", ":")).encode() for part in (header, claims))
    return ".".join([*map(base64url, parts), base64url(secrets.token_bytes(256))])
