"""Calls on the organisation and its settings: accounts, tax rates, currencies, tracking, themes."""

from __future__ import annotations

from ..wire import Request, Response
from . import settings, tracking_settings
from .answers import Halt, bad_query, envelope, not_found, refused_sentence
from .organisation import ACTIONS
from .reading import Listing, list_records, one_record, read_bool
from .route import route
from .tables import Record
from .writing import Writing, only_element, read_elements, write_elements


def _as_it_is(organisation, record: Record, view: str, places: int) -> Record:
    return record


ACCOUNTS = Listing("Accounts", "Account", "AccountID", settings.show_account, paged=False)
TAX_RATES = Listing("TaxRates", "TaxRate", "TaxType", _as_it_is, paged=False, delta=False)
CURRENCIES = Listing("Currencies", "Currency", "Code", _as_it_is, paged=False, delta=False)
TRACKING = Listing(
    "TrackingCategories", "TrackingCategory", "TrackingCategoryID", tracking_settings.show_category,
    paged=False, delta=False,
)  # fmt: skip
THEMES = Listing(
    "BrandingThemes", "BrandingTheme", "BrandingThemeID", _as_it_is, paged=False, delta=False
)

WRITE_ACCOUNTS = Writing("Accounts", "Account", "AccountID", None, bare=True, most=1)
WRITE_TAX_RATES = Writing("TaxRates", "TaxRate", "TaxType", None, most=1)
WRITE_CURRENCIES = Writing("Currencies", "Currency", "Code", None, bare=True, most=1)
WRITE_TRACKING = Writing(
    "TrackingCategories", "TrackingCategory", "TrackingCategoryID", None, bare=True, most=1
)
WRITE_OPTIONS = Writing("Options", "TrackingOption", "TrackingOptionID", None, bare=True)


# === ORGANISATION === #


def get_organisation(organisation, request: Request) -> Response:
    """Return the organisation with its present lock dates."""
    shown = settings.show_organisation(organisation)
    return envelope(organisation, request, "Organisations", [shown])


def get_actions(organisation, request: Request) -> Response:
    """Return what the connected user may do."""
    rows = [
        {
            "Name": name,
            "Status": "NOT-ALLOWED" if name in organisation.denied_actions else "ALLOWED",
        }
        for name in ACTIONS
    ]
    return envelope(organisation, request, "Actions", rows)


# === ACCOUNTS, TAX RATES, CURRENCIES, THEMES === #


def list_accounts(organisation, request: Request) -> Response:
    """List the chart of accounts, archived accounts included."""
    return list_records(organisation, request, ACCOUNTS, organisation.accounts.values())


def get_account(organisation, request: Request, guid: str) -> Response:
    """Return one account."""
    return one_record(organisation, request, ACCOUNTS, organisation.accounts.get(guid))


def create_account(organisation, request: Request) -> Response:
    """Create one account."""

    def handle(element):
        record = settings.create_account(organisation, element)
        return settings.show_account(organisation, record, "written", 2), []

    elements = read_elements(request, WRITE_ACCOUNTS)
    return write_elements(organisation, request, WRITE_ACCOUNTS, elements, handle)


def update_account(organisation, request: Request, guid: str) -> Response:
    """Change one account, or archive it."""
    existing = organisation.accounts.get(guid)
    if existing is None:
        raise not_found()

    def handle(element):
        record = settings.update_account(organisation, element, existing)
        return settings.show_account(organisation, record, "written", 2), []

    elements = only_element(read_elements(request, WRITE_ACCOUNTS), "AccountID", guid)
    return write_elements(organisation, request, WRITE_ACCOUNTS, elements, handle)


def list_tax_rates(organisation, request: Request) -> Response:
    """List tax rates; deleted ones stay in the list."""
    return list_records(organisation, request, TAX_RATES, organisation.tax_rates.values())


def get_tax_rate(organisation, request: Request, kind: str) -> Response:
    """Return one tax rate by its type."""
    return one_record(organisation, request, TAX_RATES, organisation.tax_rates.get(kind))


def write_tax_rates(organisation, request: Request) -> Response:
    """Create (PUT) or create and change (POST) one tax rate."""
    creating = request.method == "PUT"

    def handle(element):
        return dict(settings.save_tax_rate(organisation, element, creating)), []

    elements = read_elements(request, WRITE_TAX_RATES)
    return write_elements(organisation, request, WRITE_TAX_RATES, elements, handle)


def list_currencies(organisation, request: Request) -> Response:
    """List the currencies that the organisation is subscribed to."""
    return list_records(organisation, request, CURRENCIES, organisation.currencies.values())


def create_currency(organisation, request: Request) -> Response:
    """Subscribe the organisation to a currency, if its plan allows several."""
    elements = read_elements(request, WRITE_CURRENCIES)

    def handle(element):
        return dict(settings.subscribe(organisation, element)), []

    return write_elements(organisation, request, WRITE_CURRENCIES, elements, handle)


def list_themes(organisation, request: Request) -> Response:
    """List the branding themes."""
    return list_records(organisation, request, THEMES, organisation.branding_themes.values())


def get_theme(organisation, request: Request, guid: str) -> Response:
    """Return one branding theme."""
    return one_record(organisation, request, THEMES, organisation.branding_themes.get(guid))


