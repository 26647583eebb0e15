"""The page on which a person lets an app into one organisation, and the one that refuses an app."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from . import layout
from .apps import User
from .identity import ConsentRequest

_MEANINGS = {
    "offline_access": "Stay connected while you are away",
    "openid": "Know who you are",
    "profile": "See your name",
    "email": "See your e-mail address",
    "accounting.contacts": "View and manage contacts",
    "accounting.invoices": "View and manage invoices, bills, credit notes and purchase orders",
    "accounting.settings": "View and manage organisation settings and items",
    "accounting.payments": "View and manage payments",
    "accounting.attachments": "View and manage attached files",
}


def _meaning(scope: str) -> str:
    if scope in _MEANINGS:
        return _MEANINGS[scope]
    whole = _MEANINGS.get(scope.removesuffix(".read"), "")
    return whole.replace("View and manage", "View") or scope


def question(
    consent: ConsentRequest, users: Iterable[User], organisations: Iterable[Any], target: str
) -> bytes:
    """Ask which organisation the app may use; `target` is the address the answer goes to."""
    wishes = "".join(f"<li>{escape(_meaning(scope))}</li>" for scope in sorted(consent.scopes))
    people = "".join(
        f'<option value="{user.user_id}">{escape(user.name)} ({escape(user.email)})</option>'
        for user in users
    )
    people = f' <select name="user">{people}</select>'
    choices = "".join(
        f'<label class="choice"><input type="radio" name="organisation" required '
        f'value="{organisation.tenant_id}"{"" if position else " checked"}>'
        f"<span>{escape(organisation.name)} "
        f'<span class="muted">{escape(organisation.country_code)}, '
        f"{escape(organisation.base_currency)}</span></span></label>"
        for position, organisation in enumerate(organisations)
    )
    content = f"""
<div class="card narrow">
<h1>{escape(consent.app.client_id)} wants access to</h1>
<ul>{wishes}</ul>
<form method="post" action="{escape(target)}">
<label>You are signed in as{people}</label>
<fieldset><legend>Connect one organisation</legend>{choices}</fieldset>
<p class="muted">You can disconnect at any time. The app goes on from
{escape(consent.redirect_uri)}.</p>
<div class="buttons">
<button class="main" name="decision" value="allow">Allow access</button>
<button name="decision" value="cancel" formnovalidate>Cancel</button>
</div></form></div>"""
    return layout.page("Allow access", content)


def refusal(code: str, description: str) -> bytes:
    """Say why the app cannot even ask."""
    content = f"""
<div class="card narrow"><h1>Sorry, something went wrong</h1>
<p>Error: <code>{escape(code)}</code></p><p>{escape(description)}</p>
<p class="muted">The app that sent you here has to change its request; nothing was connected.</p>
</div>"""
    return layout.page("Error", content)
