"""What is certain enough to be proposed, and what is left to a person."""

from decimal import Decimal

from odoo.tests import BaseCase

from ..models import xero_proposal as proposal


def rate(key, tax_type, percent, revenue=True, expenses=True, shown=None):
    shown = Decimal(percent if shown is None else shown)
    return proposal.Rate(key, tax_type, Decimal(percent), revenue, expenses, shown)


AU = [
    rate(1, "OUTPUT", "10", expenses=False),
    rate(2, "INPUT", "10", revenue=False),
    rate(3, "CAPEXINPUT", "10", revenue=False),
    rate(4, "EXEMPTOUTPUT", "0"),
    rate(5, "EXEMPTEXPENSES", "0"),
    rate(6, "EXEMPTEXPORT", "0"),
    rate(7, "INPUTTAXED", "0"),
    rate(8, "BASEXCLUDED", "0"),
    rate(9, "GSTONIMPORTS", "0"),
]
GB = [
    rate(1, "OUTPUT2", "20"), rate(2, "INPUT2", "20"), rate(3, "RROUTPUT", "5"),
    rate(4, "RRINPUT", "5"), rate(5, "ZERORATEDOUTPUT", "0"), rate(6, "ZERORATEDINPUT", "0"),
    rate(7, "EXEMPTOUTPUT", "0"), rate(8, "EXEMPTINPUT", "0"), rate(9, "NONE", "0"),
    rate(10, "CAPEXINPUT2", "20"), rate(11, "ECZROUTPUT", "0"),
]
US = [rate(1, "OUTPUT", "0"), rate(2, "NONE", "0"), rate(3, "TAX001", "8.25"),
      rate(4, "TAX002", "4"), rate(5, "TAX003", "4")]


