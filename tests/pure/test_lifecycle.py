"""What may be done with a document that stands in Xero, and the element that does it."""

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xero import codec, held, lifecycle
from xero.documents import Invoice, Line, PurchaseOrder, Totals
from xero.lifecycle import ABSENT, PRESENT, next_move

GUID = "b0000000-0000-4000-8000-000000000001"
CONTACT = "c0000000-0000-4000-8000-000000000001"
DAY = datetime.date(2026, 11, 2)


def line(description="Chairs", quantity=2, price=50, tax=None, **values):
    net = Decimal(quantity) * Decimal(price)
    return Line(
        description=description,
        quantity=Decimal(quantity),
        unit_price=Decimal(price),
        net=net,
        tax=net / 10 if tax is None else Decimal(tax),
        rate=Decimal(10),
        tax_type="OUTPUT",
        account_code="200",
        **values,
    )


def invoice(*lines, **values):
    lines = lines or (line(), Line.text("Thanks"))
    untaxed = sum((one.net for one in lines), Decimal(0))
    tax = sum((one.tax for one in lines), Decimal(0))
    return Invoice(
        "ACCREC", "INV/1", CONTACT, DAY, DAY, "AUD", tuple(lines),
        Totals(untaxed, tax, untaxed + tax), **{"reference": "PO 1", **values},
    )


def order(**values):
    return PurchaseOrder(
        "P1", CONTACT, DAY, "AUD", (line(),), Totals(Decimal(100), Decimal(10), Decimal(110)),
        **values,
    )


def in_xero(document, resource="Invoices", **changes):
    """What Xero would hold of a document, with ids on its lines."""
    _element, wanted = lifecycle.update_of(resource, GUID, document, EMPTY)
    rows = [
        {**row, "id": f"line {position}", "tax_amount": (
            row["tax_amount"] if row["tax_amount"] is not None else held.amount(one.tax)
        )}
        for position, (row, one) in enumerate(zip(wanted["lines"], document.lines, strict=True))
    ]
    return {**wanted, "status": "DRAFT", "lines": rows, **changes}


EMPTY = held.snapshot("Invoices", {})


def wanted_of(document, now, resource="Invoices"):
    return lifecycle.update_of(resource, GUID, document, now)[1]


def move(wish, before, now, document=None, **values):
    wanted = wanted_of(document, now) if document and now else None
    return next_move(wish, before, now, wanted, **values).kind


# === WHAT MAY BE DONE === #

BEFORE = in_xero(invoice())
CHANGED = invoice(reference="PO 2")


@pytest.mark.parametrize(("now", "kind"), [
    ({}, "update"),
    ({"status": "SUBMITTED"}, "update"),
    ({"status": "AUTHORISED"}, "approved"),
    ({"status": "SOMETHING NEW"}, "approved"),
    ({"status": "BILLED"}, "billed"),
    ({"status": "PAID", "paid": "110"}, "settled"),
    ({"status": "PAID"}, "settled"),
    ({"status": "AUTHORISED", "paid": "1"}, "settled"),
    ({"status": "AUTHORISED", "credited": "0.01"}, "settled"),
    ({"status": "VOIDED"}, "gone"),
    ({"status": "DELETED"}, "gone"),
    ({"reference": "By hand"}, "edited"),
    ({"reference": "PO 2"}, "done"),
    ({"reference": "PO 2", "status": "PAID", "paid": "110"}, "done"),
    ({"reference": "PO 2", "total": "110.01"}, "mismatch"),
])
def test_a_change_of_a_draft_that_odoo_sent(now, kind):
    assert move(PRESENT, BEFORE, {**BEFORE, **now}, CHANGED) == kind


@pytest.mark.parametrize(("now", "kind"), [
    ({}, "remove"),
    ({"status": "SUBMITTED"}, "remove"),
    ({"status": "AUTHORISED"}, "approved"),
    ({"status": "PAID", "paid": "110"}, "settled"),
    ({"status": "VOIDED"}, "done"),
    ({"status": "DELETED"}, "done"),
    ({"reference": "By hand"}, "edited"),
    ({"theme": "t1"}, "edited"),
])
def test_a_cancellation_of_a_draft_that_odoo_sent(now, kind):
    assert move(ABSENT, BEFORE, {**BEFORE, **now}) == kind


