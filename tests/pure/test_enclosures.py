"""Names of files and marks of notes: what Xero takes, what is unique, what is found again."""

import datetime
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xero import const, enclosures, errors
from xero.budget import Budget, may_spare

DIGEST = "3f2a91bc" + "0" * 32
GUID = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
FORBIDDEN = set('<>:"/\\|?*+#%&\0')


# === FILES === #

@pytest.mark.parametrize(("name", "content_type", "expected"), [
    ("INV/2026/00001.pdf", "application/pdf", "INV 2026 00001 3f2a91bc.pdf"),
    ("scan", "application/pdf", "scan 3f2a91bc.pdf"),
    ("a.b: c?.XLSX", None, "a.b c 3f2a91bc.XLSX"),
    ("what v1.5 is", "text/plain", "what v1.5 is 3f2a91bc.txt"),
    ("Прайс.pdf", "application/pdf", "Прайс 3f2a91bc.pdf"),
    ("///", "application/x-unheard-of", "3f2a91bc"),
    ("", None, "3f2a91bc"),
])
def test_name_of_a_file(name, content_type, expected):
    assert enclosures.file_name(name, content_type, DIGEST) == expected


def test_a_long_name_keeps_its_mark_and_its_extension():
    name = enclosures.file_name("n" * 300 + ".pdf", "application/pdf", DIGEST)
    assert name.endswith(" 3f2a91bc.pdf")
    assert len(name) <= const.FILE_NAME


@given(st.text(max_size=300), st.binary(max_size=4))
def test_any_name_becomes_one_that_xero_takes(name, content):
    digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    made = enclosures.file_name(name, "application/pdf", digest)
    assert digest[:8] in made
    assert not FORBIDDEN & set(made)
    assert made == made.strip() and made.isprintable()
    assert len(made) <= const.FILE_NAME
    assert enclosures.file_path("Invoices", GUID, made).count("/") == 3


@pytest.mark.parametrize("name", ["", ".", "..", "a\nb"])
def test_a_name_that_could_leave_the_path(name):
    with pytest.raises(errors.NotUsable):
        enclosures.file_path("Invoices", GUID, name)


@pytest.mark.parametrize(("said", "expected"), [
    ("application/pdf", "application/pdf"),
    ("text/plain; charset=utf-8", "text/plain"),
    ("image/svg+xml", "image/svg+xml"),
    ("nonsense", "application/octet-stream"),
    ("text/plain\r\nX-Evil: 1", "application/octet-stream"),
    (None, "application/octet-stream"),
])
def test_content_type(said, expected):
    assert enclosures.content_type(said) == expected


def test_a_file_is_found_by_name_and_size():
    body = b'{"Attachments":[{"FileName":"a.pdf","ContentLength":3}]}'
    assert enclosures.holds_file(body, "a.pdf", 3)
    assert not enclosures.holds_file(body, "a.pdf", 4)
    assert not enclosures.holds_file(body, "b.pdf", 3)
    with pytest.raises(errors.Unreadable):
        enclosures.holds_file(b"<html>", "a.pdf", 3)


# === NOTES === #

def test_a_note_is_found_by_its_mark():
    body = enclosures.note("Sent from Odoo: INV/1", "https://odoo.example/odoo/1", "abc123")
    (element,) = json.loads(body)["HistoryRecords"]
    assert element == {
        "Details": "Sent from Odoo: INV/1 https://odoo.example/odoo/1 (Odoo abc123)"
    }
    assert enclosures.holds_note(body, "abc123")
    assert not enclosures.holds_note(body, "abc12")
    assert not enclosures.holds_note(b'{"HistoryRecords":[{"Changes":"Approved"}]}', "abc123")


def test_a_long_note_keeps_its_mark():
    body = enclosures.note("x" * 5000, "https://odoo.example/odoo/1", "abc123")
    assert len(json.loads(body)["HistoryRecords"][0]["Details"]) <= 2500
    assert enclosures.holds_note(body, "abc123")


# === THEIR SHARE OF THE DAY === #

NOON = datetime.datetime(2026, 11, 23, 12, 0, 0, tzinfo=datetime.timezone.utc)
HOUR = datetime.timedelta(hours=1)


def test_they_leave_a_reserve_for_documents():
    assert may_spare(Budget(), NOON, 200)
    assert may_spare(Budget(day=201, minute_since=NOON), NOON, 200)
    assert not may_spare(Budget(day=200, minute_since=NOON), NOON, 200)


def test_once_an_hour_one_goes_to_see_whether_a_new_day_began():
    low = Budget(day=5, minute_since=NOON)
    assert not may_spare(low, NOON + HOUR - datetime.timedelta(seconds=1), 200)
    assert may_spare(low, NOON + HOUR, 200)
