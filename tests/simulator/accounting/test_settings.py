"""The organisation and its settings."""

from __future__ import annotations

from datetime import date

import pytest

from .conftest import ZERO_GUID


def test_the_organisation_shows_its_present_lock_dates(au):
    row = au.get("Organisation").row("Organisations")
    assert (row["Name"], row["BaseCurrency"], row["ShortCode"]) == (
        "Southern Cross Trading",
        "AUD",
        "!Au61x",
    )
    au.set_lock_dates(period=date(2026, 2, 1))
    row = au.get("Organisation").row("Organisations")
    assert row["PeriodLockDate"] == "/Date(1769904000000+0000)/"
    assert "EndOfYearLockDate" not in row


def test_actions_name_what_the_user_may_do(au):
    au.denied_actions.add("CreateDraftPurchaseOrder")
    actions = {row["Name"]: row["Status"] for row in au.get("Organisation/Actions").rows("Actions")}
    assert actions["CreateDraftInvoice"] == "ALLOWED"
    assert actions["CreateDraftPurchaseOrder"] == "NOT-ALLOWED"
    assert au.refusal("PurchaseOrders", au.order())


def test_settings_are_never_paged(au):
    for path in ("Accounts", "TaxRates", "Currencies", "TrackingCategories", "BrandingThemes"):
        assert au.get(path, page=1).status == 400
        document = au.get(path).document
        assert "pagination" not in document
        assert document[path]


# === ACCOUNTS === #


def test_accounts_are_filtered_and_carry_archived_ones(au):
    rows = au.get("Accounts", where='Status=="ARCHIVED"').rows("Accounts")
    assert [row["Code"] for row in rows] == ["465"]
    rows = au.get("Accounts", where='SystemAccount=="ROUNDING"').rows("Accounts")
    assert [row["Code"] for row in rows] == ["860"]
    au.clock.advance(60)
    au.rename_account("400", "401", "Ads")
    rows = au.get("Accounts", since="2026-03-02T12:00:30").rows("Accounts")
    assert [(row["Code"], row["Name"]) for row in rows] == [("401", "Ads")]


def test_an_account_is_made_alone_with_a_unique_code_and_name(au):
    body = {"Code": "601", "Name": "Test account", "Type": "EXPENSE", "TaxType": "INPUT"}
    row = au.call("PUT", "Accounts", body).row("Accounts")
    assert (row["Class"], row["Status"]) == ("EXPENSE", "ACTIVE")
    assert au.get(f"Accounts/{row['AccountID']}").row("Accounts")["Code"] == "601"
    assert au.call("PUT", "Accounts", {**body, "Code": "602"}).messages() == [
        "Please enter a unique Name."
    ]
    assert au.call("PUT", "Accounts", {**body, "Name": "Other"}).messages() == [
        "Please enter a unique Code."
    ]
    assert au.put("Accounts", body, body).status == 400


def test_accounts_are_archived_alone_and_system_accounts_never(au):
    guid = au.account_by_code("400")["AccountID"]
    both = {"Accounts": [{"Status": "ARCHIVED", "Name": "x"}]}
    assert au.call("POST", f"Accounts/{guid}", both).status == 400
    alone = {"Accounts": [{"Status": "ARCHIVED"}]}
    assert au.call("POST", f"Accounts/{guid}", alone).status == 200
    assert au.account_by_code("400")["Status"] == "ARCHIVED"
    rounding = au.account_by_code("860")["AccountID"]
    assert au.call("POST", f"Accounts/{rounding}", alone).status == 400
    assert au.call("POST", f"Accounts/{ZERO_GUID}", alone).status == 404


def test_only_an_unused_account_is_deleted(au):
    au.made("Invoices", au.invoice())
    used, unused = (au.account_by_code(code)["AccountID"] for code in ("200", "260"))
    assert au.call("DELETE", f"Accounts/{used}").status == 400
    assert au.call("DELETE", f"Accounts/{unused}").row("Accounts")["Status"] == "DELETED"


# === TAX RATES === #