@pytest.mark.parametrize(("locked_until", "kind"), [
    ("", "update"), ("2026-11-01", "update"), ("2026-11-02", "locked"), ("2027-01-01", "locked"),
])
def test_what_odoo_approved_follows_while_its_period_is_open(locked_until, kind):
    before = {**BEFORE, "status": "AUTHORISED"}
    assert move(PRESENT, before, before, CHANGED, locked_until=locked_until) == kind
    assert lifecycle.needs_lock_date(before, before)


@pytest.mark.parametrize(("locked_until", "kind"), [
    ("", "remove"), ("2026-11-01", "remove"), ("2026-11-02", "locked"),
])
def test_what_odoo_approved_is_voided_while_its_period_is_open(locked_until, kind):
    before = {**BEFORE, "status": "AUTHORISED"}
    assert move(ABSENT, before, before, locked_until=locked_until) == kind


@pytest.mark.parametrize(("before", "now"), [
    (None, {"status": "AUTHORISED"}),
    ({"status": "AUTHORISED"}, None),
    ({"status": "DRAFT"}, {"status": "AUTHORISED"}),
    ({"status": "VOIDED"}, {"status": "VOIDED"}),
    ({"status": "AUTHORISED"}, {"status": "AUTHORISED", "paid": "1"}),
])
def test_the_period_is_asked_for_only_where_it_alone_decides(before, now):
    """The question costs a call."""
    held_before, held_now = (one and {**BEFORE, **one} for one in (before, now))
    assert not lifecycle.needs_lock_date(held_before, held_now)


def test_nothing_is_moved_into_a_closed_period():
    before = {**BEFORE, "status": "AUTHORISED"}
    document = replace(CHANGED, date=datetime.date(2026, 10, 1))
    assert move(PRESENT, before, before, document, locked_until="2026-10-31") == "locked"


def test_a_draft_may_be_dated_in_a_closed_period():
    assert move(PRESENT, BEFORE, BEFORE, CHANGED, locked_until="2027-01-01") == "update"
    assert not lifecycle.needs_lock_date(BEFORE, BEFORE)


def test_what_xero_does_not_know_is_gone_or_as_wanted():
    assert next_move(PRESENT, BEFORE, None).kind == "gone"
    assert next_move(ABSENT, BEFORE, None).kind == "done"
    removed = {**BEFORE, "status": "DELETED"}
    assert next_move(PRESENT, removed, None, wanted_of(CHANGED, BEFORE)).kind == "gone"
    assert move(PRESENT, None, removed, CHANGED) == "gone", "Nobody knows who removed it."


def test_what_we_removed_is_created_anew_when_its_number_is_free():
    removed = {**BEFORE, "status": "DELETED"}
    assert move(PRESENT, removed, removed, CHANGED) == "gone"
    renamed = {**removed, "number": "INV/1 DELETED b0000000"}
    assert move(PRESENT, removed, renamed, CHANGED) == "again"
    assert move(PRESENT, BEFORE, renamed, CHANGED) == "gone", "A person has removed it."


@pytest.mark.parametrize(("kind", "expected"), [
    ("ACCPAY", "again"), ("ACCPAYCREDIT", "again"), ("ACCREC", "gone"), ("ACCRECCREDIT", "gone"),
])
def test_a_number_of_a_supplier_is_never_taken(kind, expected):
    removed = {**BEFORE, "status": "DELETED"}
    assert move(PRESENT, removed, removed, CHANGED, kind=kind) == expected
    assert move(PRESENT, BEFORE, removed, CHANGED, kind=kind) == "gone", "A person has removed it."


def test_what_we_never_sent_is_shown_against_odoo_s_version():
    found = next_move(PRESENT, None, BEFORE, wanted_of(CHANGED, BEFORE))
    assert found.kind == "edited"
    assert found.differences == (held.Difference("reference", "PO 2", "PO 1"),)
    assert next_move(PRESENT, None, BEFORE, wanted_of(invoice(), BEFORE)).kind == "done"
    assert next_move(ABSENT, None, BEFORE).kind == "edited"
    approved = {**BEFORE, "status": "AUTHORISED"}
    assert next_move(PRESENT, None, approved, wanted_of(CHANGED, approved)).kind == "approved"


