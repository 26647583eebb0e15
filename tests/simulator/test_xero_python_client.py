"""Xero's own Python client works against the simulator as it does against Xero."""

import datetime
import time
from decimal import Decimal

import pytest
from xero_python.accounting import AccountingApi, models
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token, TokenApi
from xero_python.exceptions import (
    AccountingBadRequestException,
    HTTPStatusException,
    NotFoundException,
)
from xero_python.identity import IdentityApi


class _Xero:
    """The client's parts, all pointed at the simulator."""

    def __init__(self, client):
        self.token = {**client.tokens, "scope": client.tokens["scope"].split()}
        self.saved = []
        self.tenant_id = client.tenant_id
        configuration = Configuration(
            oauth2_token=OAuth2Token(client.client_id, client.secret)
        )
        self.client = ApiClient(
            configuration,
            pool_threads=1,
            oauth2_token_getter=lambda: self.token,
            oauth2_token_saver=self._save,
        )
        url = client.simulator.url
        self.accounting = AccountingApi(self.client, base_url=f"{url}/api.xro/2.0")
        self.identity = IdentityApi(self.client, base_url=url)

    def _save(self, token):
        self.token = token
        self.saved.append(token)


@pytest.fixture
def xero(connected, monkeypatch):
    url = connected.simulator.url
    monkeypatch.setattr(TokenApi, "refresh_token_url", f"{url}/connect/token")
    monkeypatch.setattr(TokenApi, "revoke_token_url", f"{url}/connect/revocation")
    yield _Xero(connected)
    assert connected.simulator.journal.unknown == []


@pytest.fixture
def contact(xero):
    """A new contact."""
    wanted = models.Contacts(contacts=[models.Contact(name="Harbour Hardware")])
    return xero.accounting.create_contacts(xero.tenant_id, wanted).contacts[0]


def _invoice(contact, number, price="10.05", quantity=2, **values):
    line = models.LineItem(
        description="Cable", quantity=quantity, unit_amount=Decimal(price), account_code="200",
        tax_type="OUTPUT",
    )  # fmt: skip
    return models.Invoice(
        type="ACCREC",
        invoice_number=number,
        contact=models.Contact(contact_id=contact.contact_id),
        date=datetime.date(2026, 11, 20),
        due_date=datetime.date(2026, 12, 20),
        line_items=[line],
        status="DRAFT",
        **values,
    )


def test_an_expired_token_is_refreshed(xero, connected):
    xero.token = {**xero.token, "expires_at": time.time() - 1}
    organisations = xero.accounting.get_organisations(xero.tenant_id).organisations
    assert [found.name for found in organisations] == [connected.simulator.organisation("AU").name]
    (saved,) = xero.saved
    assert connected.simulator.identity.is_newest_refresh_token(saved["refresh_token"])
    assert saved["refresh_token"] != connected.tokens["refresh_token"]


def test_connections(xero, connected):
    (connection,) = xero.identity.get_connections()
    assert connection.tenant_id == connected.tenant_id
    assert connection.tenant_type == "ORGANISATION"
    assert connection.created_date_utc.year == connected.simulator.clock.now().year
    xero.identity.delete_connection(connection.id)
    assert xero.identity.get_connections() == []


def test_revoking(xero, connected):
    xero.accounting.get_organisations(xero.tenant_id)
    assert xero.client.revoke_oauth2_token()
    assert connected.simulator.identity.connections(
        connected.client_id, connected.simulator.user(None).user_id
    ) == []  # fmt: skip


def test_settings(xero, connected):
    organisation = connected.simulator.organisation("AU")
    (found,) = xero.accounting.get_organisations(xero.tenant_id).organisations
    assert found.organisation_id == xero.tenant_id
    assert found.base_currency.value == organisation.base_currency
    assert found.short_code == organisation.short_code
    api = xero.accounting
    accounts = api.get_accounts(xero.tenant_id).accounts
    assert {account.code for account in accounts} >= {"200", "429"}
    rates = api.get_tax_rates(xero.tenant_id).tax_rates
    assert {rate.tax_type: rate.effective_rate for rate in rates}["OUTPUT"] == 10
    assert api.get_currencies(xero.tenant_id).currencies
    assert api.get_tracking_categories(xero.tenant_id).tracking_categories
    assert api.get_branding_themes(xero.tenant_id).branding_themes
    assert api.get_organisation_actions(xero.tenant_id).actions