class TestProposal(BaseCase):
    def assertProposed(self, country, rates, cases):
        for direction, percent, texts, expected in cases:
            with self.subTest(country=country, direction=direction, texts=texts):
                tax = proposal.Tax(country, direction, Decimal(percent), tuple(texts))
                self.assertEqual(proposal.rate_of(tax, rates), expected)

    def test_australia(self):
        self.assertProposed("AU", AU, [
            ("sale", "10", ["10% GST", "10% GST", "GST Sales"], 1),
            ("purchase", "10", ["10% GST", "GST Purchases"], 2),
            ("purchase", "10", ["10% C", "10% Capital Purchases", "Capital Purchases"], 3),
            ("sale", "0", ["0% F", "0% Exempt", "GST Free Sales"], 4),
            ("purchase", "0", ["0% F", "GST Free Purchases"], 5),
            ("sale", "0", ["0% EX", "0% GST Free", "GST Free on Export Sales"], 6),
            ("sale", "0", ["0% INP", "Input Taxed Sales"], 7),
            # left to the person
            ("purchase", "10", ["10% INP", "Purchases for Input Taxed Sales"], None),
            ("purchase", "10", ["10% PRIV", "Purchases for Private use or not deductible"], None),
            ("sale", "29", ["WET", "Wine Equalisation Tax"], None),
            ("sale", "-100", ["FTC", "Fuel Tax Credits"], None),
            ("sale", "0", ["0%"], None),
            ("sale", "12.5", ["12.5% GST"], None),
        ])

    def test_united_kingdom(self):
        self.assertProposed("GB", GB, [
            ("sale", "20", ["20%", "20%"], 1),
            ("purchase", "20", ["20% G"], 2),
            ("purchase", "20", ["20% S"], 2),
            ("sale", "5", ["5%"], 3),
            ("purchase", "5", ["5%"], 4),
            ("sale", "0", ["0%", "Zero Rated Sales"], 5),
            ("sale", "0", ["Exempt"], 7),
            ("purchase", "0", ["Exempt"], 8),
            ("sale", "0", ["0% RC", "Reverse Charge: S55A"], None),
            ("purchase", "20", ["20% PVA", "Postponed Import VAT"], None),
            ("sale", "0", ["0% EU (NIR)"], None),
            ("sale", "0", ["0% EX"], None),
        ])

    def test_united_states(self):
        """Only rates of the organisation's own; two of them with one percentage are no answer."""
        self.assertProposed("US", US, [
            ("sale", "8.25", ["8.25%", "Tax 8.25%"], 3),
            ("sale", "4", ["4%"], None),
            ("sale", "0", ["0%", "Tax 0%"], None),
        ])

    def test_direction_is_what_the_rate_may_stand_on(self):
        """Which of the domestic reverse charges is the one of expenses, only Xero says."""
        tax = proposal.Tax(
            "GB", "purchase", Decimal(20), ("20% RC", "Reverse Charge (Domestic)"),
            frozenset(("4", "7", "-1")), reverse=True,
        )
        for of_expenses, of_income in ((1, 2), (2, 1)):
            rates = [
                rate(1, "DRCHARGE20", "0", of_income == 1, of_expenses == 1, "20"),
                rate(2, "DRCHARGESUPPLY20", "0", of_income == 2, of_expenses == 2, "20"),
            ]
            self.assertEqual(proposal.rate_of(tax, rates), of_expenses)
        self.assertIsNone(proposal.rate_of(tax, [rate(1, "DRCHARGE20", "20", shown="20")]))

    def test_boxes_and_words_must_agree(self):
        def found(texts, *tags):
            tax = proposal.Tax("AU", "sale", Decimal(0), texts, frozenset(tags))
            return proposal.rate_of(tax, AU)

        self.assertEqual(found(("0%",), "G1", "G3"), 4, "the boxes tell")
        self.assertEqual(found(("0% Free",), "G1", "G3"), 4)
        self.assertIsNone(found(("0% Input Taxed",), "G1", "G3"), "the words say another thing")
        self.assertIsNone(found(("0% Free of Charge",), "G1", "G3"), "a word is not understood")
        self.assertIsNone(found(("0% Free",), "G1", "G7"), "boxes of no known meaning")

    def test_what_the_rate_may_stand_on(self):
        free = proposal.Tax("NZ", "purchase", Decimal(0), ("0% F",))
        rates = [rate(1, "ZERORATED", "0", expenses=False), rate(2, "NONE", "0")]
        self.assertEqual(proposal.rate_of(free, rates), 2)
        self.assertIsNone(proposal.rate_of(free, rates[:1]))

    def test_combined_percentage(self):
        rates = [
            rate(1, "TAX001", "8.875"), rate(2, "OUTPUT", "10", expenses=False),
            rate(3, "CAPEXINPUT", "12"), rate(4, "TAX002", "7"), rate(5, "TAX003", "7"),
        ]
        for direction, percent, expected in (
            ("sale", "8.875", 1), ("sale", "10", None), ("purchase", "10", None),
            ("purchase", "12", None), ("sale", "7", None), ("sale", "0", None),
        ):
            with self.subTest(direction=direction, percent=percent):
                found = proposal.rate_of_percent("AU", direction, Decimal(percent), rates)
                self.assertEqual(found, expected)
        self.assertEqual(proposal.rate_of_percent("US", "sale", Decimal(10), rates), 2)

    def test_lines_without_tax(self):
        self.assertEqual(proposal.no_tax_rate_of("AU", AU), 8)
        self.assertEqual(proposal.no_tax_rate_of("GB", GB), 9)
        self.assertIsNone(proposal.no_tax_rate_of("GB", []))

    def test_accounts_of_one_name_are_told_apart_by_type(self):
        accounts = [
            proposal.Account(1, "310", "Freight", "EXPENSE", "DIRECTCOSTS"),
            proposal.Account(2, "425", "Freight", "EXPENSE", "OVERHEADS"),
            proposal.Account(3, "200", "Sales", "REVENUE", "OTHERINCOME"),
        ]
        for code, name, kind, expected in [
            ("5", "Freight", "expense_direct_cost", 1),
            ("5", "Freight", "expense", 2),
            ("5", "Freight", "expense_depreciation", None),
            ("200", "Sales", "income", 3),  # same code and name: the type changes nothing
            ("200", "Turnover", "income", 3),
            ("310", "Sales", "expense", 1),
            ("425", "Sales", "income", 3),
        ]:
            with self.subTest(code=code, name=name, kind=kind):
                self.assertEqual(proposal.account_of(code, name, kind, accounts), expected)
        accounts.append(proposal.Account(4, "260", "Turnover", "REVENUE", "REVENUE"))
        self.assertIsNone(
            proposal.account_of("200", "Turnover", "income", accounts),
            "the code says one account and the name another",
        )

    def test_accounts(self):
        accounts = [
            proposal.Account(1, "200", "Sales", "REVENUE"),
            proposal.Account(2, "400", "Advertising", "EXPENSE"),
            proposal.Account(3, "401", "Rent", "EXPENSE"),
            proposal.Account(4, "402", "Rent", "EXPENSE"),
            proposal.Account(5, "999", "Cash", "ASSET"),
        ]
        for code, name, kind, expected in [
            ("200", "Turnover", "income", 1),
            ("41110", "sales", "income_other", 1),
            ("200", "Cash Box", "asset_cash", None),
            ("6000", "ADVERTISING", "expense", 2),
            ("6001", "Rent", "expense", None),
            ("401", "Rent", "expense_direct_cost", 3),
            (False, "Cash", "asset_current", 5),
            ("999", "Off", "off_balance", None),
        ]:
            with self.subTest(code=code, name=name, kind=kind):
                self.assertEqual(proposal.account_of(code, name, kind, accounts), expected)
