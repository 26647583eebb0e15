"""What a person does in Xero's own pages, for tests: approve, void, edit, pay, archive, merge.

Each method does what the page would do, announces its events at once, and raises `Refused`
where Xero's page would show an error.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from .person_paying import PersonPaying
from .tables import Record


class PersonInXero(PersonPaying):
    """The part of an organisation that stands for its users."""

    # === DOCUMENTS === #

    def enter_invoice(self, **fields: Any) -> Record:
        """Type an invoice or a bill; fields as in a request."""
        from .invoices import save_invoice

        element = _as_sent(fields)
        return self._by_hand(lambda: save_invoice(self, element, None, 4).record)

    def enter_credit_note(self, **fields: Any) -> Record:
        """Type a credit note of a customer or a supplier; fields as in a request."""
        from .credit_notes import save_credit_note

        element = _as_sent(fields)
        return self._by_hand(lambda: save_credit_note(self, element, None, 4).record)

    def enter_order(self, **fields: Any) -> Record:
        """Type a purchase order; fields as in a request."""
        from .purchase_orders import save_order

        element = _as_sent(fields)
        return self._by_hand(lambda: save_order(self, element, None).record)

    def approve(self, guid: str, **fields: Any) -> Record:
        """Approve an invoice, a credit note or an order; fields such as DueDate may be given."""
        return self._change_document(guid, {**fields, "Status": "AUTHORISED"})

    def submit(self, guid: str) -> Record:
        """Submit a draft for approval."""
        return self._change_document(guid, {"Status": "SUBMITTED"})

    def void(self, guid: str) -> Record:
        """Void an approved invoice or credit note."""
        return self._change_document(guid, {"Status": "VOIDED"})

    def delete(self, guid: str) -> Record:
        """Delete a draft, or an order in any state."""
        return self._change_document(guid, {"Status": "DELETED"})

    def lose(self, guid: str) -> None:
        """Forget an invoice altogether, as when another organisation was connected."""
        self._by_hand(lambda: self.invoices.remove(guid))

    def make_credit_note(self, **fields: Any) -> Record:
        """Enter a credit note; fields as in a request."""
        from .credit_notes import save_credit_note

        return self._by_hand(lambda: save_credit_note(self, fields, None, 4).record)

    def bill(self, guid: str) -> Record:
        """Copy an order to a bill, which marks the order as billed."""
        return self._change_document(guid, {"Status": "BILLED"})

    def edit(self, guid: str, **fields: Any) -> Record:
        """Change fields of a document as an edit in Xero would; lines as in a request."""
        return self._change_document(guid, fields)

    # === CONTACTS === #

    def enter_contact(self, **fields: Any) -> Record:
        """Type a contact; fields as in a request."""
        from .contacts import save_contact

        return self._by_hand(lambda: save_contact(self, fields, None))

    def archive_contact(self, guid: str) -> Record:
        """Archive a contact, whatever documents it has."""
        return self._change_contact(guid, {"ContactStatus": "ARCHIVED"})

    def restore_contact(self, guid: str) -> Record:
        """Take a contact out of the archive, which only a person can do."""
        return self._change_contact(guid, {"ContactStatus": "ACTIVE"})

    def erase_contact(self, guid: str) -> Record:
        """Mark a contact as erased at its own request."""
        return self._change_contact(guid, {"ContactStatus": "GDPRREQUEST"})

    def edit_contact(self, guid: str, **fields: Any) -> Record:
        """Change fields of a contact; here duplicate names and numbers are possible."""
        return self._change_contact(guid, fields)

    def merge_contacts(self, source: str, target: str) -> Record:
        """Merge one contact into another: it is archived, its documents move."""

        def merge() -> Record:
            for table in self.document_tables():
                for record in list(table.values()):
                    if record["ContactID"] == source:
                        table.save({**record, "ContactID": target})
            changes = {"ContactStatus": "ARCHIVED", "MergedToContactID": target}
            return self._save_contact(source, changes)

        return self._by_hand(merge)

    # === ITEMS === #

    def enter_item(self, **fields: Any) -> Record:
        """Type an item; fields as in a request."""
        from .items import save_item

        return self._by_hand(lambda: save_item(self, fields, None, 4))

    def edit_item(self, guid: str, **fields: Any) -> Record:
        """Change fields of an item; fields as in a request."""
        from .items import save_item

        existing = self.items[guid]
        fields = {"Code": existing["Code"], **fields}
        return self._by_hand(lambda: save_item(self, fields, existing, 4))

    # === SETTINGS === #

    def set_lock_dates(self, period: date | None = None, end_of_year: date | None = None) -> None:
        """Close the books up to a day, for everybody but advisers or for everybody."""
        self.period_lock_date = period
        self.end_of_year_lock_date = end_of_year

    def archive_account(self, code: str) -> Record:
        """Archive an account."""
        return self._change_account(code, {"Status": "ARCHIVED"})

    def rename_account(self, code: str, new_code: str | None = None, name: str | None = None):
        """Give an account another code or name; its id stays."""
        changes = {"Code": new_code or code}
        if name:
            changes["Name"] = name
        return self._change_account(code, changes)

    def set_tax_rate_status(self, kind: str, status: str) -> Record:
        """Archive, delete or revive a tax rate."""
        record = {**self.tax_rates[kind], "Status": status}
        return self._by_hand(lambda: self.tax_rates.save(record))

    def unsubscribe_currency(self, code: str) -> None:
        """Remove a currency."""
        self._by_hand(lambda: self.currencies.remove(code))

    def archive_tracking_category(self, guid: str) -> Record:
        """Archive a tracking category."""
        record = {**self.tracking_categories[guid], "Status": "ARCHIVED"}
        return self._by_hand(lambda: self.tracking_categories.save(record))

    def set_approval_limit(self, limit: int | None) -> None:
        """Give the organisation a small plan with so many approved documents a month."""
        self.approval_limit = limit

    def set_tie_rule(self, rule: str) -> None:
        """Choose how an exact half cent is rounded: half_up, half_even or half_down."""
        from .arithmetic import TIE_RULES

        if rule not in TIE_RULES:
            raise ValueError(f"{rule!r} is none of {', '.join(TIE_RULES)}")
        self.tie_rule = rule

    # === PARTS === #

    def _by_hand(self, change: Callable[[], Any]) -> Any:
        """Make a change outside of a request and announce it at once."""
        with self.lock:
            try:
                result = change()
            except BaseException:
                self.journal.undo(0)
                self.events.clear()
                raise
            self.journal.forget()
            events = self.take_events()
        for event in events:
            if self.listener is not None:
                self.listener(event)
        return result

    def _change_document(self, guid: str, fields: Record) -> Record:
        from .credit_notes import save_credit_note
        from .invoices import save_invoice
        from .purchase_orders import save_order

        fields = _as_sent(fields)
        if guid in self.invoices:
            return self._by_hand(lambda: save_invoice(self, fields, self.invoices[guid], 4).record)
        if guid in self.credit_notes:
            return self._by_hand(
                lambda: save_credit_note(self, fields, self.credit_notes[guid], 4).record
            )
        order = {**fields, "PurchaseOrderID": guid}
        return self._by_hand(lambda: save_order(self, order, self.purchase_orders[guid]).record)

    def _change_contact(self, guid: str, changes: Record) -> Record:
        return self._by_hand(lambda: self._save_contact(guid, changes))

    def _save_contact(self, guid: str, changes: Record) -> Record:
        record = {**self.contacts[guid], **changes, "UpdatedDateUTC": self.now()}
        self.announce("CONTACT", "UPDATE", guid)
        return self.contacts.save(record)

    def _change_account(self, code: str, changes: Record) -> Record:
        record = {**self.account_by_code(code), **changes, "UpdatedDateUTC": self.now()}
        return self._by_hand(lambda: self.accounts.save(record))


def _as_sent(fields: Record) -> Record:
    """Return fields as a request would carry them: days as text."""
    return {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in fields.items()
    }
