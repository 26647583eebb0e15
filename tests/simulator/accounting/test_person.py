"""What a person does in Xero, and that the webhooks hear of it."""

from __future__ import annotations

from datetime import date

import pytest

from xero_simulator.accounting import Refused


@pytest.fixture
def heard(au):
    """The events of changes made outside of requests."""
    events = []
    au.organisation.listener = lambda event: events.append((event.category, event.type))
    return events


def test_a_person_enters_documents(au, heard):
    day = date(2026, 3, 1)
    bill = au.enter_invoice(**au.bill(Date=day, InvoiceNumber="S-1", Status="AUTHORISED"))
    note = au.enter_credit_note(**au.credit(Type="ACCPAYCREDIT", CreditNoteNumber="C-1"))
    order = au.enter_order(**au.order(PurchaseOrderNumber="P-1"))
    assert au.invoices[bill["InvoiceID"]]["Date"] == day
    assert (note["Status"], order["Status"]) == ("DRAFT", "DRAFT")
    with pytest.raises(Refused, match="unique"):
        au.enter_order(**au.order(PurchaseOrderNumber="P-1"))
    assert heard == [("INVOICE", "CREATE"), ("CREDITNOTE", "CREATE")]


def test_a_person_approves_edits_voids_and_deletes(au, heard):
    guid = au.made("Invoices", au.invoice(DueDate=None))["InvoiceID"]
    with pytest.raises(Refused, match="DueDate"):
        au.approve(guid)
    assert heard == []
    assert au.approve(guid, DueDate=date(2026, 4, 1))["Status"] == "AUTHORISED"
    assert au.edit(guid, Reference="by hand")["Reference"] == "by hand"
    assert au.void(guid)["Status"] == "VOIDED"
    other = au.made("Invoices", au.invoice())["InvoiceID"]
    au.submit(other)
    au.delete(other)
    assert heard == [("INVOICE", "UPDATE")] * 5


def test_what_a_person_did_outlives_a_request_that_fails(au):
    guid = au.made("Invoices", au.invoice())["InvoiceID"]
    au.approve(guid)
    assert au.get(f"Invoices/{au.contact_id}").status == 404
    assert au.invoices[guid]["Status"] == "AUTHORISED"


def test_a_person_pays_and_takes_it_back(au, heard):
    guid = au.made("Invoices", au.invoice(Status="AUTHORISED"))["InvoiceID"]
    payment = au.pay(guid, "110.00", date(2026, 3, 2))
    assert au.invoices[guid]["Status"] == "PAID"
    au.unpay(payment["PaymentID"])
    assert au.invoices[guid]["Status"] == "AUTHORISED"
    assert heard == [("INVOICE", "UPDATE")] * 2


def test_a_person_allocates_a_credit_note(au, heard):
    invoice = au.made("Invoices", au.invoice(Status="AUTHORISED"))["InvoiceID"]
    note = au.made("CreditNotes", au.credit(Status="AUTHORISED"))["CreditNoteID"]
    au.allocate(note, invoice, 110)
    assert au.invoices[invoice]["Status"] == "PAID"
    assert sorted(heard) == [("CREDITNOTE", "UPDATE"), ("INVOICE", "UPDATE")]


def test_a_person_enters_a_credit_note_and_an_invoice_is_lost(au):
    guid = au.made("Invoices", au.invoice(Status="AUTHORISED"))["InvoiceID"]
    line = {"Description": "Credit", "Quantity": 1, "UnitAmount": 5, "AccountCode": "200"}
    note = au.organisation.make_credit_note(
        Type="ACCRECCREDIT", Status="AUTHORISED", Contact={"ContactID": au.contact_id},
        LineItems=[line],
    )  # fmt: skip
    au.allocate(note["CreditNoteID"], guid, "1.00")
    assert au.invoices[guid]["AmountCredited"] == 1
    au.organisation.lose(guid)
    assert au.get(f"Invoices/{guid}").status == 404


def test_orders_and_payments_have_no_events_of_their_own(au, heard):
    guid = au.made("PurchaseOrders", au.order())["PurchaseOrderID"]
    au.approve(guid)
    au.organisation.bill(guid)
    assert au.purchase_orders[guid]["Status"] == "BILLED"
    assert heard == []


def test_merging_archives_one_contact_and_moves_its_documents(au, heard):
    source, target = au.contact("Boom FM"), au.contact("Basket Case")
    guid = au.made("Invoices", au.invoice(Contact={"ContactID": source}))["InvoiceID"]
    au.merge_contacts(source, target)
    assert au.invoices[guid]["ContactID"] == target
    row = au.get(f"Contacts/{source}").row("Contacts")
    assert (row["ContactStatus"], row["MergedToContactID"]) == ("ARCHIVED", target)
    paged = au.get("Contacts", IDs=source, includeArchived="true", page=1).row("Contacts")
    assert paged["MergedToContactID"] == target
    unpaged = au.get("Contacts", IDs=source, includeArchived="true").row("Contacts")
    assert "MergedToContactID" not in unpaged
    assert heard == [("CONTACT", "UPDATE")]


def test_only_a_person_restores_a_contact(au, heard):
    guid = au.contact("Rex Media Group")
    au.restore_contact(guid)
    assert au.made("Invoices", au.invoice(Contact={"ContactID": guid}))
    au.erase_contact(guid)
    assert au.refusal("Invoices", au.invoice(Contact={"ContactID": guid}))
    assert heard == [("CONTACT", "UPDATE")] * 2


def test_a_person_may_make_duplicate_numbers(au):
    """A read by number then returns one of the two without a word."""
    first, second = au.contact("Boom FM"), au.contact("Basket Case")
    au.edit_contact(first, ContactNumber="dup")
    au.edit_contact(second, ContactNumber="dup")
    assert au.get("Contacts/dup").row("Contacts")["ContactID"] == first
    assert len(au.get("Contacts", where='ContactNumber=="dup"').rows("Contacts")) == 2


def test_settings_change_under_the_documents(au):
    au.archive_account("200")
    assert "has been archived" in au.refusal("Invoices", au.invoice())[0]
    au.rename_account("260", "261")
    assert au.made("Invoices", au.invoice(au.line(AccountCode="261")))
    au.set_tax_rate_status("OUTPUT", "ARCHIVED")
    assert au.refusal("Invoices", au.invoice(au.line(AccountCode="261"))) == [
        "Tax rate must be Active"
    ]
    au.unsubscribe_currency("EUR")
    assert "EUR" not in {row["Code"] for row in au.get("Currencies").rows("Currencies")}
    region = next(iter(au.tracking_categories))
    au.archive_tracking_category(region)
    tracked = au.line(AccountCode="855", TaxType="BASEXCLUDED",
                      Tracking=[{"Name": "Region", "Option": "North"}])  # fmt: skip
    assert au.refusal("Invoices", au.invoice(tracked))


def test_an_unknown_tie_rule_is_a_mistake_of_the_test(au):
    with pytest.raises(ValueError, match="half_up"):
        au.set_tie_rule("bankers")
