"""What a newly started simulator holds."""

from __future__ import annotations

from decimal import Decimal

import pytest

from xero_simulator.accounting.settings import CLASS_OF_TYPE

COUNTRIES = ("AU", "NZ", "GB", "US")


def test_the_four_organisations_have_fixed_ids_and_names(organisations):
    found = {
        one.country_code: (one.tenant_id, one.base_currency, one.short_code)
        for one in organisations.values()
    }
    assert found == {
        "AU": ("61000000-0000-4000-8000-000000000001", "AUD", "!Au61x"),
        "NZ": ("64000000-0000-4000-8000-000000000001", "NZD", "!Nz64y"),
        "GB": ("44000000-0000-4000-8000-000000000001", "GBP", "!Gb44z"),
        "US": ("10000000-0000-4000-8000-000000000001", "USD", "!Us10w"),
    }


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_account_has_a_class_and_a_tax_type_that_exists(organisations, country):
    organisation = organisations[country]
    assert len(organisation.accounts) > 40
    for account in organisation.accounts.values():
        assert account["Class"] == CLASS_OF_TYPE[account["Type"]]
        assert organisation.tax_rates[account["TaxType"]]["Status"] == "ACTIVE"
    roles = {account["SystemAccount"] for account in organisation.accounts.values()}
    assert {"DEBTORS", "CREDITORS", "GST", "ROUNDING", "RETAINEDEARNINGS"} <= roles
    assert any(account["Status"] == "ARCHIVED" for account in organisation.accounts.values())


@pytest.mark.parametrize("country", COUNTRIES)
def test_there_are_contacts_items_themes_and_currencies(organisations, country):
    organisation = organisations[country]
    statuses = [contact["ContactStatus"] for contact in organisation.contacts.values()]
    assert statuses.count("ARCHIVED") == 2
    assert statuses.count("ACTIVE") == 14
    assert len(organisation.items) == 8
    assert len(organisation.branding_themes) == 3
    assert organisation.base_currency in organisation.currencies
    assert len(organisation.currencies) > 2
    assert not organisation.invoices


def test_tax_types_differ_by_country(organisations):
    def active(country: str) -> dict:
        rates = organisations[country].tax_rates.values()
        return {one["TaxType"]: one["EffectiveRate"] for one in rates if one["Status"] == "ACTIVE"}

    assert active("AU")["OUTPUT"] == active("AU")["INPUT"] == 10
    assert "NONE" not in active("AU")
    assert active("NZ")["OUTPUT2"] == 15
    assert "OUTPUT" not in active("NZ")
    assert active("GB")["OUTPUT2"] == 20
    assert active("GB")["RROUTPUT"] == 5
    assert active("GB")["REVERSECHARGES"] == 0
    assert active("US")["OUTPUT"] == 0
    assert active("US")["TAX001"] == Decimal("8.8750")


def test_deleted_rates_stay_in_the_list(nz):
    rates = {rate["TaxType"]: rate for rate in nz.get("TaxRates").rows("TaxRates")}
    assert rates["OUTPUT"]["Status"] == "DELETED"
    assert rates["OUTPUT"]["EffectiveRate"] == Decimal("12.5")
    assert rates["OUTPUT2"]["CanApplyToRevenue"] is True
    assert rates["OUTPUT2"]["CanApplyToExpenses"] is False


def test_lock_dates_lie_behind_the_documents_of_the_last_two_months(organisations, clock):
    today = clock.now().date()
    locked = [one.period_lock_date for one in organisations.values() if one.period_lock_date]
    assert len(locked) == 3
    assert all((today - day).days > 70 for day in locked)


def test_each_call_builds_new_books(clock, organisations):
    from xero_simulator.accounting import build_organisations

    organisation = organisations["AU"]
    organisation.archive_account("400")
    fresh = build_organisations(clock)[organisation.tenant_id]
    assert fresh.account_by_code("400")["Status"] == "ACTIVE"
