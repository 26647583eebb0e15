"""Xero's numbers fit together, and links lead where they should."""

import pytest

from xero import const

GUID = "297c2dc5-cc47-4afd-8ec8-74990b8761e9"


def test_the_last_resend_ends_inside_the_life_of_the_key():
    assert const.RESEND_OFFSETS[0] == 0
    assert list(const.RESEND_OFFSETS) == sorted(const.RESEND_OFFSETS)
    assert const.RESEND_OFFSETS[-1] < const.SEND_DEADLINE
    assert const.SEND_DEADLINE + const.TOTAL_TIMEOUT <= const.KEY_LIFE - 30


def test_a_resend_waits_for_the_answer_before_it():
    pauses = [b - a for a, b in zip(const.RESEND_OFFSETS, const.RESEND_OFFSETS[1:], strict=False)]
    assert min(pauses) >= const.TOTAL_TIMEOUT


def test_the_quarantine_outlives_key_and_timeout():
    assert const.QUARANTINE > const.KEY_LIFE + const.TOTAL_TIMEOUT


def test_batches_fit_xeros_limits():
    assert const.BATCH_SIZE == 50
    assert const.IDS_PER_FILTER == 40
    assert const.REQUEST_BYTES <= 3_500_000


def test_scopes_are_granular():
    assert const.BASE_SCOPES[0] == "offline_access"
    assert not [scope for scope in const.BASE_SCOPES if scope.startswith("accounting.transactions")]


@pytest.mark.parametrize(
    ("resource", "link"),
    [
        ("Invoices", f"https://go.xero.com/app/!Qj35V/invoicing/view/{GUID}"),
        ("Contacts", f"https://go.xero.com/app/!Qj35V/contacts/contact/{GUID}"),
        (
            "PurchaseOrders",
            "https://go.xero.com/organisationlogin/default.aspx?shortcode=!Qj35V"
            f"&redirecturl=/Accounts/Payable/PurchaseOrders/View/{GUID}/",
        ),
        (
            "Bills",
            "https://go.xero.com/organisationlogin/default.aspx?shortcode=!Qj35V"
            f"&redirecturl=/AccountsPayable/Edit.aspx?InvoiceID={GUID}",
        ),
        (
            "CreditNotes",
            "https://go.xero.com/organisationlogin/default.aspx?shortcode=!Qj35V"
            f"&redirecturl=/AccountsReceivable/ViewCreditNote.aspx?creditNoteID={GUID}",
        ),
        (
            "VendorCredits",
            "https://go.xero.com/organisationlogin/default.aspx?shortcode=!Qj35V"
            f"&redirecturl=/AccountsPayable/ViewCreditNote.aspx?creditNoteID={GUID}",
        ),
        ("Items", None),
    ],
)
def test_deep_link(resource, link):
    assert const.deep_link(resource, "!Qj35V", GUID) == link


def test_deep_link_of_a_stand_in():
    link = const.deep_link("Invoices", "!Qj35V", GUID, base_url="http://localhost:9100")
    assert link == f"http://localhost:9100/app/!Qj35V/invoicing/view/{GUID}"


def test_deep_link_cannot_be_led_elsewhere():
    link = const.deep_link("Invoices", "../x?a=b&c", "../../evil#\"")
    assert link == "https://go.xero.com/app/..%2Fx%3Fa%3Db%26c/invoicing/view/..%2F..%2Fevil%23%22"
