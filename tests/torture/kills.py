"""Kill the worker at every step of the send path; afterwards everything stands in Xero once.

`./dev torture` runs it: real PostgreSQL, a real simulator behind a socket, and for every kill a
process of its own that sends itself SIGKILL. It prints a table and writes a JSON object with the
figures; a record that stands twice, differs, or is stuck ends it with a sentence.
"""

import argparse
import json
import random
import sys
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path

from devtools import processes
from devtools.bench_tenant import connected_tenant
from devtools.console import say
from devtools.demo_story import ALL_KINDS, COMPANIES
from devtools.simulator import control

from . import deaths, kinds

# Where an element of each resource says what it is called, and the states that do not count.
NUMBERS = {
    "invoices": ("Invoices", "InvoiceNumber"),
    "credit_notes": ("CreditNotes", "CreditNoteNumber"),
    "purchase_orders": ("PurchaseOrders", "PurchaseOrderNumber"),
    "contacts": ("Contacts", "Name"),
    "items": ("Items", "Code"),
}
DEAD = ("DELETED", "VOIDED")

# Stored moments that go back when time passes.
MOMENTS = {
    "xero_request": (
        "first_sent_at", "last_sent_at", "send_deadline", "next_try_at", "quarantine_until",
    ),
    "xero_link": ("next_try_at",),
    "xero_sent_payment": ("next_try_at",),
    "xero_poll": ("next_at",),
    "xero_budget": ("paused_until", "minute_since", "asked_at", "noted_at"),
    "xero_token": ("access_expires_at", "refreshed_at", "rest_until"),
}

# Seconds that pass before each run after a death: resends, then quarantines, then look-ups.
PATIENCE = (5, 66, 66, 120, 300, 600, 900, 900, 1800, 3600, 3600, 3600)


class Violation(Exception):
    """Something stands twice in Xero, differs, or is stuck."""


