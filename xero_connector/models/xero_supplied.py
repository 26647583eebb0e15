"""Documents whose number Xero does not enforce, found again: bills, credits, and credit notes.

Two suppliers may use one number, and one supplier may use it twice. So what Xero holds under a
number proves nothing yet: our mark in the field that leads back to Odoo does, and else number,
contact, currency, date and totals together, if one document alone has them.
"""

from odoo import models

from ..xero import codec, const, parse
from .xero_recovery import GONE, _equal

PAGE = 1000


class XeroRequest(models.Model):
    _inherit = "xero.request"

    def _is_numbered_by_suppliers(self):
        return any(member.get("kind") in const.NUMBERED_BY_SUPPLIER for member in self.members)

    # === READING === #

    def _find(self, members):
        # EXTENDS: bills and credit notes have no filter for many numbers
        if self._is_numbered_by_suppliers():
            return self._find_supplied(members)
        if self.resource == "CreditNotes":
            return self._find_credit_notes(members)
        return super()._find(members)

    def _find_credit_notes(self, members):
        """Customer credit notes by their number, one by one.

        :raises errors.XeroError: if Xero could not be asked
        """
        found = {}
        for member in members:
            where = (
                'Type=="ACCRECCREDIT" AND '
                f'CreditNoteNumber=="{codec.filter_value(member["number"])}"'
            )
            params = {"where": where, "page": 1, "pageSize": PAGE}
            found[member["number"]] = parse.credit_notes(self._fetch("CreditNotes", params))
        return found

    def _find_supplied(self, members):
        """Bills, or vendor credits, by supplier and date; numbers are compared here, because a
        supplier's number may hold what no filter takes.

        :return: {number: what Xero holds under it, or under none, of any of the suppliers}
        :raises errors.XeroError: if Xero could not be asked
        """
        rows = []
        for contact, date in sorted({(member["contact"], member["date"]) for member in members}):
            rows += self._read_supplied(members[0]["kind"], contact, date)
        return {
            member["number"]: [row for row in rows if row.number in (_held_number(member), None)]
            for member in members
        }

    def _read_supplied(self, kind, contact, date):
        read = parse.invoices if self.resource == "Invoices" else parse.credit_notes
        year, month, day = map(int, date.split("-"))
        where = (
            f'Type=="{kind}" AND Contact.ContactID==guid("{codec.filter_value(contact)}") '
            f"AND Date==DateTime({year},{month},{day})"
        )
        rows, page = [], 0
        while len(rows) == page * PAGE:
            page += 1
            params = {"where": where, "page": page, "pageSize": PAGE}
            rows += read(self._fetch(self.resource, params))
        return rows

    # === SETTLING === #

    def _settle_found(self, link, member, matches):
        # EXTENDS: what has the same number may be another document
        if member.get("kind") in const.NUMBERED_BY_SUPPLIER:
            matches = self._own_matches(link, member, matches)
            equal = [one for one in matches if one.status not in GONE and _equal(member, one)]
            if len(equal) > 1:
                link.write({
                    "state": "attention",
                    "message": self.env._(
                        "Xero holds %(count)s documents of this supplier with number %(number)s, "
                        "date and totals of %(record)s; which of them is ours cannot be told. "
                        "Delete what is too much in Xero.",
                        count=len(equal),
                        number=member["number"],
                        record=link.record_name,
                    ),
                })
                return
        super()._settle_found(link, member, matches)

    def _own_matches(self, link, member, matches):
        """Those of the documents under a supplier's number that may be the one in doubt.

        What another record of Odoo is linked to is not; what carries our mark is, and nothing
        else then; what carries none where we sent one counts only if it is equal.

        :param matches: from `_find_supplied`, of any supplier
        """
        free = [
            match for match in matches
            if match.contact_id == member["contact"] and not self._is_foreign(link, match)
        ]
        if member["url"]:
            if marked := [match for match in free if match.url == member["url"]]:
                return marked
            free = [
                match for match in free
                if not match.url and match.status not in GONE and _equal(member, match)
            ]
        return free


def _held_number(member):
    """A supplier's number as Xero holds it."""
    return codec.clean_text(member["number"], const.LENGTHS["InvoiceNumber"])
