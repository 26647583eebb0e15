"""How documents, payments and settings look on the wire: lists, single reads, write answers.

The three differ in Xero: lists without a page have no lines, lists name the contact shortly,
and answers to writes leave out payments and credits but carry the whole contact.
"""

from __future__ import annotations

from decimal import Decimal

from .contacts import full_contact, short_contact
from .credits_on_account import ID_KEYS
from .notation import CENT, FOUR_PLACES, ZERO, day_string, ms_stamp, utc_string
from .tables import Record

LINE_ORDER = ("UnitAmount", "TaxType", "TaxAmount", "LineAmount", "AccountCode", "AccountID")


def line(record: Record, places: int) -> Record:
    """Return a line; one of text alone has no quantity and no amounts."""
    shown = {"Description": record["Description"]}
    if "ItemCode" in record:
        shown["ItemCode"] = record["ItemCode"]
    if "LineAmount" in record:
        for key in LINE_ORDER:
            if key in record:
                shown[key] = record[key]
        shown["UnitAmount"] = record["UnitAmount"].quantize(CENT if places == 2 else FOUR_PLACES)
        for key in ("DiscountRate", "DiscountAmount"):
            if key in record:
                shown[key] = record[key]
        shown["Quantity"] = record["Quantity"]
    shown["Tracking"] = record["Tracking"]
    shown["LineItemID"] = record["LineItemID"]
    return shown


def invoice(organisation, record: Record, view: str, places: int) -> Record:
    """Return an invoice as a `list`, `page`, `single`, `summary` or `written` one."""
    guid = record["InvoiceID"]
    shown = {
        "Type": record["Type"],
        "InvoiceID": guid,
        "InvoiceNumber": record["InvoiceNumber"],
        "Reference": record["Reference"],
    }
    if view not in ("written", "summary"):
        shown["Payments"] = [
            short_payment(payment) for payment in live_payments(organisation, guid)
        ]
        shown["CreditNotes"] = [
            _applied_credit(organisation, allocation)
            for allocation in organisation.allocations.find("invoice", guid)
            if allocation["Resource"] == "CreditNotes"
        ]
    if view != "summary":
        for resource in ("Prepayments", "Overpayments"):
            shown[resource] = [
                _applied_on_account(organisation, allocation)
                for allocation in organisation.allocations.find("invoice", guid)
                if allocation["Resource"] == resource and view != "written"
            ]
    shown["AmountDue"] = record["AmountDue"]
    shown["AmountPaid"] = record["AmountPaid"]
    if view != "written":
        shown["AmountCredited"] = record["AmountCredited"]
    _common(shown, record, view)
    for key in ("Url", "BrandingThemeID"):
        if record.get(key):
            shown[key] = record[key]
    shown["IsDiscounted"] = bool(record["TotalDiscount"])
    shown["HasErrors"] = False
    shown["Contact"] = _contact(organisation, record, view)
    _dates(shown, record, "Date", "DueDate", "ExpectedPaymentDate", "PlannedPaymentDate")
    _body(shown, record, view, places)
    shown["UpdatedDateUTCString"] = utc_string(record["UpdatedDateUTC"])
    if "FullyPaidOnDate" in record:
        shown["FullyPaidOnDate"] = record["FullyPaidOnDate"]
    return shown


def credit_note(organisation, record: Record, view: str, places: int) -> Record:
    """Return a credit note; `ID` repeats its id, as Xero does."""
    guid = record["CreditNoteID"]
    shown = {"CreditNoteID": guid, "CreditNoteNumber": record["CreditNoteNumber"]}
    if view != "written":
        shown["Payments"] = [
            short_payment(payment) for payment in live_payments(organisation, guid)
        ]
    shown["ID"] = guid
    shown["Type"] = record["Type"]
    shown["Reference"] = record["Reference"]
    shown["RemainingCredit"] = record["RemainingCredit"]
    shown["Allocations"] = [
        allocation_of_note(organisation, one)
        for one in organisation.allocations.find("source", guid)
    ]
    _common(shown, record, view)
    if record.get("BrandingThemeID"):
        shown["BrandingThemeID"] = record["BrandingThemeID"]
    shown["HasErrors"] = False
    shown["Contact"] = _contact(organisation, record, view)
    _dates(shown, record, "Date", "DueDate")
    _body(shown, record, view, places)
    shown["UpdatedDateUTCString"] = utc_string(record["UpdatedDateUTC"])
    if "FullyPaidOnDate" in record:
        shown["FullyPaidOnDate"] = record["FullyPaidOnDate"]
    return shown


