"""Mutations of the way back: what is heard and read of Xero, and what becomes of it in Odoo."""

from .mutations import Mutation, addon, pure

SEEN = "xero_connector/models/xero_link_seen.py"
PAYING = "xero_connector/xero/paying.py"

PULL = (
    # === WEBHOOKS === #
    Mutation(
        "webhook-unverified",
        "Whoever finds the address of the webhook can tell Odoo what happened in Xero.",
        "xero_connector/models/xero_event.py",
        "if not verify(body, signature, webhook_keys(app)):",
        "if False:",
        (
            addon("webhook", "TestRoute", "everything_else_is_refused_without_a_trace"),
            addon("webhook", "TestRoute", "without_a_key_nothing_is_believed"),
        ),
    ),
    Mutation(
        "notice-lost",
        "A notice that could not be looked at, because Xero was away, counts as looked at.",
        "xero_connector/models/xero_hearing.py",
        "            return\n        events.state = \"done\"",
        "        events.state = \"done\"",
        (addon("webhook", "TestHearing", "while_xero_is_away_events_wait"),),
    ),
    # === WHAT IS READ === #
    Mutation(
        "older-wins",
        "An older state of a document, which came late, is written over a newer one.",
        SEEN,
        "if not _is_newer(document, link.xero_updated_at):",
        "if False:",
        (addon("pull", "TestStatuses", "what_is_older_than_what_is_known_changes_nothing"),),
    ),
    Mutation(
        "seen-while-sending",
        "What is on its way to Xero at this moment is judged by what Xero held before.",
        SEEN,
        "if not document or link.state in IN_DOUBT:",
        "if not document:",
        (addon("pull", "TestEditedInXero", "what_is_being_sent_is_left_alone"),),
    ),
    Mutation(
        "second-skipped",
        "What changed within the second in which a page ended is never read.",
        "xero_connector/xero/delta.py",
        "reached = max(position.since, newest - SECOND)",
        "reached = max(position.since, newest)",
        (pure("delta", "every_row_is_seen_as_it_stands_in_the_end"),),
    ),
    Mutation(
        "since-by-our-clock",
        "How far Xero was read is told by our clock: what changed in the difference is lost.",
        "xero_connector/models/xero_poll.py",
        "self.polled_at = self.env.cr.now()",
        "self.polled_at = self.since = self.env.cr.now()",
        (addon("pull", "TestPaging", "how_far_it_was_read_is_told_by_xero_s_clock"),),
    ),
    Mutation(
        "another-organisation-read",
        "Another organisation that answers in place of the connected one is read and written.",
        "xero_connector/models/xero_tenant_settings.py",
        "if self.answered_id and organisation.organisation_id != self.answered_id:",
        "if False:",
        (addon("settings", "TestSettings", "another_organisation_answers"),),
    ),
    # === PAYMENTS === #
    Mutation(
        "payment-again",
        "A payment that stands in Odoo as in Xero is taken out and registered anew.",
        PAYING,
        'return Move("nothing")',
        "pass",
        (pure("paying", "deciding_again_changes_nothing"),),
    ),
    Mutation(
        "payment-undone-returns",
        "What a person has undone in Odoo is registered again when it changes in Xero.",
        "xero_connector/models/xero_payment_settling.py",
        "if self.booked_amount and not self._stands():",
        "if False:",
        (
            addon(
                "payment_credit",
                "TestPaymentCredit",
                "what_a_person_undid_in_odoo_stays_so_when_it_grows_in_xero",
            ),
        ),
    ),
    Mutation(
        "payment-deleted-returns",
        "An older answer brings back a payment that was deleted in Xero.",
        "xero_connector/models/xero_payment_seen.py",
        "if age == -1 or (returns and age != 1):",
        "if False:",
        (addon("payments", "TestPayments", "an_older_answer_brings_nothing_back"),),
    ),
    Mutation(
        "payment-in-closed-period",
        "A payment is registered in a period that is closed in Odoo.",
        PAYING,
        "    if ground.locked:\n",
        "    if False:\n",
        (
            pure("paying", "a_new_payment"),
            addon(
                "payment_troubles",
                "TestPaymentTroubles",
                "a_closed_period_is_told_and_tried_again",
            ),
        ),
    ),
    Mutation(
        "payment-too-large",
        "More is registered than the document leaves open.",
        PAYING,
        "if paid.amount > ground.open:",
        "if False:",
        (
            pure("paying", "a_new_payment"),
            addon(
                "payment_troubles",
                "TestPaymentTroubles",
                "more_than_is_open_is_not_registered_in_part",
            ),
        ),
    ),
    Mutation(
        "payment-torn-from-statement",
        "A payment that a bank statement is matched with is undone.",
        PAYING,
        "    if booked.matched:\n",
        "    if False:\n",
        (
            pure("paying", "a_payment_that_was_deleted"),
            addon(
                "payment_troubles",
                "TestPaymentTroubles",
                "a_payment_that_a_bank_statement_holds_is_not_undone",
            ),
        ),
    ),
)