class Torture:
    """One tenant whose worker is killed again and again."""

    def __init__(self, tenant, xero_url, seed):
        self.tenant, self.xero_url = tenant, xero_url
        self.env = tenant.env
        self.chance = random.Random(seed)
        self.kills, self.steps, self.runs = Counter(), Counter(), 0
        tenant.write({
            **dict.fromkeys(ALL_KINDS, True),
            "payment_choice": "register",
            "payments_since": kinds.DATE,
            "payments_sent_since": kinds.DATE,
        })
        self._map_accounts()
        self.env.cr.commit()
        control(xero_url, "limits", method="POST", enabled=False)
        self.books = kinds.Books(self.env)

    def _map_accounts(self):
        """Choose Xero's account for every one of Odoo's that the records could use."""
        domain = [("tenant_id", "=", self.tenant.id)]
        for account_type, code in COMPANIES[0].accounts.items():
            mappings = self.env["xero.account.mapping"].search(
                [*domain, ("account_type", "=", account_type), ("state", "=", "unmapped")]
            )
            account = self.env["xero.account"].search([*domain, ("code", "=", code)])
            mappings.xero_account_id = account
        bank = self.env["xero.payment.account"].search([*domain, ("kind", "=", "bank")], limit=1)
        bank.journal_id = self.env["account.journal"].search([
            *self.env["account.journal"]._check_company_domain(self.env.company),
            ("type", "=", "bank"),
        ], limit=1)

    # === ONE DEATH AFTER THE OTHER === #

    def sweep(self, kind, deadly_steps):
        """Kill the worker at each of these steps of one kind's way, with records of its own."""
        records = kind.make(self.books, kind.together * len(deadly_steps))
        self.env.cr.commit()
        if kind.stands_before:
            self.send_first(kind, records)
        for turn, deadly in enumerate(deadly_steps):
            some = records[turn * kind.together : (turn + 1) * kind.together]
            self.start(kind, some)
            step, _steps = self.run(deadly)
            if step:
                self.kills[kind.name] += 1
                self.steps[step] += 1
            self.settle(kind, some, f"killed at step {deadly} ({step})")
            self.check(kind, some, f"killed at step {deadly} ({step})")

    def steps_of(self, kind):
        """The names of the steps of one kind's way when nobody dies."""
        records = kind.make(self.books, kind.together)
        self.env.cr.commit()
        if kind.stands_before:
            self.send_first(kind, records)
        self.start(kind, records)
        _nobody, steps = self.run()
        self.settle(kind, records)
        self.check(kind, records)
        return steps

    def send_first(self, kind, records):
        """Send what shall stand in Xero before a person changes it."""
        records.action_xero_push()
        self.env.cr.commit()
        self.settle(kind, records)
        if kind.pays:
            for record in records:
                kinds.pay(record)
            for link in self.links_of(records):
                self.act_in_xero(link, "approve")
            self.look_soon("Invoices")
            self.settle(kind, records)

    def look_soon(self, *resources):
        """Let these be asked for with the next run."""
        for resource in resources:
            self.env["xero.poll"]._make_due(self.tenant, resource)
        self.env.cr.commit()

    def start(self, kind, records):
        """Do what a person does, and let the token expire if that belongs to it."""
        for record in records if kind.change else ():
            kind.change(record)
        for link in self.links_of(records) if kind.in_xero else ():
            for action in kind.in_xero:
                self.act_in_xero(link, action)
            self.look_soon(link.resource, "Payments")
        if not kind.status:  # what is cancelled is marked by that
            records.action_xero_push()
        if kind.expired:
            self.env.cr.execute("UPDATE xero_token SET access_expires_at = '2020-01-01'")
        self.env.cr.commit()
        self.env.invalidate_all()

    def act_in_xero(self, link, action):
        """Let a person do something with a document in Xero."""
        amount = {"amount": str(link.xero_total)} if action == "pay" else {}
        control(
            self.xero_url, "person", method="POST", action=action, guid=link.xero_id,
            organisation=self.tenant.organisation_id, **amount,
        )

    def run(self, deadly=None):
        """Run the tenant's scheduled action in a process of its own."""
        self.runs += 1
        registry, tenant_id = self.env.registry, self.tenant.id

        def work():
            from odoo import SUPERUSER_ID, api

            with registry.cursor() as cr:
                api.Environment(cr, SUPERUSER_ID, {})["xero.tenant"].browse(tenant_id)._cron_sync()

        outcome = deaths.run_apart(work, deadly)
        self.env.cr.rollback()
        self.env.invalidate_all()
        return outcome

    # === REST === #

    def settle(self, kind, records, after=""):
        """Let time pass and the scheduler run until nothing is open.

        :raises Violation: if something stays open for hours
        """
        for seconds in PATIENCE:
            self.run()
            if not self.is_open():
                return
            self.pass_time(seconds)
        links = self.links_of(records)
        raise Violation(f"{kind.name}, {after}: stuck as {[(x.state, x.message) for x in links]}")

    def is_open(self):
        """Whether a link, a request or a payment waits for its fate, or Xero is to be asked."""
        domain = [("tenant_id", "=", self.tenant.id)]
        return self.env["xero.link"].search_count(
            [*domain, ("state", "in", ("pending", "sending", "unknown"))], limit=1
        ) or self.env["xero.request"].search_count([*domain, ("state", "!=", "done")], limit=1) or (
            self.env["xero.payment"].search_count([*domain, ("state", "=", "new")], limit=1)
            or self.env["xero.sent.payment"].search_count(
                [*domain, ("state", "in", ("new", "sending", "unknown", "removing"))], limit=1
            )
            or self.env["xero.poll"]._due(self.tenant)
        )

    def pass_time(self, seconds):
        """Stored moments go back, Xero's clock goes forward."""
        for table, columns in MOMENTS.items():
            moved = ", ".join(f"{one} = {one} - interval '{seconds} seconds'" for one in columns)
            self.env.cr.execute(f"UPDATE {table} SET {moved}")
        self.env.cr.commit()
        self.env.invalidate_all()
        control(self.xero_url, "clock", method="POST", advance=seconds)

    # === JUDGEMENT === #

    def links_of(self, records):
        return self.env["xero.link"].search([
            ("tenant_id", "=", self.tenant.id),
            ("res_model", "=", records._name),
            ("res_id", "in", records.ids),
        ])

    def check(self, kind, records, after="nobody died"):
        """Every record has one link that is as wanted, and stands in Xero as Odoo has it.

        :raises Violation: if not
        """
        links = self.links_of(records)
        if len(links) != len(records) or set(links.mapped("state")) != {"sent"}:
            found = [(link.state, link.message) for link in links]
            raise Violation(f"{kind.name}, {after}: {found}")
        for link in links:
            if kind.status and link.xero_status != kind.status:
                raise Violation(f"{kind.name}, {after}: {link.xero_status} in Xero")
            record = self.env[link.res_model].browse(link.res_id)
            if kind.paid:
                self.check_payment(link, record, after)
            if kind.sent is not None:
                self.check_sent_payment(kind, link, record, after)
            if kind.status or "amount_total" not in record._fields:
                continue
            if link.xero_total != record.amount_total:
                both = f"{record.amount_total} in Odoo, {link.xero_total} in Xero"
                raise Violation(f"{kind.name}, {after}: {both}")

    def check_payment(self, link, move, after):
        """The payment in Xero is registered in Odoo once, and settles the document.

        :raises Violation: if not
        """
        rows = self.env["xero.payment"].search([("link_id", "=", link.id)])
        payments = self.env["account.payment"].search([("partner_id", "=", move.partner_id.id)])
        if rows.mapped("state") != ["registered"] or len(payments) != 1 or move.amount_residual:
            found = [(row.state, row.message) for row in rows]
            raise Violation(
                f"payment of {move.name}, {after}: {found}, {len(payments)} payments in Odoo, "
                f"{move.amount_residual} open"
            )

    def check_sent_payment(self, kind, link, move, after):
        """The payment in Odoo stands in Xero as often as it shall, and came back to nobody.

        :raises Violation: if not
        """
        organisation = self.tenant.organisation_id
        listed = control(self.xero_url, f"organisations/{organisation}/payments")["Payments"]
        amounts = [
            Decimal(str(one["Amount"])) for one in listed
            if one["Invoice"]["InvoiceID"] == link.xero_id and one["Status"] == "AUTHORISED"
        ]
        back = self.env["xero.payment"].search_count([("link_id", "=", link.id)])
        if amounts != [Decimal(f"{move.amount_total:.2f}")] * kind.sent or back:
            rows = self.env["xero.sent.payment"].search([("link_id", "=", link.id)])
            raise Violation(
                f"{kind.name} {move.name}, {after}: {amounts} in Xero, {back} came back, "
                f"{[(row.state, row.message) for row in rows]}"
            )

    def check_all(self):
        """Nothing of what was sent stands twice in Xero; no key went out with two bodies.

        :return: number of elements that were looked at
        :raises Violation: if something does
        """
        organisation = self.tenant.organisation_id
        links = self.env["xero.link"].search([("tenant_id", "=", self.tenant.id)])
        linked = Counter(links.mapped("xero_id"))
        seen = 0
        for kind, (resource, number) in NUMBERS.items():
            elements = control(self.xero_url, f"organisations/{organisation}/{kind}")[resource]
            alive = [one for one in elements if one.get("Status") not in DEAD]
            twice = [
                key for key, count in Counter(_told_by(one, number) for one in alive).items()
                if count > 1 and key[0]
            ]
            if twice:
                raise Violation(f"{resource} that stand twice in Xero: {twice[:5]}")
            seen += len(alive)
        if doubled := [xero_id for xero_id, count in linked.items() if xero_id and count > 1]:
            raise Violation(f"two links hold {doubled[:5]}")
        bodies = {}
        for call in control(self.xero_url, "journal"):
            if call.get("idempotency_key"):
                bodies.setdefault(call["idempotency_key"], set()).add(call["body_sha256"])
        if strange := [key for key, some in bodies.items() if len(some) > 1]:
            raise Violation(f"keys that went out with two bodies: {strange[:5]}")
        return seen