def delete_account(organisation, request: Request, guid: str) -> Response:
    """Delete an account that nothing uses."""
    existing = organisation.accounts.get(guid)
    if existing is None:
        raise not_found()
    problem = settings.account_deletion_problem(organisation, existing)
    if problem:
        raise Halt(refused_sentence(problem))
    record = {**existing, "Status": "DELETED", "UpdatedDateUTC": organisation.now()}
    organisation.accounts.save(record)
    return one_record(organisation, request, ACCOUNTS, record)


# === TRACKING === #


def list_tracking(organisation, request: Request) -> Response:
    """List tracking categories with their options; archived ones on request."""
    rows = organisation.tracking_categories.values()
    if not read_bool(request.query, "includeArchived"):
        rows = [row for row in rows if row["Status"] == "ACTIVE"]
    if request.query.get("order", "").startswith(("UpdatedDate", "Options")):
        raise bad_query("Tracking categories cannot be ordered by this field")
    return list_records(organisation, request, TRACKING, rows)


def get_tracking(organisation, request: Request, guid: str) -> Response:
    """Return one tracking category."""
    return one_record(organisation, request, TRACKING, organisation.tracking_categories.get(guid))


def write_tracking(organisation, request: Request, guid: str | None = None) -> Response:
    """Create a tracking category, or rename or archive one."""
    elements = read_elements(request, WRITE_TRACKING)
    existing = None
    if guid:
        existing = organisation.tracking_categories.get(guid)
        if existing is None:
            raise not_found()
        elements = only_element(elements, "TrackingCategoryID", guid)

    def handle(element):
        record = tracking_settings.save_category(organisation, element, existing)
        return tracking_settings.show_category(organisation, record, "written", 2), []

    return write_elements(organisation, request, WRITE_TRACKING, elements, handle)


def write_options(organisation, request: Request, guid: str, option: str | None = None) -> Response:
    """Add options to a tracking category, or rename or archive one."""
    if guid not in organisation.tracking_categories:
        raise not_found()
    elements = read_elements(request, WRITE_OPTIONS)
    if option:
        if len(elements) != 1:
            raise Halt(refused_sentence("This endpoint processes exactly one element."))
        elements = only_element(elements, "TrackingOptionID", option)

    def handle(element):
        return dict(tracking_settings.save_option(organisation, guid, element, option)), []

    return write_elements(organisation, request, WRITE_OPTIONS, elements, handle)


def delete_tracking(organisation, request: Request, guid: str) -> Response:
    """Delete a tracking category that no line uses."""
    record = organisation.tracking_categories.get(guid)
    if record is None:
        raise not_found()
    if tracking_settings.in_use(organisation, guid):
        raise Halt(refused_sentence("A tracking category that is in use cannot be deleted."))
    organisation.tracking_categories.remove(guid)
    return one_record(organisation, request, TRACKING, {**record, "Status": "DELETED"})


def delete_option(organisation, request: Request, guid: str, option: str) -> Response:
    """Delete an option that no line uses."""
    category = organisation.tracking_categories.get(guid)
    options = category["Options"] if category else ()
    gone = next((one for one in options if one["TrackingOptionID"] == option), None)
    if gone is None:
        raise not_found()
    if tracking_settings.in_use(organisation, guid, option):
        raise Halt(refused_sentence("A tracking option that is in use cannot be deleted."))
    left = tuple(one for one in options if one is not gone)
    organisation.tracking_categories.save({**category, "Options": left})
    shown = tracking_settings.show_option({**gone, "Status": "DELETED"})
    return envelope(organisation, request, "Options", [shown])


ROUTES = (
    route("GET", "Organisation", get_organisation),
    route("GET", "Organisations", get_organisation),
    route("GET", "Organisation/Actions", get_actions),
    route("GET", "Accounts", list_accounts, "where order"),
    route("PUT", "Accounts", create_account),
    route("GET", "Accounts/{guid}", get_account),
    route("POST", "Accounts/{guid}", update_account),
    route("DELETE", "Accounts/{guid}", delete_account),
    route("GET", "TaxRates", list_tax_rates, "where order"),
    route("GET", "TaxRates/{text}", get_tax_rate),
    route("PUT", "TaxRates", write_tax_rates),
    route("POST", "TaxRates", write_tax_rates),
    route("GET", "Currencies", list_currencies, "where order"),
    route("PUT", "Currencies", create_currency),
    route("GET", "BrandingThemes", list_themes),
    route("GET", "BrandingThemes/{guid}", get_theme),
    route("GET", "TrackingCategories", list_tracking, "where order includeArchived"),
    route("PUT", "TrackingCategories", write_tracking),
    route("GET", "TrackingCategories/{guid}", get_tracking),
    route("POST", "TrackingCategories/{guid}", write_tracking),
    route("DELETE", "TrackingCategories/{guid}", delete_tracking),
    route("PUT", "TrackingCategories/{guid}/Options", write_options),
    route("POST", "TrackingCategories/{guid}/Options/{guid}", write_options),
    route("DELETE", "TrackingCategories/{guid}/Options/{guid}", delete_option),
)  # fmt: skip
