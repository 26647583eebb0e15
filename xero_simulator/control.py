"""The control API under `/_control/`: what Python can do with a simulator, from outside."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from .server import RawRequest, Reply
from .wire import JSON, Response

if TYPE_CHECKING:
    from .simulator import Simulator

CONTROL_ROOT = "_control"

_RESOURCES = {
    "invoices": "Invoices",
    "credit_notes": "CreditNotes",
    "purchase_orders": "PurchaseOrders",
    "payments": "Payments",
    "contacts": "Contacts",
    "items": "Items",
    "accounts": "Accounts",
    "tax_rates": "TaxRates",
    "currencies": "Currencies",
    "tracking_categories": "TrackingCategories",
    "branding_themes": "BrandingThemes",
    "organisation": "Organisation",
}
_PERSON = (
    "approve", "submit", "void", "delete", "bill", "edit", "pay", "unpay", "pay_batch",
    "unpay_batch", "pay_with_fee", "overpay", "prepay", "allocate", "deallocate",
    "archive_contact", "restore_contact", "erase_contact", "edit_contact", "merge_contacts",
    "set_lock_dates", "archive_account", "rename_account", "set_tax_rate_status",
)  # fmt: skip
_DAYS = {"day", "period", "end_of_year"}
_PAGED = frozenset({"invoices", "credit_notes", "purchase_orders", "payments", "contacts"})


class ControlError(Exception):
    """A control call that cannot be done, and why."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


