"""What a batch costs: SQL statements are counted, so that a regression fails here."""

import contextlib
from collections import Counter
from datetime import timedelta

from odoo import sql_db
from odoo.tests import tagged

from ..models.xero_kept_masters import forget_masters, kept_masters
from ..models.xero_tables import XeroTables
from .push_common import XeroPushCase

# Over the whole way of a batch of 50 linked invoices: claim, freeze, send, apply. A test sends one
# batch at a time, so what two of them share on a server counts twice; the scheduler's note of the
# progress is among it, the clock, which stands still, is not.
PER_BATCH = 27


@tagged("post_install", "-at_install")
class TestStatements(XeroPushCase):

    def setUp(self):
        super().setUp()
        self.partner = self.make_partner()
        self.push(self.partner)

    def invoices(self, count):
        moves = self.env["account.move"].union(*(
            self.make_invoice(self.partner, ((1, 10.0), (2, 3.33), (1, 7.77)))
            for _number in range(count)
        ))
        moves.action_xero_push()
        self.env.flush_all()
        self.env.invalidate_all()
        return moves

    def statements_of_run(self, moves):
        """Statements of the run that sends `moves`, without the savepoints of a test's cursors."""
        counted = []
        with count_statements(counted):
            self.run_engine()
        self.assertEqual(set(moves.mapped("xero_state")), {"sent"}, moves.mapped("xero_message"))
        return Counter(counted)

    def test_batch_of_50(self):
        self.statements_of_run(self.invoices(1))  # what is read once per process
        one = self.statements_of_run(self.invoices(50))
        three = self.statements_of_run(self.invoices(150))
        several = {text: count for text, count in (three - one).items() if count > 1}
        self.assertLessEqual(sum(several.values()) / 2, PER_BATCH, several)

    def test_what_a_run_looks_up_survives_its_commits(self):
        tax = self.sale_tax
        before = tax.amount
        with kept_masters(self.env):
            self.change_behind_the_cache(tax)
            self.env.invalidate_all()  # as a commit does
        self.assertEqual(tax.amount, before)
        forget_masters(self.env)
        self.assertEqual(tax.amount, 1)

    def test_what_does_not_fit_is_read_again(self):
        """Before a document is blocked, the run forgets what it has kept."""
        tables = XeroTables(self.tenant.with_env(self.env(su=True)))
        self.assertTrue(self.sale_tax.amount)
        self.change_behind_the_cache(self.sale_tax)
        tables.read_at -= timedelta(seconds=1)  # in an earlier transaction of the run
        self.assertTrue(tables.refresh())
        self.assertEqual(self.sale_tax.amount, 1)

    def change_behind_the_cache(self, tax):
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_tax SET amount = 1 WHERE id = %s", [tax.id])


@contextlib.contextmanager
def count_statements(counted):
    """Collect the statements that any cursor executes, but for savepoints."""
    execute = sql_db.Cursor.execute

    def collect(self, query, params=None, log_exceptions=True):
        text = query.code if hasattr(query, "code") else str(query)
        if "SAVEPOINT" not in text:
            counted.append(text[:90])
        return execute(self, query, params, log_exceptions)

    sql_db.Cursor.execute = collect
    try:
        yield
    finally:
        sql_db.Cursor.execute = execute
