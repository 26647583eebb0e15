"""Every sale and purchase tax of Odoo's charts of AU, NZ, GB and US, and its rate in Xero.

Made by hand: Odoo's `data/template/account.tax-*.csv` on one side, the rates that an organisation
of that country starts with on the other (Xero's pages "Types" and "Tax Rate Constraints"). A tax
without a rate gives the reason instead; such taxes are left to the person.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class NoRate:
    """Why a tax has no certain rate among Xero's default rates."""

    reason: str


WITHHOLDING = NoRate("withheld from the payment; Xero has no rate below zero")
GROUP = NoRate("a group of GST and a withholding, which Xero has no rate for")
ONLY_TAX = NoRate("a line that is nothing but tax; Xero adds a tax to an amount")
NOT_CREDITED = NoRate("10 % that may not be claimed; Xero's rate Input Taxed has 0 %")
PAID_SEPARATELY = NoRate("imports whose GST is paid to customs; no rate says so on the purchase")
IN_THE_STATEMENT = NoRate("no tax on lines but an amount of the activity statement")
WINE = NoRate("29 % wine equalisation tax; Xero has no default rate for it")
POSTPONED = NoRate("import VAT is entered on Xero's VAT return; there is no rate for it")
TWO_RATES = NoRate("Xero has one rate for 20 % and one for 5 %; the tax says 0 %")
NO_STANDARD = NoRate("Xero's default rates for the US are all of 0 %")
WHICH_ZERO = NoRate("0 % may be Tax Exempt or Tax on Sales; neither name nor report tells")

AUSTRALIA = {
    "au_tax_witheld": WITHHOLDING,
    "au_tax_payg_w3": WITHHOLDING,
    "au_tax_sale_10": "OUTPUT",
    "au_tax_sale_0": "EXEMPTEXPORT",
    "au_tax_sale_exempt": "EXEMPTOUTPUT",
    "au_tax_sale_input": "INPUTTAXED",
    "au_tax_sale_adj": ONLY_TAX,
    "au_tax_purchase_10_service": "INPUT",
    "au_tax_purchase_10_service_tpar": "INPUT",
    "au_tax_purchase_10_service_tpar_no_abn": GROUP,
    "au_tax_purchase_capital_service": "CAPEXINPUT",
    "au_tax_purchase_capital_service_tpar": "CAPEXINPUT",
    "au_tax_purchase_capital_service_tpar_no_abn": GROUP,
    "au_tax_purchase_0_service": "EXEMPTEXPENSES",
    "au_tax_purchase_0_service_tpar": "EXEMPTEXPENSES",
    "au_tax_purchase_0_service_tpar_no_abn": GROUP,
    "au_tax_purchase_taxable_import_service": PAID_SEPARATELY,
    "au_tax_purchase_taxable_import_service_tpar": PAID_SEPARATELY,
    "au_tax_purchase_taxable_import_service_tpar_no_abn": GROUP,
    "au_tax_purchase_input_service": NOT_CREDITED,
    "au_tax_purchase_input_service_tpar": NOT_CREDITED,
    "au_tax_purchase_input_service_tpar_no_abn": GROUP,
    "au_tax_purchase_private_service": NOT_CREDITED,
    "au_tax_purchase_private_service_tpar": NOT_CREDITED,
    "au_tax_purchase_private_service_tpar_no_abn": GROUP,
    "au_tax_purchase_gst_only_service": ONLY_TAX,
    "au_tax_purchase_gst_only_service_tpar": ONLY_TAX,
    "au_tax_purchase_gst_only_service_tpar_no_abn": GROUP,
    "au_tax_purchase_adj_service": ONLY_TAX,
    "au_tax_purchase_adj_service_tpar": ONLY_TAX,
    "au_tax_purchase_adj_service_tpar_no_abn": GROUP,
    "au_tax_sale_lct": IN_THE_STATEMENT,
    "au_tax_sale_fbt": IN_THE_STATEMENT,
    "au_tax_sale_ftc": IN_THE_STATEMENT,
    "au_tax_sale_payg_i": IN_THE_STATEMENT,
    "au_tax_sale_payg_w": IN_THE_STATEMENT,
    "au_tax_sale_wet": WINE,
}