class Control:
    """Answers the control calls; open to this machine only."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._actions: dict[tuple[str, str], Callable[..., Any]] = {
            ("GET", ""): self._index,
            ("GET", "state"): self._state,
            ("GET", "journal"): self._journal,
            ("DELETE", "journal"): self._forget_journal,
            ("GET", "clock"): self._time,
            ("POST", "clock"): self._move_clock,
            ("GET", "faults"): self._faults,
            ("POST", "faults"): self._add_fault,
            ("DELETE", "faults"): self._clear_faults,
            ("POST", "faults/release"): self._release_faults,
            ("POST", "reset"): self._reset,
            ("GET", "apps"): self._apps,
            ("POST", "apps"): self._add_app,
            ("POST", "consent"): self._consent,
            ("GET", "identity"): self._identity,
            ("POST", "identity/expire"): self._expire,
            ("POST", "identity/withdraw"): self._withdraw,
            ("POST", "identity/disconnect"): self._disconnect,
            ("POST", "limits"): self._limits,
            ("GET", "limits/minute"): self._minute,
            ("GET", "webhooks"): self._webhooks,
            ("POST", "webhooks/deliver"): self._deliver,
            ("POST", "webhooks/emit"): self._emit,
            ("POST", "webhooks/intent"): self._intent,
            ("POST", "webhooks/automatic"): self._automatic,
            ("GET", "organisations"): self._organisations,
            ("POST", "person"): self._person,
        }

    def answer(self, raw: RawRequest) -> Reply:
        """Do one control call."""
        try:
            if not ipaddress.ip_address(raw.client).is_loopback:
                raise ControlError("The control API is open to this machine only.", 403)
            document = self._do(raw)
            status = 200
        except ControlError as error:
            status, document = error.status, {"error": str(error)}
        except (ValueError, TypeError, KeyError) as error:
            status, document = 400, {"error": f"{type(error).__name__}: {error}"}
        if isinstance(document, Response):
            return Reply(document.status, document.body, document.content_type)
        return Reply(status, json.dumps(document, ensure_ascii=False).encode(), JSON)

    def _do(self, raw: RawRequest) -> Any:
        words = [word for word in raw.segments[1:] if word]
        if words[:1] == ["organisations"] and len(words) in (3, 4) and raw.method == "GET":
            return self._records(*words[1:])
        action = self._actions.get((raw.method, "/".join(words)))
        if not action:
            raise ControlError("There is no such control call; GET /_control/ lists them.", 404)
        if raw.method in ("GET", "DELETE"):
            return action(**raw.query)
        values = json.loads(raw.body or b"{}")
        if not isinstance(values, dict):
            raise ControlError("The body must be a JSON object.")
        return action(**values)

    # === WHAT IS === #

    def _index(self) -> list[str]:
        calls = [f"{method} /{CONTROL_ROOT}/{path}" for method, path in self._actions]
        return [*calls, f"GET /{CONTROL_ROOT}/organisations/ID/KIND[/RECORD]"]

    def _state(self) -> dict[str, Any]:
        simulator = self._simulator
        return {
            "url": simulator.url,
            "now": simulator.clock.now().isoformat(),
            "apps": [app.client_id for app in simulator.registry.all()],
            "calls": len(simulator.journal),
            "unknown_calls": len(simulator.journal.unknown),
            "limits": simulator.limits.enabled,
        }

    def _organisations(self) -> list[dict[str, Any]]:
        return [
            {
                "tenant_id": organisation.tenant_id,
                "name": organisation.name,
                "country_code": organisation.country_code,
                "short_code": organisation.short_code,
                "base_currency": organisation.base_currency,
            }
            for organisation in self._simulator.organisations.values()
        ]

    def _records(self, wanted: str, kind: str, record: str | None = None) -> Any:
        """Everything of one kind as the API shows it, or one record; numbers stay exact."""
        if kind not in _RESOURCES:
            kinds = ", ".join(_RESOURCES)
            raise ControlError(f"There is no kind {kind!r}; there are {kinds}.", 404)
        tenant_id = self._simulator.organisation(wanted).tenant_id
        resource = _RESOURCES[kind]
        look = self._simulator.gateway.look
        if record is not None:
            return look(tenant_id, f"{resource}/{record}")
        if kind not in _PAGED:
            return look(tenant_id, resource)
        query = {"pageSize": "1000"}
        if kind == "contacts":
            query["includeArchived"] = "true"
        elements: list[Any] = []
        number, pages = 1, 1
        while number <= pages:
            response = look(tenant_id, resource, page=str(number), **query)
            # Money is only handed through, as text, so that nothing is lost on the way.
            document = json.loads(response.body, parse_float=str)
            elements += document[resource]
            pages = document.get("pagination", {}).get("pageCount", 1)
            number += 1
        return {resource: elements}

    def _person(self, organisation: str, action: str, **values: Any) -> Any:
        """Let a person in Xero do something: approve, pay, void, edit, archive_contact, …"""
        if action not in _PERSON:
            raise ControlError(f"A person cannot {action!r}; there are {', '.join(_PERSON)}.")
        books = self._simulator.organisation(organisation)
        for name in _DAYS & values.keys():
            values[name] = date.fromisoformat(values[name])
        with self._simulator.gateway.lock_of(books.tenant_id):
            done = getattr(books, action)(**values)
        return json.loads(json.dumps(done, default=str))

    # === JOURNAL, CLOCK, FAULTS === #

    def _journal(
        self,
        since: str = "0",
        method: str | None = None,
        path: str | None = None,
        tenant_id: str | None = None,
        bodies: str = "0",
    ) -> list[dict[str, Any]]:
        calls = self._simulator.journal.find(method, path, tenant_id, int(since))
        return [call.as_json(with_body=bodies == "1") for call in calls]

    def _forget_journal(self) -> dict[str, Any]:
        self._simulator.journal.clear()
        return {}

    def _time(self) -> dict[str, str]:
        return {"now": self._simulator.clock.now().isoformat()}

    def _move_clock(
        self, advance: float = 0, freeze: bool | None = None, at: str | None = None
    ) -> dict[str, str]:
        clock = self._simulator.clock
        if freeze:
            clock.freeze(datetime.fromisoformat(at) if at else None)
        elif freeze is False:
            clock.thaw()
        if advance:
            clock.advance(advance)
        return self._time()

    def _faults(self) -> list[dict[str, Any]]:
        return [fault.as_json() for fault in self._simulator.faults.all()]

    def _add_fault(self, kind: str, **options: Any) -> dict[str, Any]:
        return self._simulator.faults.add(kind, **options).as_json()

    def _clear_faults(self) -> dict[str, Any]:
        self._simulator.faults.clear()
        return {}

    def _release_faults(self, number: int | None = None) -> dict[str, Any]:
        for fault in self._simulator.faults.all():
            if number in (None, fault.number):
                fault.release()
        return {}

    def _reset(self, apps: bool = False) -> dict[str, Any]:
        self._simulator.reset(apps=apps)
        return self._state()

    # === APPS AND IDENTITY === #

    def _apps(self) -> list[dict[str, Any]]:
        return [
            {
                "client_id": app.client_id,
                "redirect_uris": list(app.redirect_uris),
                "webhook_url": app.webhook_url,
            }
            for app in self._simulator.registry.all()
        ]

    def _add_app(self, **values: Any) -> dict[str, Any]:
        self._simulator.register_app(**values)
        return {"client_id": values["client_id"]}

    def _consent(self, authorize_url: str, **choice: Any) -> dict[str, str]:
        from .simulator import ConsentRefused

        try:
            return {"redirect": self._simulator.consent(authorize_url, **choice)}
        except ConsentRefused as error:
            raise ControlError(str(error)) from error

    def _identity(self) -> list[dict[str, Any]]:
        return self._simulator.identity.overview()

    def _expire(self, access: bool = True, refresh: bool = False) -> dict[str, Any]:
        if access:
            self._simulator.identity.expire_access_tokens()
        if refresh:
            self._simulator.identity.expire_refresh_tokens()
        return {}

    def _withdraw(self, app: str, user: str | None = None) -> dict[str, Any]:
        self._simulator.identity.withdraw(app, self._simulator.user(user).user_id)
        return {}

    def _disconnect(self, organisation: str, app: str | None = None) -> dict[str, int]:
        tenant_id = self._simulator.organisation(organisation).tenant_id
        return {"removed": self._simulator.identity.disconnect(tenant_id, app)}

    def _limits(self, **values: Any) -> dict[str, Any]:
        limits = self._simulator.limits
        names = ("enabled", "minute", "day", "app_minute", "concurrent")
        if strange := set(values) - set(names):
            raise ControlError(f"There is no limit {', '.join(sorted(strange))}.")
        for name, value in values.items():
            setattr(limits, name, value)
        return {name: getattr(limits, name) for name in names}

    def _minute(self, app: str, organisation: str) -> dict[str, float]:
        tenant_id = self._simulator.organisation(organisation).tenant_id
        return {"ends_in": self._simulator.limits.minute_ends_in(app, tenant_id)}

    # === WEBHOOKS === #

    def _webhooks(self) -> dict[str, Any]:
        webhooks = self._simulator.webhooks
        return {
            "pending": webhooks.pending(),
            "deliveries": [delivery.as_json() for delivery in webhooks.deliveries],
        }

    def _deliver(self, **options: Any) -> list[dict[str, Any]]:
        return [made.as_json() for made in self._simulator.webhooks.deliver(**options)]

    def _emit(self, organisation: str, **values: Any) -> dict[str, Any]:
        tenant_id = self._simulator.organisation(organisation).tenant_id
        self._simulator.webhooks.emit(tenant_id, **values)
        return {"pending": len(self._simulator.webhooks.pending())}

    def _intent(self, app: str) -> dict[str, bool]:
        return {"accepted": self._simulator.webhooks.intent_to_receive(app)}

    def _automatic(self, enabled: bool = True) -> dict[str, bool]:
        webhooks = self._simulator.webhooks
        webhooks.start() if enabled else webhooks.stop()
        return {"automatic": enabled}
