"""Mutations of the way back: what is read of Xero, from where on, and what becomes of it."""

from .mutations import Mutation, addon, pure

SEEN = "xero_connector/models/xero_link_seen.py"

PULL = (
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
)