NEW_ZEALAND = {
    "nz_tax_sale_15": "OUTPUT2",
    "nz_tax_sale_0": "ZERORATED",
    "nz_tax_purchase_15": "INPUT2",
    "nz_tax_purchase_0": "NONE",  # ZERORATED may not stand on expenses there
    "nz_tax_purchase_taxable_import": PAID_SEPARATELY,
    "nz_tax_purchase_gst_only": ONLY_TAX,
}

UNITED_KINGDOM = {
    "ST11": "OUTPUT2",
    "ST5": "RROUTPUT",
    "ST0": "ZERORATEDOUTPUT",
    "ST2": "EXEMPTOUTPUT",
    "ST4": "ECZROUTPUT",
    "ST_20_RCD": TWO_RATES,
    "ST_0_EX": "ZERORATEDOUTPUT",
    "PT_20_G": "INPUT2",
    "PT_20_S": "INPUT2",
    "PT2": "EXEMPTINPUT",
    "PT5": "RRINPUT",
    "PT_20_RCD": "DRCHARGESUPPLY20",
    "PT8": "ECACQUISITIONS",
    "PT7": "ECZRACQUISITIONS",
    "PT_20_RCI": "REVERSECHARGES",
    "PT_20_PVA": POSTPONED,
    "PT_0_EX": "ZERORATEDINPUT",
}

STATES = (
    "2_9", "4", "4_2", "4_225", "4_5", "4_75", "4_875", "5", "5_3", "5_5", "5_6", "5_75", "6",
    "6_1", "6_25", "6_35", "6_5", "6_625", "6_85", "6_875", "7", "7_25",
)
UNITED_STATES = {
    **{
        f"account_tax_us_{use}_{rate}": NO_STANDARD
        for use in ("sale", "purchase")
        for rate in STATES
    },
    "account_tax_us_sale_0": WHICH_ZERO,
    "account_tax_us_purchase_0": WHICH_ZERO,
}

# Code of Odoo's chart → (country, organisation of the simulator, tax by the name in the chart).
CHARTS = {
    "au": ("AU", "Southern Cross Trading", AUSTRALIA),
    "nz": ("NZ", "Long White Cloud Supplies", NEW_ZEALAND),
    "uk": ("GB", "Albion Wholesale", UNITED_KINGDOM),
    "us": ("US", "Liberty Goods", UNITED_STATES),
}


def compare(expected, found):
    """Hold what was proposed against the table.

    :param dict expected: name in the chart → tax type, or `NoRate`
    :param dict found: name in the chart → proposed tax type, or None
    :return: (number of taxes with an equivalent, of them rightly proposed, wrongly proposed names)
    """
    with_rate = {name: rate for name, rate in expected.items() if not isinstance(rate, NoRate)}
    right = sum(found[name] == rate for name, rate in with_rate.items())
    wrong = [name for name in expected if found[name] not in (None, with_rate.get(name))]
    return len(with_rate), right, wrong


def proposals(tenant):
    """Name in the chart → tax type that is proposed, for every tax of the tenant's company."""
    env = tenant.env
    names = env["ir.model.data"].sudo().search(
        [("model", "=", "account.tax"), ("name", "=like", f"{tenant.company_id.id}_%")]
    )
    names = {row.res_id: row.name.partition("_")[2] for row in names}
    taxes = env["account.tax"].with_context(active_test=False).search([
        ("company_id", "=", tenant.company_id.id), ("type_tax_use", "in", ("sale", "purchase")),
    ])
    rates = tenant._rates()
    types = {rate.key: rate.tax_type for rate in rates}
    return {names[tax.id]: types.get(tenant._proposed_rate(tax, rates)) for tax in taxes}
