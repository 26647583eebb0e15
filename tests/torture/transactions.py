"""Transactions that PostgreSQL gives up, that are rolled back, or whose process dies, with Xero.

Run as a program by `tests/live/test_transactions.py`: real PostgreSQL, a real simulator behind a
socket. Writes a JSON object with the figures; a violation ends it with a sentence.
"""

import contextlib
import json
import sys
from pathlib import Path
from unittest.mock import patch

from devtools import processes
from devtools.bench_tenant import connected_tenant
from devtools.console import say
from devtools.simulator import control

from . import deaths, kinds
from .kills import Torture, Violation

# What PostgreSQL says when two transactions met: serialisation failure, deadlock.
REASONS = ("40001", "40P01")

# How many statements and commits of a run are given up, one in each run, drawn by lot.
GIVEN_UP = 24


class Collisions(Torture):
    """As the torture, but nobody dies: PostgreSQL gives up one transaction of the run."""

    def run(self, given_up=None):
        """Run the tenant's scheduled action, as the scheduler does: what fails is tried later."""
        import psycopg2
        from odoo import SUPERUSER_ID, api

        self.runs += 1
        steps = []
        with giving_up(given_up, REASONS[self.runs % len(REASONS)], steps):
            try:
                with self.env.registry.cursor() as cr:
                    tenants = api.Environment(cr, SUPERUSER_ID, {})["xero.tenant"]
                    tenants.browse(self.tenant.id)._cron_sync()
            except psycopg2.OperationalError as error:
                say(f"  put off: {type(error).__name__} at step {given_up}")
        self.env.cr.rollback()
        self.env.invalidate_all()
        given_up_here = given_up is not None and len(steps) >= given_up
        return (steps[given_up - 1] if given_up_here else None), steps


@contextlib.contextmanager
def giving_up(number, reason, steps):
    """Let PostgreSQL itself give up the transaction of the nth statement or commit from here on.

    :param int number: from 1; None: none
    :param str reason: SQLSTATE
    :param list steps: gets the name of each
    """
    from odoo.sql_db import Cursor

    execute, commit = Cursor.execute, Cursor.commit

    def count(cursor, name):
        steps.append(name)
        if len(steps) == number:
            cursor._obj.execute(f"DO $$BEGIN RAISE 'met another' USING ERRCODE = '{reason}'; END$$")

    def counted_execute(cursor, *arguments, **options):
        count(cursor, deaths.SQL)
        return execute(cursor, *arguments, **options)

    def counted_commit(cursor):
        count(cursor, deaths.COMMIT)
        commit(cursor)

    with (
        patch.object(Cursor, "execute", counted_execute),
        patch.object(Cursor, "commit", counted_commit),
    ):
        yield


def refreshes(xero_url):
    """How often Xero's token endpoint was asked."""
    return sum(call["path"] == "/connect/token" for call in control(xero_url, "journal"))


# === WHAT IS SHOWN === #

def give_up(collisions):
    """One transaction of each run is given up, at a step drawn by lot.

    :return: number of runs in which one was
    """
    kind = next(one for one in kinds.KINDS if one.name == "customer invoice")
    steps = collisions.steps_of(kind)
    chosen = collisions.chance.sample(range(1, len(steps) + 1), min(GIVEN_UP, len(steps)))
    collisions.sweep(kind, sorted(chosen))
    collisions.check_all()
    return sum(collisions.kills.values())


def roll_back(tenant, xero_url):
    """A business transaction that needed a new token is rolled back; the token stays.

    :return: number of calls of the token endpoint, of which one is allowed
    """
    from odoo.addons.xero_connector.models import xero_token

    env, before = tenant.env, refreshes(xero_url)
    env.cr.execute("UPDATE xero_token SET access_expires_at = '2020-01-01'")
    env.cr.commit()
    token_id = tenant.sudo().token_id.id
    tenant.name = "Rolled back"
    first = xero_token.access(env, token_id).access_token
    env.cr.rollback()
    env.invalidate_all()
    if tenant.name == "Rolled back" or xero_token.access(env, token_id).access_token != first:
        raise Violation("the new token went with the transaction that asked for it")
    return refreshes(xero_url) - before


def die_with_token(torture):
    """The worker dies with Xero's new token in its hands, before it is on disk.

    :return: names of the steps at which it died
    """
    kind = next(one for one in kinds.KINDS if one.expired)
    names = torture.steps_of(kind)
    answered = names.index(deaths.ANSWERED) + 1
    commit = names.index(deaths.COMMIT, answered) + 1
    torture.sweep(kind, [answered, commit])
    torture.check_all()
    return list(torture.steps)


def meet_people(torture):
    """A person's transaction began before a run marks, freezes and sends a record, and changes it
    afterwards. It cannot see what was sent, so it has to be given up and repeated, as Odoo does.

    :return: number of transactions that were given up
    """
    by_name = {kind.name: kind for kind in kinds.KINDS}
    races = (
        ("cancelled invoice", "unmarked"), ("cancelled order", "unmarked"),
        ("changed customer", "pending"), ("changed invoice", "pending"),
    )
    given_up = 0
    for name, before in races:
        kind = by_name[name]
        [record] = kind.make(torture.books, 1)
        if before == "pending":
            record.action_xero_push()
        torture.env.cr.commit()
        given_up += _change_too_late(torture, record, kind.change)
        torture.settle(kind, record)
        torture.check(kind, record, f"{before}, changed by a person meanwhile")
        _check_contact(torture, record)
    return given_up


def _change_too_late(torture, record, change):
    """Change a record in a transaction that began before it was sent.

    :return: whether the transaction was given up; it is repeated then
    """
    import psycopg2
    from odoo.exceptions import ConcurrencyError

    with torture.env.registry.cursor() as cr:
        late = record.with_env(record.env(cr=cr))
        late.mapped("display_name")  # what it sees is settled here
        record.action_xero_push()
        torture.env.cr.commit()
        torture.run()
        try:
            change(late)
            late.env.flush_all()
            cr.commit()
            return False
        except (psycopg2.OperationalError, ConcurrencyError):
            cr.rollback()
    torture.env.invalidate_all()
    change(record)
    torture.env.cr.commit()
    return True


def _check_contact(torture, record):
    """A customer's street in Xero is the one in Odoo.

    :raises Violation: if not
    """
    if record._name != "res.partner":
        return
    organisation = torture.tenant.organisation_id
    contacts = control(torture.xero_url, f"organisations/{organisation}/contacts")["Contacts"]
    [found] = [one for one in contacts if one["Name"] == record.name]
    streets = {one.get("AddressLine1") for one in found["Addresses"]}
    if record.street not in streets:
        raise Violation(f"{record.name} lives in {record.street} in Odoo, {streets} in Xero")


def main(output):
    """Show all four; return the exit status."""
    with connected_tenant() as (tenant, xero_url):
        torture, collisions = (one(tenant, xero_url, seed=30) for one in (Torture, Collisions))
        collisions.books = torture.books  # so that no two customers have one name
        try:
            figures = {
                "people who came too late": meet_people(collisions),
                "token calls around a rollback": roll_back(tenant, xero_url),
                "died with the token at": die_with_token(torture),
                "transactions given up": give_up(collisions),
            }
        except Violation as violation:
            say(f"VIOLATION: {violation}")
            return 1
    Path(output).write_text(json.dumps(figures), encoding="utf-8")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    finally:
        processes.stop_all()