def purchase_order(organisation, record: Record, view: str, places: int = 4) -> Record:
    """Return a purchase order; prices have four decimals always."""
    shown = {
        "PurchaseOrderID": record["PurchaseOrderID"],
        "PurchaseOrderNumber": record["PurchaseOrderNumber"],
    }
    _dates(shown, record, "Date", "DeliveryDate", "ExpectedArrivalDate")
    for key in ("DeliveryAddress", "AttentionTo", "Telephone", "DeliveryInstructions"):
        if record.get(key):
            shown[key] = record[key]
    shown["HasErrors"] = False
    shown["IsDiscounted"] = False
    shown["Reference"] = record.get("Reference", "")
    shown["Type"] = "PURCHASEORDER"
    _common(shown, record, view)
    if record.get("BrandingThemeID"):
        shown["BrandingThemeID"] = record["BrandingThemeID"]
    shown["Contact"] = _contact(organisation, record, "written")
    _body(shown, record, "page" if view == "list" else view, 4)
    return shown


def payment(organisation, record: Record, view: str = "single", places: int = 2) -> Record:
    """Return a payment with its account and document."""
    account = organisation.accounts[record["AccountID"]]
    shown = {
        "PaymentID": record["PaymentID"],
        "Date": record["Date"],
        "BankAmount": record["BankAmount"],
        "Amount": record["Amount"],
        "Reference": record["Reference"],
        "CurrencyRate": record["CurrencyRate"],
        "PaymentType": record["PaymentType"],
        "Status": record["Status"],
        "UpdatedDateUTC": record["UpdatedDateUTC"],
        "UpdatedDateUTCString": utc_string(record["UpdatedDateUTC"]),
        "HasAccount": True,
        "IsReconciled": record["IsReconciled"],
        "Account": {"AccountID": account["AccountID"], "Code": account["Code"]},
    }
    if record.get("BatchPaymentID"):
        batch = organisation.batch_payments[record["BatchPaymentID"]]
        shown["BatchPaymentID"] = batch["BatchPaymentID"]
        shown["BatchPayment"] = _batch_of_payment(batch)
    paid = organisation.invoices.get(record["DocumentID"])
    if paid is not None:
        shown["Invoice"] = {
            "Type": paid["Type"],
            "InvoiceID": paid["InvoiceID"],
            "InvoiceNumber": paid["InvoiceNumber"],
            "Payments": [],
            "CreditNotes": [],
            "Prepayments": [],
            "Overpayments": [],
            "HasErrors": False,
            "IsDiscounted": bool(paid["TotalDiscount"]),
            "Contact": short_contact(organisation.contacts[paid["ContactID"]]),
            "LineItems": [],
            "CurrencyCode": paid["CurrencyCode"],
        }
    else:
        # A refund names its credit note as an invoice of the note's type (Xero's own example).
        note = organisation.credit_notes[record["DocumentID"]]
        shown["Invoice"] = {
            "Type": note["Type"],
            "InvoiceID": note["CreditNoteID"],
            "InvoiceNumber": note["CreditNoteNumber"],
            "Payments": [],
            "CreditNotes": [],
            "Prepayments": [],
            "Overpayments": [],
            "HasErrors": False,
            "IsDiscounted": bool(note["TotalDiscount"]),
            "Contact": short_contact(organisation.contacts[note["ContactID"]]),
            "LineItems": [],
            "CurrencyCode": note["CurrencyCode"],
        }
    shown["HasValidationErrors"] = False
    return shown


def batch_payment(organisation, record: Record, view: str = "single", places: int = 2) -> Record:
    """Return a batch of payments; a list names them by their ids alone."""
    shown = _batch_of_payment(record)
    shown["Details"] = record["Details"]
    shown["Payments"] = [
        {
            "PaymentID": one["PaymentID"],
            "Invoice": {"InvoiceID": one["DocumentID"]},
            "Amount": one["Amount"],
        }
        for one in organisation.payments.find("batch", record["BatchPaymentID"])
    ]
    return shown


def credit_on_account(organisation, record: Record, view: str, places: int) -> Record:
    """Return an overpayment or a prepayment; `ID` repeats its id, as Xero does."""
    guid = record["CreditID"]
    shown = {
        ID_KEYS[record["Resource"]]: guid,
        "ID": guid,
        "Type": record["Type"],
        "Reference": record["Reference"],
        "RemainingCredit": record["RemainingCredit"],
        "Allocations": [
            allocation_of_note(organisation, one)
            for one in organisation.allocations.find("source", guid)
        ],
        "Payments": [],
        "HasAttachments": False,
        "Contact": short_contact(organisation.contacts[record["ContactID"]]),
    }
    _dates(shown, record, "Date")
    for key in ("Status", "CurrencyRate", "CurrencyCode", "UpdatedDateUTC"):
        shown[key] = record[key]
    shown["LineAmountTypes"] = "NoTax"
    shown["LineItems"] = []
    shown["SubTotal"] = shown["Total"] = record["Total"]
    shown["TotalTax"] = ZERO
    shown["UpdatedDateUTCString"] = utc_string(record["UpdatedDateUTC"])
    return shown


