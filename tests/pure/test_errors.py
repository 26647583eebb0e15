"""What answers prove, and what Xero's words mean."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xero import errors
from xero.client import Answer

CONFLICT = (
    b'{"Type":"ValidationException","Message":"Idempotency Key: 5d41402a is used with a different '
    b'request."}'
)

# === WHAT AN ANSWER PROVES (facts on delivery, 2) === #

VERDICTS = [
    ("200", Answer(200, b"{}"), "answered", "answered"),
    ("204", Answer(204, b""), "answered", "answered"),
    ("400 validation", Answer(400, b'{"Elements":[]}'), "refused", "refused"),
    ("400 key conflict", Answer(400, CONFLICT), "unknown", "refused"),
    ("401 expired", Answer(401, b'{"Detail":"TokenExpired"}'), "expired", "expired"),
    ("401 scope", Answer(401, b"", scope_missing=True), "scope", "scope"),
    ("403", Answer(403, b'{"Detail":"AuthenticationUnsuccessful"}'), "gone", "gone"),
    ("404 page", Answer(404, b"<html>", "text/html"), "not_found", "not_found"),
    ("413", Answer(413, b'{"Detail":"PayloadTooLarge"}'), "refused", "refused"),
    ("429", Answer(429, b"", retry_after=26, limit_problem="minute"), "limited", "limited"),
    ("304 nothing new", Answer(304, b""), "unknown", "answered"),
    *(
        (str(status), Answer(status, b"<html>"), "unknown", "unknown")
        for status in (
            199, 300, 301, 302, 307, 402, 405, 408, 409, 412, 418, 500, 502, 503, 504, 520,
        )
    ),
]


@pytest.mark.parametrize(("name", "answer", "write", "read"), VERDICTS, ids=lambda v: str(v)[:20])
# Faults: 8
def test_classify(name, answer, write, read):
    assert errors.classify(answer, wrote=True) == write
    assert errors.classify(answer, wrote=False) == read


@given(st.integers(100, 599), st.binary(max_size=60), st.booleans(), st.booleans())
def test_nothing_but_success_and_refusals_is_certain(status, body, wrote, scope):
    verdict = errors.classify(Answer(status, body, scope_missing=scope), wrote=wrote)
    assert (verdict == "answered") == (200 <= status < 300 or (status == 304 and not wrote))
    if status >= 500:
        assert verdict == "unknown"


def test_a_text_that_quotes_the_conflict_is_no_conflict():
    body = b'{"Message":"The Reference Idempotency Key: is used with a different request is long"}'
    assert errors.classify(Answer(400, body), wrote=True) == "refused"


# === MESSAGE CATALOGUE (facts on the Xero API, 6.2) === #

MESSAGES = [
    (1, "mapping", "Account code '476' is not a valid code for this document."),
    (
        2,
        "mapping",
        "Account code '200' has been archived, or has been deleted. Each line item must reference "
        "a valid account.",
    ),
    (
        3,
        "mapping",
        "Account code ''476'' has been removed as it does not match a recognised account.",
    ),
    (4, "mapping", "Account code must be specified"),
    (5, "mapping", "The TaxType code 'OUTPUT' cannot be used with account code '630'."),
    (
        6,
        "mapping",
        "The TaxType code GST on Income does not exist or cannot be used for this type of "
        "transaction.",
    ),
    (7, "mapping", "The TaxType field is mandatory"),
    (8, "mapping", "Tax rate must be Active"),
    (9, "bug", "Account must be valid."),
    (9, "bug", "Tax rate must be valid."),
    (
        10,
        "match",
        "The contact name X is already assigned to another contact. The contact name must be "
        "unique across all active contacts.",
    ),
    (
        11,
        "match",
        "Another contact has this contact number. Please enter a different contact number.",
    ),
    (
        12,
        "user",
        "The specified contact details matched an archived contact. Archived contacts cannot "
        "currently be edited via the API.",
    ),
    (
        13,
        "user",
        "The contact with the specified contact details has been archived. The contact must be "
        "un-archived before creating new invoices or credit notes.",
    ),
    (14, "user", "The status 'ARCHIVED' is not valid for contacts"),
    (15, "bug", "A Contact must be specified for this type of transaction"),
    (
        16,
        "bug",
        "The Contact must contain at least 1 of the following elements to identify the contact: "
        "Name, ContactID, ContactNumber",
    ),
    (17, "data", "Email address must be valid."),
    (18, "data", "One or more line items must be specified"),
    (19, "data", "The description field is mandatory for each line item."),
    (20, "bug", "The line total 666.88 does not match the expected line total 666.93"),
    (21, "bug", "Discounts may not be applied to ACCPAY invoices."),
    (22, "data", "The tax amount cannot be greater than the line amount!"),
    (23, "data", "The Total for this document must be greater than or equal to zero."),
    (
        24,
        "bug",
        "The quantity value '-1.0000' is invalid. Quantity must not be less than zero.",
    ),
    (25, "data", "The document DueDate field must be specified."),
    (25, "data", "The Date field must be specified."),
    (25, "data", "Due date cannot be empty."),
    (26, "adopt", "Invoice # must be unique."),
    (27, "adopt", "Order number must be unique"),
    (26, "adopt", "Credit Note # must be unique."),
    (28, "decision", "PurchaseOrder status change is invalid"),
    (28, "decision", "Deleted PurchaseOrders cannot be updated"),
    (29, "adopt", "Price List Item with Code ''abc'' already exists"),
    (30, "decision", "Invoice not of valid status for modification"),
    (31, "bug", "Invoice not of valid status for creation"),
    (
        32,
        "decision",
        "This document cannot be edited as it has a payment or credit note allocated to it.",
    ),
    (
        33,
        "decision",
        "The status DRAFT cannot be applied to the invoice because it has payments or credit "
        "notes allocated to it.",
    ),
    (
        34,
        "decision",
        "Date cannot be changed on an invoice that has payment or credit notes allocated to it.",
    ),
    (
        35,
        "period",
        "The document date cannot be before the period lock date, currently set at 30-Nov-2018",
    ),
    (
        36,
        "period",
        "The document date cannot be before the end of year lock date, currently set at "
        "30-Nov-2018",
    ),
    (37, "setup", "Organisation is not subscribed to currency EUR"),
    (38, "setup", "You have reached the limit of invoices you can approve"),
    (
        39,
        "setup",
        "The User specified does not have the correct permissions to perform this action",
    ),
    (
        40,
        "relink",
        "An existing Credit Note with the specified CreditNoteID could not be found",
    ),
    (40, "relink", "An existing invoice with the specified ID could not be found"),
    (41, "relink", "The document with the supplied id was not found for this endpoint."),
    (42, "data", "Payment amount exceeds the amount outstanding on this document"),
    (42, "data", "Payment amounts must be positive amounts"),
    (
        43,
        "ignore",
        "Only AUTHORISED and BILLED purchase orders may have SentToContact updated.",
    ),
    (43, "ignore", "Only AUTHORISED invoices may have SentToContact updated."),
    (44, "bug", "Idempotency Key: K is used with a different request."),
    (45, "relink", "A document with id '132132' could not be found"),
    (46, "data", "Please enter a unique Name."),
]


@pytest.mark.parametrize(("row", "kind", "text"), MESSAGES, ids=lambda value: str(value)[:24])
# Faults: 36, 37
def test_message(row, kind, text):
    assert errors.explain(text).kind == kind
    assert errors.explain(text).code != "unknown"


@pytest.mark.parametrize(("row", "kind", "text"), MESSAGES, ids=lambda value: str(value)[:24])
def test_message_in_other_dress(row, kind, text):
    meaning = errors.explain(text)
    assert errors.explain(text.rstrip(".!")) == meaning
    assert errors.explain(text.upper()) == meaning
    assert errors.explain(f"  {text} ") == meaning
    assert errors.explain(re.sub("'+", '"', text)) == meaning
    assert errors.explain(text.replace("'", "\u2019")) == meaning


def test_the_catalogue_is_whole():
    assert {row for row, _kind, _text in MESSAGES} == set(range(1, 47))
    used = {errors.explain(text) for _row, _kind, text in MESSAGES}
    assert {kind for _pattern, kind in errors.CATALOGUE} == used


def test_codes_tell_the_rows_apart():
    by_code = {}
    for row, _kind, text in MESSAGES:
        by_code.setdefault(errors.explain(text).code, set()).add(row)
    assert {code: rows for code, rows in by_code.items() if len(rows) > 1} == {"gone": {40, 41, 45}}


@given(st.text())
# Faults: 44
def test_any_other_text_is_unknown(text):
    assert errors.explain(text) in {errors.UNKNOWN, *(kind for _p, kind in errors.CATALOGUE)}


def test_unknown_text():
    assert errors.explain("The moon is in the wrong phase.") == errors.UNKNOWN


# === ERRORS === #


def test_errors_carry_code_and_text():
    error = errors.RateLimited("limited", "Xero asks to wait.", retry_after=26)
    assert isinstance(error, errors.XeroError)
    assert (error.code, str(error), error.text, error.retry_after) == (
        "limited",
        "Xero asks to wait.",
        "Xero asks to wait.",
        26,
    )
    wordless = errors.NotSent("not_sent")
    assert str(wordless) == wordless.text == "not_sent"
