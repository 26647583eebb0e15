"""Documents whose number Xero does not enforce, found again: bills, credits, and credit notes.

Two suppliers may use one number, and one supplier may use it twice. So what Xero holds under a
number proves nothing yet: our mark in the field that leads back to Odoo does, and else number,
contact, currency, date and totals together, if one document alone has them: see
`look_up.own_matches`.
"""

from odoo import models

from ..xero import codec, const, parse

PAGE = 1000


class XeroLink(models.Model):
    _inherit = "xero.link"

    def _undecided(self):
        """Bills and vendor credits that may stand in Xero, as a look-up could not tell."""
        return self.filtered(
            lambda link: link.state == "attention" and not link.xero_id
            and link.request_id and link.request_id._is_numbered_by_suppliers()
        )

    def _look_again(self):
        """Look once more at what Xero holds of these instead of sending: nothing there would refuse
        a second one."""
        now = self.env.cr.now()
        self.request_id.filtered(lambda request: request.state == "done").write(
            {"state": "quarantined", "quarantine_until": now, "next_try_at": now}
        )
        self.write({"state": "unknown", "message": self.env._(
            "We are looking at what Xero holds of it now, before anything is sent."
        )})


class XeroRequest(models.Model):
    _inherit = "xero.request"

    def _is_numbered_by_suppliers(self):
        return any(member.get("kind") in const.NUMBERED_BY_SUPPLIER for member in self.members)

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


def _held_number(member):
    """A supplier's number as Xero holds it."""
    return codec.clean_text(member["number"], const.LENGTHS["InvoiceNumber"])