def item(organisation, record: Record, view: str = "single", places: int = 2) -> Record:
    """Return an item; its prices show two decimals unless four were asked for."""
    shown = {"ItemID": record["ItemID"], "Code": record["Code"]}
    for key in ("Name", "Description", "PurchaseDescription"):
        if record.get(key):
            shown[key] = record[key]
    # The stamp of an item comes without an offset.
    shown["UpdatedDateUTC"] = ms_stamp(record["UpdatedDateUTC"], "")
    for key in ("PurchaseDetails", "SalesDetails"):
        details = dict(record.get(key) or {})
        if "UnitPrice" in details:
            details["UnitPrice"] = details["UnitPrice"].quantize(
                CENT if places == 2 else FOUR_PLACES
            )
        shown[key] = details
    shown["IsTrackedAsInventory"] = record["IsTrackedAsInventory"]
    if record["IsTrackedAsInventory"]:
        shown["InventoryAssetAccountCode"] = record["InventoryAssetAccountCode"]
        shown["TotalCostPool"] = record.get("TotalCostPool", ZERO)
        shown["QuantityOnHand"] = record.get("QuantityOnHand", Decimal("0.0000"))
    shown["IsSold"] = record["IsSold"]
    shown["IsPurchased"] = record["IsPurchased"]
    return shown


# === PARTS === #


def live_payments(organisation, guid: str) -> list[Record]:
    """Return the payments of a document that were not deleted."""
    return [
        payment
        for payment in organisation.payments.find("document", guid)
        if payment["Status"] == "AUTHORISED"
    ]


def short_payment(record: Record) -> Record:
    """Return a payment as documents list it."""
    return {
        "PaymentID": record["PaymentID"],
        "Date": record["Date"],
        "Amount": record["Amount"],
        "Reference": record["Reference"],
        "CurrencyRate": record["CurrencyRate"],
        "HasAccount": False,
        "HasValidationErrors": False,
    }


def allocation_of_note(organisation, record: Record) -> Record:
    """Return an allocation as its credit note lists it."""
    invoiced = organisation.invoices[record["InvoiceID"]]
    return {
        "AllocationID": record["AllocationID"],
        "Amount": record["Amount"],
        "Date": record["Date"],
        "Invoice": {
            "InvoiceID": invoiced["InvoiceID"],
            "InvoiceNumber": invoiced["InvoiceNumber"],
            "Payments": [],
            "CreditNotes": [],
            "Prepayments": [],
            "Overpayments": [],
            "HasErrors": False,
            "IsDiscounted": False,
            "LineItems": [],
        },
    }


def _applied_credit(organisation, allocation: Record) -> Record:
    note = organisation.credit_notes[allocation["SourceID"]]
    return {
        "CreditNoteID": note["CreditNoteID"],
        "CreditNoteNumber": note["CreditNoteNumber"],
        "ID": note["CreditNoteID"],
        "AppliedAmount": allocation["Amount"],
        "DateString": day_string(allocation["Date"]),
        "Date": allocation["Date"],
        "LineItems": [],
        "Total": note["Total"],
        "HasErrors": False,
    }


def _applied_on_account(organisation, allocation: Record) -> Record:
    source = organisation.credits[allocation["SourceID"]]
    return {
        ID_KEYS[source["Resource"]]: source["CreditID"],
        "ID": source["CreditID"],
        "AppliedAmount": allocation["Amount"],
        "DateString": day_string(allocation["Date"]),
        "Date": allocation["Date"],
        "LineItems": [],
        "Total": source["Total"],
        "HasErrors": False,
    }


def _batch_of_payment(record: Record) -> Record:
    shown = {key: record[key] for key in ("BatchPaymentID", "Type", "Status", "TotalAmount")}
    shown["Account"] = {"AccountID": record["AccountID"]}
    _dates(shown, record, "Date")
    shown["UpdatedDateUTC"] = record["UpdatedDateUTC"]
    shown["IsReconciled"] = record["IsReconciled"]
    return shown


def _contact(organisation, record: Record, view: str) -> Record:
    contact = organisation.contacts[record["ContactID"]]
    return full_contact(contact) if view in ("written", "single") else short_contact(contact)


def _common(shown: Record, record: Record, view: str) -> None:
    shown["CurrencyRate"] = record["CurrencyRate"]
    shown["SentToContact"] = record["SentToContact"]
    if view != "written":
        shown["HasAttachments"] = record["HasAttachments"]


def _dates(shown: Record, record: Record, *keys: str) -> None:
    for key in keys:
        day = record.get(key)
        if day is not None:
            shown[f"{key}String"] = day_string(day)
            shown[key] = day


def _body(shown: Record, record: Record, view: str, places: int) -> None:
    shown["Status"] = record["Status"]
    shown["LineAmountTypes"] = record["LineAmountTypes"]
    if view == "list":
        shown["LineItems"] = []
    elif view != "summary":
        shown["LineItems"] = [line(one, places) for one in record["LineItems"]]
    shown["SubTotal"] = record["SubTotal"]
    shown["TotalTax"] = record["TotalTax"]
    shown["Total"] = record["Total"]
    if record["TotalDiscount"]:
        shown["TotalDiscount"] = record["TotalDiscount"]
    shown["UpdatedDateUTC"] = record["UpdatedDateUTC"]
    shown["CurrencyCode"] = record["CurrencyCode"]