@pytest.mark.parametrize("country", ["AU", "NZ", "GB", "US"])
def test_the_client_knows_every_value_in_the_books(connected, country):
    xero = _Xero(connected.connect(country))
    api, tenant_id = xero.accounting, xero.tenant_id
    assert api.get_organisations(tenant_id).organisations[0].country_code.value == country
    for account in api.get_accounts(tenant_id).accounts:
        assert account.type
    assert api.get_tax_rates(tenant_id).tax_rates
    assert api.get_currencies(tenant_id).currencies
    assert api.get_tracking_categories(tenant_id).tracking_categories is not None
    assert api.get_branding_themes(tenant_id).branding_themes
    assert api.get_contacts(tenant_id, page=1, include_archived=True).contacts
    assert api.get_items(tenant_id).items
    for invoice in api.get_invoices(tenant_id, page=1).invoices:
        assert invoice.status


def test_contacts(xero, contact):
    assert contact.contact_id
    api = xero.accounting
    contact.email_address = "orders@example.com"
    changed = models.Contacts(contacts=[models.Contact(email_address="orders@example.com")])
    api.update_contact(xero.tenant_id, contact.contact_id, changed)
    (again,) = api.get_contact(xero.tenant_id, contact.contact_id).contacts
    assert (again.name, again.email_address) == ("Harbour Hardware", "orders@example.com")
    found = api.get_contacts(xero.tenant_id, where='Name=="Harbour Hardware"', page=1)
    assert [known.contact_id for known in found.contacts] == [contact.contact_id]
    with pytest.raises(NotFoundException):
        api.get_contact(xero.tenant_id, "00000000-0000-4000-8000-00000000dead")


def test_a_batch_with_a_bad_invoice_keeps_the_good_ones(xero, contact):
    batch = [_invoice(contact, f"B-{number}") for number in range(1, 4)]
    batch[1].line_items[0].account_code = "nonsense"
    answer = xero.accounting.create_invoices(
        xero.tenant_id, models.Invoices(invoices=batch), summarize_errors=False, unitdp=4,
        idempotency_key="batch-1",
    )  # fmt: skip
    states = [invoice.status_attribute_string for invoice in answer.invoices]
    assert states == ["OK", "ERROR", "OK"]
    assert "nonsense" in answer.invoices[1].validation_errors[0].message
    assert set(answer.invoices[1].invoice_id) == {"0", "-"}
    first = answer.invoices[0]
    assert (first.sub_total, first.total_tax, first.total) == (
        Decimal("20.10"), Decimal("2.01"), Decimal("22.11"),
    )  # fmt: skip
    (again,) = xero.accounting.get_invoice(xero.tenant_id, first.invoice_id, unitdp=4).invoices
    assert again.line_items[0].unit_amount == Decimal("10.05")
    assert again.date == datetime.date(2026, 11, 20)


def test_a_batch_without_the_parameter_is_refused_whole(xero, contact):
    batch = [_invoice(contact, "W-1"), _invoice(contact, "W-2")]
    batch[1].line_items[0].account_code = "nonsense"
    with pytest.raises(AccountingBadRequestException) as refused:
        xero.accounting.create_invoices(xero.tenant_id, models.Invoices(invoices=batch))
    assert refused.value.error_data["Type"] == "ValidationException"
    found = xero.accounting.get_invoices(xero.tenant_id, invoice_numbers=["W-1"])
    assert found.invoices == []


def test_paging(xero, contact):
    batch = models.Invoices(invoices=[_invoice(contact, f"P-{number:02}") for number in range(12)])
    xero.accounting.create_invoices(xero.tenant_id, batch, summarize_errors=False)
    seen = []
    for page in (1, 2, 3, 4):
        answer = xero.accounting.get_invoices(
            xero.tenant_id, contact_i_ds=[contact.contact_id], page=page, page_size=5,
            order="InvoiceNumber ASC",
        )  # fmt: skip
        seen.append([invoice.invoice_number for invoice in answer.invoices])
    assert [len(page) for page in seen] == [5, 5, 2, 0]
    assert sorted(sum(seen, [])) == [f"P-{number:02}" for number in range(12)]


def test_changes_since(xero, connected, contact):
    connected.simulator.clock.advance(60)
    moment = connected.simulator.clock.now().replace(microsecond=0)
    answer = xero.accounting.get_contacts(xero.tenant_id, if_modified_since=moment)
    assert answer.contacts == []
    connected.simulator.clock.advance(1)  # the header counts in whole seconds
    contact_id = contact.contact_id
    changed = models.Contacts(contacts=[models.Contact(first_name="Hanna")])
    xero.accounting.update_contact(xero.tenant_id, contact_id, changed)
    answer = xero.accounting.get_contacts(xero.tenant_id, if_modified_since=moment)
    assert [known.contact_id for known in answer.contacts] == [contact_id]


