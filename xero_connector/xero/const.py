"""Numbers and addresses of Xero, each with the page it comes from."""

import urllib.parse

# https://developer.xero.com/documentation/guides/oauth2/auth-flow
LOGIN_URL = "https://login.xero.com"
IDENTITY_URL = "https://identity.xero.com"
API_URL = "https://api.xero.com"
API_PATH = "/api.xro/2.0/"

# https://developer.xero.com/documentation/guides/oauth2/scopes
# Granular scopes only: apps created since 2 March 2026 cannot have the broad ones.
BASE_SCOPES = (
    "offline_access",
    "accounting.contacts",
    "accounting.invoices",
    "accounting.settings",
    "accounting.payments.read",
)
ATTACHMENTS_SCOPE = "accounting.attachments"  # asked for only where files go to Xero
PAYMENTS_SCOPE = "accounting.payments"  # asked for only where payments go to Xero

# https://developer.xero.com/documentation/guides/how-to-guides/rate-limits
BATCH_SIZE = 50
IDS_PER_FILTER = 40
REQUEST_BYTES = 3_500_000
ANSWER_BYTES = 20_000_000

# https://developer.xero.com/documentation/api/accounting/attachments
# Older pages allow 25 MB, but 14 MB were refused (facts on the Xero API, 2).
FILES_PER_DOCUMENT = 10
FILE_BYTES = 10_000_000
FILE_NAME = 100  # characters; our own choice, Xero names no limit

# https://developer.xero.com/documentation/guides/idempotent-requests/idempotency (seconds)
KEY_LIFE = 360
SEND_DEADLINE = 270
QUARANTINE = 900
RESEND_OFFSETS = (0, 65, 200, 260)  # all before the deadline, the last with room

# Seconds. The total is a monotonic deadline of our own: requests counts per read.
CONNECT_TIMEOUT = 5
TOTAL_TIMEOUT = 60

# https://developer.xero.com/documentation/api/accounting/contacts, …/items, …/invoices,
# …/purchaseorders
# Longest text per field of the API. Texts are cut; numbers, addresses of e-mail and the like are
# left out when they are longer, or refused where we find the record by them (see `payload`).
LENGTHS = {
    "TrackingOption": 100,
    "Name": 255,
    "FirstName": 255,
    "LastName": 255,
    "EmailAddress": 255,
    "ContactNumber": 50,
    "AccountNumber": 50,
    "CompanyNumber": 50,
    "TaxNumber": 50,
    "AddressLine": 500,
    "City": 255,
    "Region": 255,
    "AttentionTo": 255,
    "PostalCode": 50,
    "Country": 50,
    "PhoneNumber": 50,
    "ItemCode": 30,
    "ItemName": 50,
    "InvoiceNumber": 255,
    "CreditNoteNumber": 255,
    "PurchaseOrderNumber": 255,
    "Reference": 255,
    "Description": 4000,
    "DeliveryInstructions": 500,
    "DeliveryAddress": 500,
    "Telephone": 50,
    "TaxRateName": 50,
    "Details": 2500,
}

# Names of a resource's GUID and of the number by which we tell its elements apart.
IDENTITY = {
    "Contacts": ("ContactID", "ContactNumber"),
    "Invoices": ("InvoiceID", "InvoiceNumber"),
    "CreditNotes": ("CreditNoteID", "CreditNoteNumber"),
    "PurchaseOrders": ("PurchaseOrderID", "PurchaseOrderNumber"),
    "Items": ("ItemID", "Code"),
    "Payments": ("PaymentID", "Reference"),
}

# Kinds whose numbers Xero keeps as free text: two suppliers may use the same one.
NUMBERED_BY_SUPPLIER = ("ACCPAY", "ACCPAYCREDIT")

# Largest line amount, in document currency.
LINE_LIMIT = "9999999999.99"

# https://developer.xero.com/documentation/best-practices/user-experience/deep-linking
WEB_URL = "https://go.xero.com"
LOGIN_PATH = "/organisationlogin/default.aspx?shortcode={short_code}&redirecturl="
WEB_PATHS = {
    "Invoices": "/app/{short_code}/invoicing/view/{xero_id}",
    "Bills": LOGIN_PATH + "/AccountsPayable/Edit.aspx?InvoiceID={xero_id}",
    "CreditNotes": LOGIN_PATH + "/AccountsReceivable/ViewCreditNote.aspx?creditNoteID={xero_id}",
    "VendorCredits": LOGIN_PATH + "/AccountsPayable/ViewCreditNote.aspx?creditNoteID={xero_id}",
    "Contacts": "/app/{short_code}/contacts/contact/{xero_id}",
    "PurchaseOrders": LOGIN_PATH + "/Accounts/Payable/PurchaseOrders/View/{xero_id}/",
}


def deep_link(page, short_code, xero_id, base_url=None):
    """The address that opens a record in Xero's web pages.

    :param str page: a key of `WEB_PATHS`: the name of the resource, or the page of a kind of it
    :param str short_code: the organisation's short code, e.g. `!Qj35V`
    :param str xero_id: the record's GUID
    :param str base_url: where a stand-in shows its pages; None for Xero itself
    :return: the address, or None for what has no page
    """
    path = WEB_PATHS.get(page)
    if not path:
        return None
    return (base_url or WEB_URL) + path.format(
        short_code=urllib.parse.quote(short_code or "", safe="!"),
        xero_id=urllib.parse.quote(xero_id, safe=""),
    )
