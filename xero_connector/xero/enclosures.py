"""What goes with a document, files and notes: their names and texts, and what Xero lists of them.

A file's name carries the first characters of its content's hash: in Xero an equal name replaces
(https://developer.xero.com/documentation/api/accounting/attachments), so a plain name could take
the place of a file that a person put there, and a list of names could not tell what arrived.
"""

import mimetypes
import re
import urllib.parse

from . import codec, const, errors
from .envelope import plain, rows

# Characters that Xero refuses in names of files, and those that address something in a path.
NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*+#%&\s]+')

# How much of a hash tells one content from another among ten.
MARK = 8

CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")
ANY_TYPE = "application/octet-stream"


# === FILES === #

def file_name(name, content_type, digest):
    """The name of a file in Xero.

    :param str name: in Odoo
    :param str content_type: says the extension, if the name has none
    :param str digest: hexadecimal hash of the content
    :return: e.g. `INV 2026 00001 3f2a91bc.pdf`
    :rtype: str
    """
    words = "".join(char if char.isprintable() else " " for char in name or "")
    words = NOT_IN_NAMES.sub(" ", words[:1000]).strip(" .")
    stem, point, extension = words.rpartition(".")
    if not point or not extension.isalnum() or len(extension) > 5:
        stem = words
        extension = (mimetypes.guess_extension(content_type or "") or "").lstrip(".")
    mark = digest[:MARK]
    room = const.FILE_NAME - len(mark) - len(extension) - 2
    stem = (codec.clean_text(stem, room) or "").rstrip(" .…")
    return " ".join(filter(None, (stem, mark))) + (f".{extension}" if extension else "")


def content_type(said):
    """A content type as a header takes it.

    :param str said: what Odoo holds, or None
    """
    said = (said or "").partition(";")[0].strip().lower()
    return said if CONTENT_TYPE.fullmatch(said) else ANY_TYPE


def file_path(resource, xero_id, name):
    """Where a file of a document is put.

    :raises errors.NotUsable: if the name could leave the path
    """
    if name in (".", "..") or not name or not name.isprintable():
        raise errors.NotUsable("path", "This file name cannot be used in Xero.")
    return f"{files_path(resource, xero_id)}/{urllib.parse.quote(name, safe='')}"


def files_path(resource, xero_id):
    """Where the files of a document are listed."""
    return f"{resource}/{xero_id}/Attachments"


def holds_file(body, name, size):
    """Whether a list of files, or the answer to one that was put, names this one.

    :param bytes body: an answer of Xero
    :param int size: bytes
    :raises errors.Unreadable: if it is no such answer
    """
    return any(
        row.get("FileName") == name and row.get("ContentLength") == size
        for row in rows("Attachments", body)
    )


# === NOTES === #

def note(text, url, mark):
    """The body of a note; it ends with a mark by which it is found again.

    :param str text: what happened
    :param str url: the way back to Odoo
    :param str mark: unique
    :rtype: bytes
    """
    tail = f"{url} (Odoo {mark})" if url else f"(Odoo {mark})"
    words = codec.clean_text(text, const.LENGTHS["Details"] - len(tail) - 1)
    return codec.envelope("HistoryRecords", [codec.encode_element({"Details": f"{words} {tail}"})])


def notes_path(resource, xero_id):
    """Where the notes of a document are listed and put."""
    return f"{resource}/{xero_id}/History"


def holds_note(body, mark):
    """Whether a history, or the answer to a note, holds the note with this mark.

    :param bytes body: an answer of Xero
    :raises errors.Unreadable: if it is no such answer
    """
    return any(
        f"(Odoo {mark})" in (plain(row.get("Details")) or "")
        for row in rows("HistoryRecords", body)
    )