def test_invoices_orders_credit_notes_items_and_notes(xero, contact):
    api, tenant_id = xero.accounting, xero.tenant_id
    (invoice,) = api.create_invoices(
        tenant_id, models.Invoices(invoices=[_invoice(contact, "L-1")])
    ).invoices
    approved = models.Invoice(status="AUTHORISED")
    (changed,) = api.update_invoice(
        tenant_id, invoice.invoice_id, models.Invoices(invoices=[approved])
    ).invoices
    assert changed.status == "AUTHORISED"
    order = models.PurchaseOrder(
        purchase_order_number="PO-1",
        contact=models.Contact(contact_id=contact.contact_id),
        date=datetime.date(2026, 11, 20),
        line_items=[models.LineItem(description="Cable", quantity=1, unit_amount=Decimal("5"))],
    )
    (made,) = api.create_purchase_orders(
        tenant_id, models.PurchaseOrders(purchase_orders=[order]), summarize_errors=False
    ).purchase_orders
    assert made.total == 5
    (found,) = api.get_purchase_order_by_number(tenant_id, "PO-1").purchase_orders
    assert found.purchase_order_id == made.purchase_order_id
    note = models.CreditNote(
        type="ACCRECCREDIT",
        credit_note_number="C-1",
        contact=models.Contact(contact_id=contact.contact_id),
        date=datetime.date(2026, 11, 20),
        status="AUTHORISED",
        line_items=_invoice(contact, "x").line_items,
    )
    (credit,) = api.create_credit_notes(
        tenant_id, models.CreditNotes(credit_notes=[note])
    ).credit_notes
    allocation = models.Allocation(
        invoice=models.Invoice(invoice_id=invoice.invoice_id),
        amount=Decimal("22.11"),
        date=datetime.date(2026, 11, 21),
    )
    api.create_credit_note_allocation(
        tenant_id, credit.credit_note_id, models.Allocations(allocations=[allocation])
    )
    (paid,) = api.get_invoice(tenant_id, invoice.invoice_id).invoices
    assert (paid.status, paid.amount_due) == ("PAID", 0)
    item = models.Item(code="CABLE", name="Cable", sales_details=models.Purchase(unit_price=5))
    (kept,) = api.create_items(tenant_id, models.Items(items=[item])).items
    assert api.get_item(tenant_id, kept.item_id).items[0].code == "CABLE"
    history = models.HistoryRecords(history_records=[models.HistoryRecord(details="From a test")])
    api.create_invoice_history(tenant_id, invoice.invoice_id, history)
    records = api.get_invoice_history(tenant_id, invoice.invoice_id).history_records
    assert "From a test" in [record.details for record in records]
    assert api.get_payments(tenant_id, page=1).payments is not None


def test_attachments(connected, monkeypatch):
    scope = "offline_access accounting.invoices accounting.contacts accounting.attachments"
    xero = _Xero(connected.connect(scope=scope))
    wanted = models.Contacts(contacts=[models.Contact(name="Files Ltd")])
    contact = xero.accounting.create_contacts(xero.tenant_id, wanted).contacts[0]
    invoices = models.Invoices(invoices=[_invoice(contact, "F-1")])
    (invoice,) = xero.accounting.create_invoices(xero.tenant_id, invoices).invoices
    body = b"%PDF-1.4 not really"
    xero.accounting.create_invoice_attachment_by_file_name(
        xero.tenant_id, invoice.invoice_id, "invoice 1.pdf", body
    )
    listed = xero.accounting.get_invoice_attachments(xero.tenant_id, invoice.invoice_id)
    assert [known.file_name for known in listed.attachments] == ["invoice 1.pdf"]
    path = xero.accounting.get_invoice_attachment_by_file_name(
        xero.tenant_id, invoice.invoice_id, "invoice 1.pdf", "application/pdf"
    )
    with open(path, "rb") as stored:
        assert stored.read() == body
    assert connected.simulator.journal.unknown == []


def test_refusals_reach_the_caller(xero, connected):
    connected.simulator.identity.disconnect(xero.tenant_id)
    with pytest.raises(HTTPStatusException) as refused:
        xero.accounting.get_organisations(xero.tenant_id)
    assert refused.value.status == 403
