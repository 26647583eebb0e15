"""The disk is full, tables are locked, files are gone: what happened at Xero is not forgotten."""

import os
from unittest.mock import patch

import psycopg2
from odoo.tools import mute_logger

from .enclosure_common import EnclosureCase
from .push_common import XeroPushCase


class TestDisk(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.partner = self.push(self.make_partner())
        self.sim.journal.clear()

    # Faults: 41
    def test_the_record_of_calls_cannot_be_written(self):
        """A full disk or a locked table costs the record of the call, not its outcome."""
        for failure in (psycopg2.errors.DiskFull, psycopg2.errors.LockNotAvailable):
            with self.subTest(failure=failure.__name__):
                invoice = self.make_invoice(self.partner)
                with patch.object(
                    type(self.env["xero.exchange"]), "_note", side_effect=failure
                ) as note:
                    self.push(invoice)
                self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
                self.assertEqual(note.call_count, 1, "the answer waits for no second try")

    # Faults: 41
    def test_the_outcome_cannot_be_written(self):
        """Xero has executed and the disk is full: the request is still there, and looked after."""
        invoice = self.make_invoice(self.partner)
        with patch.object(
            type(self.env["xero.request"]), "_read_answer", side_effect=psycopg2.errors.DiskFull
        ) as read:
            self.push(invoice)
        read.assert_called()
        self.assertEqual(invoice.xero_state, "sending")
        self.run_engine()
        self.move_time(seconds=66)
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(self.writes(), [("Invoices", 1)])


class TestFileGone(EnclosureCase):
    OPTIONS = {"send_attachments": True}

    # Faults: 41
    def test_a_file_that_the_disk_has_lost(self):
        """The row of the attachment is there, its file is not: the others go, and nothing loops."""
        invoice = self.make_invoice(self.partner)
        lost = self.attach(invoice, "lost.txt", b"Only on a disk that broke")
        self.attach(invoice, "kept.txt", b"Still there")
        self.assertTrue(lost.store_fname)
        os.unlink(lost._full_path(lost.store_fname))
        lost.invalidate_recordset()
        with mute_logger("odoo.addons.base.models.ir_attachment"):
            self.push(invoice)
            self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(list(self.files_in_xero(invoice).values()), [b"Still there"])
        self.assertEqual(len(self.puts("Attachments")), 1)
        first, _second = self.enclosures(invoice)
        self.assertEqual(first.state, "blocked")
        self.assertIn("missing on the server's disk", first.message)
