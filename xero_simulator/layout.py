"""The look of the simulator's web pages: one frame, one style sheet, a few building blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

_STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")

_KINDS = {"AUTHORISED": "ok", "PAID": "ok", "ACTIVE": "ok", "BILLED": "ok", "DRAFT": "wait",
          "SUBMITTED": "wait", "VOIDED": "off", "DELETED": "off", "ARCHIVED": "off"}  # fmt: skip


def page(title: str, content: str) -> bytes:
    """A whole page around ready HTML."""
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · Xero simulator</title><style>{_STYLE}</style></head><body>"
        '<header><div class="inner"><a class="brand" href="/">Xero simulator</a>'
        '<span class="note">Not Xero: a stand-in for tests and demonstrations</span></div></header>'
        f"<main>{content}</main></body></html>"
    ).encode()


def link(address: str, text: str) -> str:
    """A link."""
    return f'<a href="{escape(address)}">{escape(text)}</a>'


def status(value: str) -> str:
    """A coloured status."""
    return f'<span class="status {_KINDS.get(value, "")}">{escape(value)}</span>'


def trail(*steps: tuple[str, str]) -> str:
    """The way back: addresses and names."""
    return f'<div class="trail">{" / ".join(link(*step) for step in steps)}</div>'


def details(rows: Iterable[tuple[str, str]]) -> str:
    """Names and ready HTML values; empty values are left out."""
    body = "".join(f"<dt>{escape(name)}</dt><dd>{value}</dd>" for name, value in rows if value)
    return f"<dl>{body}</dl>"


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    numeric: frozenset[int] = frozenset(),
    foot: str = "",
    empty: str = "Nothing here yet.",
) -> str:
    """A table of ready HTML cells; the columns in `numeric` are aligned to the right."""

    def cells(tag: str, values: Sequence[str]) -> str:
        return "".join(
            f'<{tag}{" class=num" if place in numeric else ""}>{value}</{tag}>'
            for place, value in enumerate(values)
        )

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    if not body:
        return f'<p class="muted">{escape(empty)}</p>'
    head = cells("th", [escape(name) for name in heads])
    return (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody>'
        f"<tfoot>{foot}</tfoot></table></div>"
    )
