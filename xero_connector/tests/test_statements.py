"""What a batch costs: SQL statements are counted, so that a regression fails here."""

import contextlib
from collections import Counter

from odoo import sql_db
from odoo.tests import tagged

from ..models.xero_tables import XeroTables
from .push_common import XeroPushCase

# Over the whole way of a batch of 50 linked invoices: claim, freeze, send, apply.
PER_BATCH = 1


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
        self.assertLessEqual(sum(several.values()) / 2, PER_BATCH, "\n".join(map(str, several.items())))

    def test_a_tax_that_changed_during_the_run_is_read_again(self):
        """Taxes are kept over the commits of a run; a document that does not fit them is not
        blocked before they were read again."""
        requests, settle = type(self.env["xero.request"]), []
        original = requests._settle

        def settle_and_change(request):
            settled = original(request)
            if not settle:
                with self.registry.cursor() as cr:
                    settle.append(self.with_included_tax(self.env(cr=cr)))
            return settled

        self.patch(requests, "_settle", settle_and_change)
        # All of a test is one transaction, whose clock stands still.
        XeroTables.read_at = Never()
        self.addCleanup(delattr, XeroTables, "read_at")
        self.push(self.make_invoice(self.partner))
        note = self.env["account.move"].browse(settle)
        self.assertEqual(note.xero_state, "sent", note.xero_message)

    def with_included_tax(self, env):
        """Somebody includes the tax in prices, and posts a credit note that waits then."""
        self.sale_tax.with_env(env).price_include_override = "tax_included"
        self.env.invalidate_all()
        note = self.make_invoice(self.partner, move_type="out_refund")
        note.action_xero_push()
        self.env.flush_all()
        return note.id


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


class Never:
    """The moment of reading as one that is never this one."""

    def __get__(self, tables, _owner):
        return None

    def __set__(self, tables, moment):
        pass
