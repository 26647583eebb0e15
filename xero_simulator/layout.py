"""The look of the simulator's web pages: one frame, one style sheet, a few building blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

_STYLE = """
:root { --ink: #1c2b3a; --soft: #5d6d7e; --line: #dfe5ea; --back: #f3f6f8; --blue: #0b6ea8;
        --deep: #0d3b5c; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink);
       font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
a { color: var(--blue); text-decoration: none; } a:hover { text-decoration: underline; }
header { background: var(--deep); color: #fff; }
header .inner { display: flex; align-items: center; gap: 1.2rem; padding: .8rem 1.2rem; }
header a { color: #fff; } header .brand { font-weight: 600; }
header .note { margin-left: auto; color: #b7cbd9; font-size: .85rem; }
.inner, main { max-width: 1080px; margin: 0 auto; }
main { padding: 1.4rem 1.2rem 3rem; }
h1 { font-size: 1.5rem; margin: .2rem 0 1rem; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .6rem; }
.trail { color: var(--soft); font-size: .9rem; }
nav.tabs { display: flex; flex-wrap: wrap; gap: .3rem; margin-bottom: 1rem; }
nav.tabs a { padding: .35rem .8rem; border-radius: 999px; color: var(--ink); }
nav.tabs a.here { background: var(--deep); color: #fff; }
.card { background: #fff; border: 1px solid var(--line); border-radius: 10px; padding: 1.1rem 1.3rem;
        margin-bottom: 1.1rem; box-shadow: 0 1px 2px rgba(20, 40, 60, .05); }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); gap: 1rem; }
.grid .card { margin: 0; } .muted { color: var(--soft); }
table { border-collapse: collapse; width: 100%; }
.scroll { overflow-x: auto; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: .85rem; }
th, td { padding: .45rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
td.num, th.num { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tfoot td { border-bottom: 0; } tfoot tr.total td { font-weight: 700; border-top: 2px solid var(--ink); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.2rem; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; }
.status { padding: .1rem .6rem; border-radius: 999px; font-size: .8rem; font-weight: 600;
          background: #e6ebef; color: #40505e; }
.status.ok { background: #dcf3e5; color: #17683a; } .status.wait { background: #e2eefb; color: #13508b; }
.status.off { background: #f9e2e2; color: #8d2323; }
.narrow { max-width: 520px; margin: 2.5rem auto; }
.narrow ul { padding-left: 1.2rem; margin: .4rem 0 1rem; }
fieldset { border: 1px solid var(--line); border-radius: 8px; margin: 1rem 0; padding: .5rem .9rem; }
legend { color: var(--soft); font-size: .9rem; padding: 0 .3rem; }
label.choice { display: flex; gap: .6rem; padding: .35rem 0; align-items: baseline; cursor: pointer; }
select { font: inherit; padding: .4rem; width: 100%; border: 1px solid var(--line); border-radius: 6px; }
.buttons { display: flex; gap: .7rem; margin-top: 1rem; }
button { font: inherit; font-weight: 600; padding: .55rem 1.3rem; border-radius: 6px; cursor: pointer;
         border: 1px solid var(--line); background: #fff; color: var(--ink); }
button.main { background: var(--blue); border-color: var(--blue); color: #fff; }
"""

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