def test_what_both_sides_changed_alike_is_no_edit():
    now = {**BEFORE, "reference": "PO 2"}
    assert move(PRESENT, BEFORE, now, replace(CHANGED, due_date=None)) == "update"


def test_a_decision_against_the_edits_counts_only_for_those():
    """The person was shown `edited`, which counts as sent from then on."""
    edited = {**BEFORE, "reference": "By hand"}
    assert move(PRESENT, edited, edited, CHANGED) == "update"
    assert move(PRESENT, edited, {**edited, "due_date": "2027-01-01"}, CHANGED) == "edited"
    assert move(PRESENT, edited, {**edited, "status": "AUTHORISED"}, CHANGED) == "approved"


STATUSES = st.sampled_from(
    ["DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "BILLED", "VOIDED", "DELETED", "NEW", ""]
)
AMOUNT = st.sampled_from(["", "0", "0.01", "110"])


@given(
    st.sampled_from([PRESENT, ABSENT]), STATUSES, STATUSES, AMOUNT, AMOUNT,
    st.sampled_from(["PO 1", "PO 2", "By hand"]), st.sampled_from(["", "2026-11-30"]),
)
def test_nothing_leaves_that_xero_would_refuse_or_a_person_would_miss(
    wish, old_status, status, paid, credited, reference, locked_until
):
    before = {**BEFORE, "status": old_status}
    now = {**BEFORE, "status": status, "paid": paid, "credited": credited, "reference": reference}
    kind = move(
        wish, before, now, CHANGED if wish == PRESENT else None, locked_until=locked_until
    )
    if kind not in ("update", "remove"):
        return
    assert status in lifecycle.DRAFTS or (status == old_status and not locked_until)
    assert paid in ("", "0")
    assert credited in ("", "0")
    assert reference == "PO 1", "A person's words would be lost."


# === ELEMENTS === #

def element_of(document, now, resource="Invoices"):
    return codec.loads(lifecycle.update_of(resource, GUID, document, now)[0])


def test_an_update_names_the_document_and_its_lines_and_no_status():
    element = element_of(CHANGED, BEFORE)
    assert element["InvoiceID"] == GUID
    assert "Status" not in element
    assert [one["LineItemID"] for one in element["LineItems"]] == ["line 0", "line 1"]
    assert element["Reference"] == "PO 2"


def test_what_odoo_has_no_more_is_emptied():
    assert element_of(replace(CHANGED, reference=None), BEFORE)["Reference"] == ""
    assert "Reference" not in element_of(replace(CHANGED, reference=None), EMPTY)


def test_the_status_asks_how_a_document_leaves():
    for status, expected in (("DRAFT", "DELETED"), ("SUBMITTED", "DELETED"),
                             ("AUTHORISED", "VOIDED")):
        element, number = lifecycle.removal_of("Invoices", GUID, {**BEFORE, "status": status})
        assert codec.loads(element) == {"InvoiceID": GUID, "Status": expected}
        assert number == "INV/1"


@pytest.mark.parametrize("status", ["DRAFT", "AUTHORISED"])
@pytest.mark.parametrize("number", ["P1", "P" * 255])
def test_an_order_is_deleted_and_renamed(status, number):
    now = in_xero(order(), "PurchaseOrders", status=status, number=number)
    element, renamed = lifecycle.removal_of("PurchaseOrders", GUID, now)
    assert codec.loads(element) == {
        "PurchaseOrderID": GUID, "Status": "DELETED", "PurchaseOrderNumber": renamed,
    }
    assert renamed.endswith(" DELETED b0000000")
    assert renamed != number
    assert len(renamed) <= 255


# === LINES === #

def ids(document, now):
    return [one.line_item_id for one in lifecycle.with_line_ids(document, now).lines]


def test_equal_lines_first_then_the_same_words_then_the_place():
    a, b, c = line("A", 1, 1), line("B", 2, 2), line("C", 3, 3)
    now = in_xero(invoice(a, b, c))
    assert ids(invoice(c, a, b), now) == ["line 2", "line 0", "line 1"]
    assert ids(invoice(line("B", 5, 5), a), now) == ["line 1", "line 0"]
    assert ids(invoice(line("C", 5, 5), line("B", 5, 5)), now) == ["line 2", "line 1"]
    assert ids(invoice(line("New"), b, c), now) == ["line 0", "line 1", "line 2"]
    assert ids(invoice(a, b, c, line("New")), now) == ["line 0", "line 1", "line 2", None]


def test_a_line_that_has_more_in_xero_is_replaced():
    now = in_xero(invoice(line()))
    for more in ({"item": "CHAIR"}, {"discount": "10 %"}, {"tracking": [["Region", "North"]]}):
        richer = {**now, "lines": [{**now["lines"][0], **more}]}
        assert ids(invoice(line()), richer) == [None]
    assert ids(invoice(line()), {**now, "lines": [{**now["lines"][0], "quantity": ""}]}) == [None]
    nameless = {**now, "lines": [{**now["lines"][0], "id": ""}]}
    assert ids(invoice(line()), nameless) == [None]


def test_a_line_that_has_as_much_in_xero_is_changed():
    now = in_xero(invoice(line(item_code="CHAIR")))
    assert ids(invoice(line("Other", item_code="CHAIR")), now) == ["line 0"]


def test_a_tax_is_stated_where_xero_holds_another():
    now = in_xero(invoice(line()))
    (one,) = lifecycle.with_line_ids(invoice(line(price=60)), now).lines
    assert one.states_tax
    (one,) = lifecycle.with_line_ids(invoice(line("Other words")), now).lines
    assert not one.states_tax
    element = element_of(invoice(line(price=60)), now)
    assert element["LineItems"][0]["TaxAmount"] == 12
    silent = {**now, "lines": [{**now["lines"][0], "tax_amount": None}]}
    free, new = lifecycle.with_line_ids(invoice(line(tax=0), line("New")), silent).lines
    assert (free.line_item_id, free.states_tax) == ("line 0", False)
    assert (new.line_item_id, new.states_tax) == (None, False)


WORDS = st.sampled_from(["A", "B", "C", ""])
LINES = st.lists(
    st.builds(line, WORDS, st.integers(1, 3), st.integers(1, 3)) | st.builds(Line.text, WORDS),
    min_size=1, max_size=6,
)


def sendable(lines):
    return tuple(one for one in lines if not one.text_only or one.description)


@given(LINES.filter(sendable), LINES.filter(sendable))
def test_no_id_is_named_twice_and_none_is_invented(ours, theirs):
    now = in_xero(invoice(*sendable(theirs)))
    named = [one for one in ids(invoice(*ours), now) if one]
    assert len(set(named)) == len(named)
    assert set(named) <= {one["id"] for one in now["lines"]}


@given(LINES.filter(sendable))
def test_an_unchanged_document_names_every_line_and_is_done(lines):
    document = invoice(*sendable(lines))
    now = in_xero(document)
    assert sorted(ids(document, now)) == [one["id"] for one in now["lines"]]
    assert move(PRESENT, now, now, document) == "done"


@given(LINES.filter(sendable), LINES.filter(sendable))
def test_after_an_update_xero_holds_what_is_wanted(ours, theirs):
    """Xero's rule of updates: a known id changes a line, no id adds one, an absent one deletes;
    absent fields of a line stay."""
    now, document = in_xero(invoice(*sendable(theirs))), invoice(*ours)
    element = element_of(document, now)
    held_lines = {row["id"]: row for row in now["lines"]}
    after = []
    for row, one in zip(element["LineItems"], sendable(ours), strict=True):
        new = held.snapshot_of_line(row)
        old = held_lines.get(new["id"], {})
        kept = {name: new[name] or old.get(name, new[name]) for name in new}
        if kept["tax_amount"] is None:
            kept["tax_amount"] = held.amount(one.tax)
        after.append({**kept, "id": new["id"] or f"new {len(after)}"})
    result = {**now, "lines": after, **{
        name: wanted_of(document, now)[name] for name in ("subtotal", "tax", "total")
    }}
    assert move(PRESENT, now, result, document) == "done"
    assert next_move(PRESENT, now, result, wanted_of(document, now)).kind == "done"