def test_a_created_rate_gets_the_next_custom_type(au):
    body = {
        "Name": "Luxury",
        "ReportTaxType": "OUTPUT",
        "TaxComponents": [{"Name": "Tax", "Rate": 33}],
    }
    row = au.put("TaxRates", body).row("TaxRates")
    assert (row["TaxType"], row["EffectiveRate"], row["Status"]) == ("TAX002", 33, "ACTIVE")
    assert au.refusal("TaxRates", body) == ["Please enter a unique Name."]
    missing = {**body, "Name": "Other"}
    del missing["ReportTaxType"]
    assert au.refusal("TaxRates", missing) == ["ReportTaxType must be specified"]
    elsewhere = {**body, "Name": "Of another country", "ReportTaxType": "EXEMPTINPUT"}
    assert au.refusal("TaxRates", elsewhere) == [
        "ReportTaxType 'EXEMPTINPUT' is not valid for this organisation"
    ]
    assert au.put("TaxRates", body, body).status == 400


def test_rates_of_the_country_are_fixed_and_components_only_grow(au, us):
    assert au.refusal("TaxRates", {"TaxType": "OUTPUT", "Name": "GST"}, method="POST") == [
        "System tax rates cannot be changed."
    ]
    city = {"TaxType": "TAX001", "Name": "NYC", "TaxComponents": [{"Name": "NY State", "Rate": 4}]}
    assert us.refusal("TaxRates", city, method="POST") == [
        "Tax components can be added, but not removed."
    ]
    gone = {"TaxType": "TAX001", "Status": "DELETED"}
    assert us.post("TaxRates", gone).row("TaxRates")["Status"] == "DELETED"


def test_tax_rates_know_no_changes_since(au):
    assert au.get("TaxRates", since="2030-01-01T00:00:00").rows("TaxRates")
    assert au.get("TaxRates/OUTPUT").row("TaxRates")["Name"] == "GST on Income"
    assert au.get("TaxRates/NONE").status == 404


# === CURRENCIES, THEMES, TRACKING === #


def test_a_currency_is_added_if_the_plan_allows_it(au):
    assert au.call("PUT", "Currencies", {"Code": "CHF"}).row("Currencies")["Code"] == "CHF"
    assert au.call("PUT", "Currencies", {"Code": "CHF"}).status == 400
    au.denied_actions.add("UseMulticurrency")
    assert au.call("PUT", "Currencies", {"Code": "JPY"}).status == 400


def test_tracking_shows_active_categories_and_all_options(au):
    rows = au.get("TrackingCategories").rows("TrackingCategories")
    assert [row["Name"] for row in rows] == ["Region", "Department"]
    assert {option["Status"] for option in rows[0]["Options"]} == {"ACTIVE", "ARCHIVED"}
    rows = au.get("TrackingCategories", includeArchived="true").rows("TrackingCategories")
    assert [row["Status"] for row in rows] == ["ACTIVE", "ACTIVE", "ARCHIVED"]


def test_two_categories_can_be_active(au, us):
    assert au.call("PUT", "TrackingCategories", {"Name": "Third"}).status == 400
    row = us.call("PUT", "TrackingCategories", {"Name": "State"}).row("TrackingCategories")
    path = f"TrackingCategories/{row['TrackingCategoryID']}"
    option = us.call("PUT", f"{path}/Options", {"Name": "Ohio"}).row("Options")
    assert us.call("PUT", f"{path}/Options", {"Name": "ohio"}).status == 400
    assert us.get(path).row("TrackingCategories")["Options"][0]["Name"] == "Ohio"
    tracked = us.line(AccountCode="400", Tracking=[{"Name": "State", "Option": "Ohio"}])
    us.made("Invoices", us.invoice(tracked))
    assert us.call("DELETE", f"{path}/Options/{option['TrackingOptionID']}").status == 400
    assert us.call("DELETE", path).status == 400


def test_an_unused_category_and_option_can_be_deleted(au):
    region = next(iter(au.tracking_categories.values()))
    path = f"TrackingCategories/{region['TrackingCategoryID']}"
    option = region["Options"][0]["TrackingOptionID"]
    assert au.call("DELETE", f"{path}/Options/{option}").row("Options")["IsDeleted"] is True
    assert au.call("DELETE", f"{path}/Options/{option}").status == 404
    assert au.call("DELETE", path).row("TrackingCategories")["Status"] == "DELETED"
    assert au.get(path).status == 404


@pytest.mark.parametrize("path", ["Accounts", "BrandingThemes", "TrackingCategories"])
def test_unknown_ids_are_404(au, path):
    assert au.get(f"{path}/{ZERO_GUID}").status == 404
