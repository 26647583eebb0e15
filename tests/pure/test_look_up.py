"""What a look-up proves of one document in doubt: each verdict by example."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from xero import look_up

SENT = {
    "kind": "ACCREC", "number": "N1", "contact": "contact", "currency": "AUD",
    "date": "2026-11-02", "url": "https://odoo/1", "untaxed": "100.00", "tax": "10.00",
    "total": "110.00",
}
BILL = {**SENT, "kind": "ACCPAY"}


def row(**changes):
    totals = [Decimal(changes.pop(name, SENT[name])) for name in ("untaxed", "tax", "total")]
    return SimpleNamespace(**{
        "number": "N1", "contact_id": "contact", "currency": "AUD", "date": date(2026, 11, 2),
        "url": "https://odoo/1", "status": "DRAFT",
        "totals": SimpleNamespace(untaxed=totals[0], tax=totals[1], total=totals[2]), **changes,
    })


def verdict(member, *rows, taken=False, foreign=()):
    return look_up.judge(member, rows, taken, lambda one: one in foreign)


def test_nothing_found_was_never_executed():
    assert verdict(SENT).kind == "again"
    assert verdict(BILL, row(contact_id="another supplier")).kind == "again"


def test_one_that_is_equal_is_ours():
    ours = row()
    assert verdict(SENT, ours) == look_up.Verdict("adopt", match=ours)
    assert verdict(SENT, row(status="VOIDED"), ours).match is ours
    assert verdict(SENT, ours, taken=True).kind == "adopt"


@pytest.mark.parametrize("change", [
    {"contact_id": "other"}, {"currency": "NZD"}, {"date": date(2026, 11, 3)}, {"date": None},
    {"untaxed": "100.01"}, {"tax": "9.99"}, {"total": "110.01"}, {"totals": None},
])
def test_what_differs_in_anything_is_not(change):
    assert verdict(SENT, row(**change)) == look_up.Verdict("unlike", count=1)
    assert verdict(SENT, row(**change), taken=True).kind == "taken"


def test_what_another_record_is_linked_to_is_not():
    other = row()
    assert verdict(SENT, other, foreign=[other]).kind == "unlike"
    assert verdict(SENT, other, taken=True, foreign=[other]).kind == "taken"
    assert verdict(BILL, other, foreign=[other]).kind == "again"


def test_what_somebody_removed_is_not_created_again():
    assert verdict(SENT, row(status="VOIDED")).kind == "gone"
    assert verdict(BILL, row(status="DELETED")).kind == "gone"
    assert verdict(SENT, row(status="DELETED"), taken=True).kind == "taken"


def test_two_are_not_chosen_from():
    assert verdict(SENT, row(), row()) == look_up.Verdict("unlike", count=2)
    assert verdict(BILL, row(), row()) == look_up.Verdict("several", count=2)


def test_our_mark_tells_a_bill_from_its_twins():
    ours, twin = row(), row(url="https://odoo/2")
    assert verdict(BILL, twin, ours).match is ours
    assert verdict(BILL, row(url=None), ours).match is ours
    assert verdict(BILL, twin).kind == "again"  # another document's mark


def test_without_a_mark_only_an_equal_bill_counts():
    unmarked = row(url=None)
    assert verdict(BILL, unmarked).match is unmarked
    assert verdict(BILL, row(url=None, total="110.01")).kind == "again"
    assert verdict(BILL, row(url=None, status="VOIDED")).kind == "again"
    assert verdict({**BILL, "url": None}, row(url=None, total="110.01")).kind == "unlike"


def test_an_item_is_told_by_its_code_alone():
    item = {**SENT, "kind": None, "total": None, "number": "Ab"}
    assert verdict(item, SimpleNamespace(number="Ab", status=None)).kind == "adopt"
    assert verdict(item, SimpleNamespace(number="AB", status=None)).kind == "unlike"
    assert verdict(item, SimpleNamespace(number="Ab", status="ARCHIVED")).kind == "unlike"
