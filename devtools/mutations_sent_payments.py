"""Mutations of payments that go to Xero: once, right, and never in a circle."""

from .mutations import Mutation, addon, pure

PURE = "xero_connector/xero/sent_payments.py"
SENDING = "xero_connector/models/xero_sent_payment_sending.py"
SEEN = "xero_connector/models/xero_sent_payment_seen.py"

SENT_PAYMENTS = (
    Mutation(
        "payment-circle-in",
        "A payment with Odoo's mark that nobody knows is registered in Odoo.",
        SEEN,
        "            elif not mark:\n",
        "            else:\n",
        (addon("sent_payments", "TestSentPayments",
               "a_payment_with_a_mark_that_nobody_knows_is_not_registered"),),
    ),
    Mutation(
        "payment-circle-out",
        "A payment that was registered from Xero is sent back there.",
        "xero_connector/models/xero_sent_payment_finding.py",
        "WHERE payment.move_id = found.entry_id",
        "WHERE payment.move_id = -found.entry_id",
        (addon("sent_payments", "TestSentPayments",
               "both_ways_at_once_each_payment_stands_once_on_both_sides"),),
    ),
    Mutation(
        "payment-sent-in-doubt",
        "A payment whose answer was lost is sent again at once.",
        SENDING,
        'self.write({\n            "state": "unknown", "message"',
        'self.write({\n            "state": "new", "message"',
        (addon("sent_payment_troubles", "TestSentPaymentTroubles",
               "an_answer_that_was_lost_is_looked_up_before_anything_is_sent_again"),),
    ),
    Mutation(
        "payment-not-adopted",
        "What a document lists of ours is not recognised after a lost answer.",
        PURE,
        "if row.mark and row.mark.identity == identity]",
        "if row.mark and row.mark.identity == identity.upper()]",
        (
            pure("sent_payments", "what_became_of_a_payment_whose_answer_was_lost"),
            addon("sent_payment_troubles", "TestSentPaymentTroubles",
                  "an_answer_that_was_lost_is_looked_up_before_anything_is_sent_again"),
        ),
    ),
    Mutation(
        "payment-beside-stranger",
        "A payment is sent although somebody may have entered the same one in Xero.",
        PURE,
        "if ground.strange > 0:",
        "if ground.strange < 0:",
        (
            pure("sent_payments", "decision"),
            addon("sent_payment_troubles", "TestSentPaymentTroubles",
                  "beside_a_payment_that_odoo_does_not_know_a_person_decides"),
        ),
    ),
    Mutation(
        "payment-document-unread",
        "What the document owes in Xero is believed, not read, before it is paid.",
        SENDING,
        "            listed = tenant._payments_listed(due.filtered("
        "lambda one: not one.xero_id).link_id)\n",
        "            listed = {}\n",
        (addon("sent_payment_troubles", "TestSentPaymentTroubles",
               "beside_a_payment_that_odoo_does_not_know_a_person_decides"),),
    ),
    Mutation(
        "payment-stays-in-xero",
        "A payment that is undone in Odoo stays in Xero.",
        "xero_connector/models/account_partial_reconcile.py",
        "links._compare_payments()",
        "links.ids",
        (addon("sent_payments", "TestSentPayments", "an_undone_payment_is_deleted_in_xero"),),
    ),
    Mutation(
        "payment-deleted-resent",
        "What an accountant deleted in Xero is made anew without being asked.",
        SEEN,
        'self._tell("deleted")',
        'self.state = "new"',
        (addon("sent_payments", "TestSentPayments",
               "one_that_a_person_deleted_in_xero_is_told_and_sent_again_on_demand"),),
    ),
)
