"""Keeps what Xero's answer carries, code and state, out of the server's access log."""

import logging
import re

CALLBACK = re.compile(r"(xero(?:/|%2F)oauth(?:/|%2F)callback)(?:\?|%3F)[^\s\"]*", re.IGNORECASE)


class HideConsentAnswer(logging.Filter):
    """Cuts the query off the callback's address; also where it is the target of a login."""

    def filter(self, record):
        if isinstance(record.args, tuple):
            record.args = tuple(_cut(argument) for argument in record.args)
        record.msg = _cut(record.msg)
        return True


def _cut(text):
    return CALLBACK.sub(r"\1", text) if isinstance(text, str) else text


logging.getLogger("werkzeug").addFilter(HideConsentAnswer())