def _told_by(element, number):
    """What makes an element one of its own: bills may share their supplier's number."""
    contact = (element.get("Contact") or {}).get("ContactID")
    return element.get(number), contact, element.get("Type"), Decimal(element.get("Total") or 0)


def plan(ways, kills, chance):
    """Which steps of each kind are deadly: all of them, or so many by lot.

    Most steps read the database, where little can go wrong: a third of the lots falls on calls, a
    third on commits.

    :param dict ways: {kind: names of its steps}
    :return: {kind: numbers of its deadly steps, from 1}
    """
    calls, commits, reads = [], [], []
    for kind, names in ways.items():
        steps = list(enumerate(names, start=1))
        if kind.most:
            steps.sort(key=lambda one: (one[1] == deaths.SQL, chance.random()))
            del steps[kind.most:]
        for step, name in steps:
            of_name = {deaths.SQL: reads, deaths.COMMIT: commits, deaths.COMMITTED: commits}
            of_name.get(name, calls).append((kind, step))
    chosen = calls + commits + reads
    if kills is not None:
        chosen = chance.sample(calls, min(len(calls), kills // 3))
        chosen += chance.sample(commits, min(len(commits), kills // 3))
        chosen += chance.sample(reads, min(len(reads), kills - len(chosen)))
    return {kind: sorted(step for one, step in chosen if one is kind) for kind in ways}


def main(arguments):
    """Kill, settle, judge; return the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("output", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kills", type=int, help="so many by lot; else every step of every kind")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    with connected_tenant(send_payments=True) as (tenant, xero_url):
        torture = Torture(tenant, xero_url, options.seed)
        try:
            figures = _torture(torture, options)
        except Violation as violation:
            say(f"\nVIOLATION with seed {options.seed}: {violation}")
            return 1
    figures["seconds"] = round(time.monotonic() - began)
    options.output.write_text(json.dumps(figures, indent=4) + "\n")
    say(json.dumps(figures, indent=4))
    return 0


def _torture(torture, options):
    ways = {kind: torture.steps_of(kind) for kind in kinds.KINDS}
    for kind, deadly in plan(ways, options.kills, torture.chance).items():
        if deadly:
            say(f"  {kind.name}: {len(deadly)} kills in {len(ways[kind])} steps")
            torture.sweep(kind, deadly)
    return {
        "seed": options.seed,
        "kills": torture.kills.total(),
        "kills_by_kind": torture.kills,
        "kills_by_step": torture.steps,
        "runs": torture.runs,
        "elements_in_xero": torture.check_all(),
        "violations": 0,
    }


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    finally:
        processes.stop_all()
