"""What can go wrong with Xero, as types, and what an answer proves."""

import re
from dataclasses import dataclass


class XeroError(Exception):
    """Something did not work at Xero. Its text is safe to log and show: no secret, no URL.

    :param str code: short name of the error, for tables
    :param str text: what happened, in Xero's or our words, untranslated
    """

    def __init__(self, code, text=""):
        super().__init__(text or code)
        self.code = code
        self.text = text or code


class BadEndpoint(XeroError):
    """An address in the server's environment is not one we would call."""


class NotSent(XeroError):
    """Nothing left this machine: no connection, no name, no TLS. Certainly not executed."""


class NoAnswer(XeroError):
    """Sent, but no readable answer came: whether Xero executed it is unknown."""


class Unreadable(XeroError):
    """An answer came, but not in a form we understand."""


class NotUsable(XeroError):
    """A value cannot be sent as it stands, e.g. a quote inside a filter."""


class InvalidGrant(XeroError):
    """The code or refresh token is not accepted: a person must consent again."""


class InvalidClient(XeroError):
    """The app's client id and secret are not accepted."""


class ScopeMissing(XeroError):
    """401 insufficient_scope: a refresh does not help, a new consent does."""


class ConnectionGone(XeroError):
    """403: this organisation is not connected to the token any more."""


class NotFound(XeroError):
    """404: Xero does not know what was asked for."""


class RateLimited(XeroError):
    """429: nothing was executed; `retry_after` in seconds, or None."""

    def __init__(self, code, text="", retry_after=None):
        super().__init__(code, text)
        self.retry_after = retry_after


# === WHAT AN ANSWER PROVES === #

# The key has no blank: a document's text that quotes the sentence does not count.
KEY_CONFLICT = re.compile(rb"idempotency key: \S+ is used with a different request", re.IGNORECASE)


def classify(answer, wrote):
    """What an answer proves, by structure first (facts on delivery, 2).

    :param answer: a `client.Answer`
    :param bool wrote: whether the call was a write
    :return: one of

        - `answered`: 2xx; the elements say what happened to each
        - `refused`: 400, nothing was executed
        - `expired`, `scope`, `gone`, `limited`: 401, 401, 403, 429; nothing was executed
        - `not_found`: 404, nothing was executed
        - `unknown`: it may have been executed, or not
    :rtype: str
    """
    status = answer.status
    if 200 <= status < 300 or (status == 304 and not wrote):
        return "answered"
    if status == 400:
        # Somebody else used our key: what happened to the first request is unknown.
        return "unknown" if wrote and KEY_CONFLICT.search(answer.body) else "refused"
    if status == 413:
        return "refused"
    return {
        401: "scope" if answer.scope_missing else "expired",
        403: "gone",
        404: "not_found",
        429: "limited",
    }.get(status, "unknown")


# === WHAT A TEXT MEANS === #

@dataclass(frozen=True, slots=True)
class ErrorKind:
    """Meaning of one validation text: a code for tables, and who can mend it.

    Kinds: mapping, match, user, data, period, setup, adopt, decision, relink, bug, ignore,
    unknown.
    """

    code: str
    kind: str


# The message catalogue (facts on the Xero API, 6.2). Patterns are tolerant of quotes and dots.
CATALOGUE = tuple(
    (re.compile(pattern, re.IGNORECASE), ErrorKind(code, kind))
    for code, kind, pattern in (
        ("account_invalid", "mapping", r"account code .+ is not a valid code for this document"),
        ("account_archived", "mapping", r"account code .+ has been archived, or has been deleted"),
        ("account_removed", "mapping", r"account code .+ has been removed as it does not match"),
        ("account_missing", "mapping", r"account code must be specified"),
        ("tax_account", "mapping", r"taxtype code .+ cannot be used with account code"),
        ("tax_unknown", "mapping", r"taxtype code .+ does not exist or cannot be used"),
        ("tax_missing", "mapping", r"taxtype field is mandatory"),
        ("tax_inactive", "mapping", r"tax rate must be active"),
        ("decimals", "bug", r"^(account|tax rate) must be valid"),
        ("contact_name", "match", r"contact name .* is already assigned to another contact"),
        ("contact_number", "match", r"another contact has this contact number"),
        ("contact_archived_edit", "user", r"details matched an archived contact"),
        ("contact_archived", "user", r"the specified contact details has been archived"),
        ("contact_status", "user", r"status \W*archived\W* is not valid for contacts"),
        ("contact_missing", "bug", r"a contact must be specified for this type of transaction"),
        ("contact_empty", "bug", r"contact must contain at least 1 of the following elements"),
        ("email", "data", r"email address must be valid"),
        ("no_lines", "data", r"one or more line items must be specified"),
        ("no_description", "data", r"description field is mandatory for each line item"),
        ("line_total", "bug", r"line total .+ does not match the expected line total"),
        ("discount_bill", "bug", r"discounts may not be applied to accpay"),
        ("tax_amount", "data", r"tax amount cannot be greater than the line amount"),
        ("negative", "data", r"total for this document must be greater than or equal to zero"),
        ("quantity", "bug", r"quantity value .+ is invalid"),
        ("date_missing", "data", r"date field must be specified|due date cannot be empty"),
        ("number_taken", "adopt", r"invoice # must be unique"),
        ("credit_note_number_taken", "adopt", r"credit note # must be unique"),
        ("order_number_taken", "adopt", r"order number must be unique"),
        ("order_deleted", "decision", r"purchaseorder status change is invalid"),
        ("order_deleted", "decision", r"deleted purchaseorders cannot be updated"),
        ("item_code_taken", "adopt", r"price list item with code .+ already exists"),
        ("not_modifiable", "decision", r"invoice not of valid status for modification"),
        ("not_creatable", "bug", r"invoice not of valid status for creation"),
        ("settled", "decision", r"cannot be edited as it has a payment or credit note"),
        ("settled_status", "decision", r"cannot be applied to the invoice because it has payments"),
        ("settled_date", "decision", r"date cannot be changed on an invoice that has payment"),
        ("period_lock", "period", r"document date cannot be before the period lock date"),
        ("year_lock", "period", r"document date cannot be before the end of year lock date"),
        ("currency", "setup", r"organisation is not subscribed to currency"),
        ("plan_limit", "setup", r"reached the limit of invoices you can approve"),
        ("role", "setup", r"does not have the correct permissions to perform this action"),
        ("gone", "relink", r"existing (credit note|invoice) with the specified .*id could not be"),
        ("gone", "relink", r"document with the supplied id was not found"),
        ("payment_amount", "data", r"payment amount exceeds|payment amounts must be positive"),
        ("sent_flag", "ignore", r"may have senttocontact updated"),
        ("key_conflict", "bug", r"idempotency key: .+ is used with a different request"),
        ("gone", "relink", r"a document with id .+ could not be found"),
        ("name_taken", "data", r"please enter a unique name"),
    )
)
UNKNOWN = ErrorKind("unknown", "unknown")


def explain(text):
    """What a validation text of Xero means.

    :param str text: one text, verbatim
    :rtype: ErrorKind
    """
    words = text.strip()
    return next((kind for pattern, kind in CATALOGUE if pattern.search(words)), UNKNOWN)
