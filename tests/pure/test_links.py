"""Addresses that open a record in Xero's pages."""

import pytest

from xero import const

GUID = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"


@pytest.mark.parametrize(("resource", "link"), [
    ("Invoices", f"https://go.xero.com/app/!Qj35V/invoicing/view/{GUID}"),
    ("Contacts", f"https://go.xero.com/app/!Qj35V/contacts/contact/{GUID}"),
    (
        "PurchaseOrders",
        "https://go.xero.com/organisationlogin/default.aspx?shortcode=!Qj35V"
        f"&redirecturl=/Accounts/Payable/PurchaseOrders/View/{GUID}/",
    ),
    ("Items", None),
])
def test_link(resource, link):
    assert const.deep_link(resource, "!Qj35V", GUID) == link


def test_link_of_a_stand_in():
    assert const.deep_link("Invoices", "!a", GUID, "http://localhost:9100") == (
        f"http://localhost:9100/app/!a/invoicing/view/{GUID}"
    )


def test_link_holds_nothing_but_its_parts():
    link = const.deep_link("Invoices", "a/../b", 'x"?&<y')
    assert link == "https://go.xero.com/app/a%2F..%2Fb/invoicing/view/x%22%3F%26%3Cy"


def test_timers_fit_into_the_life_of_a_key():
    offsets = const.RESEND_OFFSETS
    assert list(offsets) == sorted(set(offsets))
    assert offsets[-1] < const.SEND_DEADLINE
    assert const.SEND_DEADLINE + const.TOTAL_TIMEOUT < const.KEY_LIFE < const.QUARANTINE
