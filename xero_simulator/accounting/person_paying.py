"""What a person does with money in Xero's own pages: pay, refund, overpay, allocate, undo."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from .tables import Record


class PersonPaying:
    """The part of an organisation that stands for whoever reconciles its bank accounts."""

    # === PAYMENTS === #

    def pay(
        self,
        guid: str,
        amount: Decimal | str,
        day: date | None = None,
        account: str | None = None,
        **fields: Any,
    ) -> Record:
        """Record a payment of an invoice, or a refund of a credit note; fields as in a request."""
        from .payments import create_payment

        element = self._payment_element(guid, amount, day, account)
        return self._by_hand(lambda: create_payment(self, {**element, **fields}))

    def unpay(self, payment_id: str) -> Record:
        """Delete a payment."""
        from .payments import delete_payment

        return self._by_hand(lambda: delete_payment(self, self.payments[payment_id]))

    def pay_batch(
        self,
        amounts: Mapping[str, Decimal | str],
        day: date | None = None,
        account: str | None = None,
    ) -> Record:
        """Pay several invoices, or several bills, with one movement of the bank account."""
        from .batch_payments import create_batch

        return self._by_hand(
            lambda: create_batch(
                self, amounts, account or self._bank_account(), day or self.today()
            )
        )

    def unpay_batch(self, batch_id: str) -> Record:
        """Delete a batch with all its payments."""
        from .batch_payments import delete_batch

        return self._by_hand(lambda: delete_batch(self, self.batch_payments[batch_id]))

    def pay_with_fee(
        self,
        guid: str,
        received: Decimal | str,
        fee: Decimal | str,
        fee_account: str,
        day: date | None = None,
    ) -> tuple[Record, Record]:
        """Book what the bank paid out, and what it kept against an account that takes payments."""
        from .payments import create_payment

        account = self.account_by_code(fee_account)["AccountID"]
        elements = (
            self._payment_element(guid, received, day, None),
            self._payment_element(guid, fee, day, account),
        )
        return self._by_hand(lambda: tuple(create_payment(self, one) for one in elements))

    # === CREDIT === #

    def overpay(self, guid: str, amount: Decimal | str, day: date | None = None) -> Record:
        """Pay an invoice with more than is due; the rest is kept as an overpayment."""
        from .credits_on_account import create_credit
        from .payments import create_payment

        invoice = self.invoices[guid]

        def change() -> Record:
            element = self._payment_element(guid, invoice["AmountDue"], day, None)
            create_payment(self, element)
            return create_credit(
                self, "Overpayments", contact_id=invoice["ContactID"],
                amount=Decimal(amount) - invoice["AmountDue"], day=day or self.today(),
                sales=invoice["Type"] == "ACCREC", currency=invoice["CurrencyCode"],
            )  # fmt: skip

        return self._by_hand(change)

    def prepay(self, contact_id: str, amount: Decimal | str, sales: bool = True) -> Record:
        """Keep money of a customer, or money with a supplier, before there is an invoice."""
        from .credits_on_account import create_credit

        return self._by_hand(
            lambda: create_credit(
                self, "Prepayments", contact_id=contact_id, amount=Decimal(amount),
                day=self.today(), sales=sales,
            )
        )  # fmt: skip

    def allocate(self, credit_id: str, invoice_id: str, amount: Decimal | str) -> Record:
        """Allocate a credit note, an overpayment or a prepayment to an invoice."""
        from .allocations import allocate

        element = {"Invoice": {"InvoiceID": invoice_id}, "Amount": Decimal(amount)}
        return self._by_hand(lambda: allocate(self, credit_id, element))

    def deallocate(self, allocation_id: str) -> None:
        """Take an allocation back."""
        from .allocations import deallocate

        self._by_hand(lambda: deallocate(self, self.allocations[allocation_id]))

    # === PARTS === #

    def _bank_account(self) -> str:
        return next(
            record["AccountID"]
            for record in self.accounts.values()
            if record["Type"] == "BANK" and record["Status"] == "ACTIVE"
        )

    def _payment_element(self, guid, amount, day, account) -> Record:
        target = "Invoice" if guid in self.invoices else "CreditNote"
        return {
            target: {f"{target}ID": guid},
            "Account": {"AccountID": account or self._bank_account()},
            "Amount": Decimal(amount),
            "Date": (day or self.today()).isoformat(),
        }
