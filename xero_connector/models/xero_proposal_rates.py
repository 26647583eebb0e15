"""What the taxes of a country mean in Xero, as tables; `xero_proposal` reads them.

Sources: Odoo's tax reports (the names of tags are the boxes of the return) and the default rates
of an organisation (https://developer.xero.com/documentation/api/accounting/taxrates, "Tax Rate
Constraints"). Reverse charges are told apart by the boxes they are reported in.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Meaning:
    """One kind of tax, and the tax types of Xero that stand for it.

    :param str direction: `sale` or `purchase`
    :param tags: the boxes it is reported in; with a minus where Odoo books the negative
    :param needs: hints that its words must give where the boxes do not tell it alone
    :param allows: further hints that do not speak against it
    :param tax_types: of these the one with the right percentage that fits the direction
    :param reverse: charged and deducted at once; Xero shows the percentage and adds nothing
    :param wordable: words alone suffice for a tax that is reported nowhere
    """

    direction: str
    tags: frozenset
    needs: frozenset
    tax_types: tuple[str, ...]
    allows: frozenset = frozenset()
    reverse: bool = False
    wordable: bool = True


@dataclass(frozen=True)
class Country:
    """The vocabulary of a country's taxes.

    :param hints: pairs (hint, words that give it), the words of Odoo's own chart
    :param abroad: words that give the hint `abroad`, of taxes kept for partners abroad only
    :param silent_tags: tags that are no box of the return
    :param no_tax_type: what lines without any tax carry
    """

    meanings: tuple[Meaning, ...] = ()
    hints: tuple = ()
    abroad: frozenset = frozenset()
    harmless: frozenset = frozenset()
    silent_tags: frozenset = frozenset()
    no_tax_type: str = "NONE"


def _row(direction, tags, needs, *tax_types, allows="", **how):
    return Meaning(direction, _set(tags), _set(needs), tax_types, _set(allows), **how)


def _set(text):
    return frozenset(filter(None, text.split(",")))


AUSTRALIA = Country(
    meanings=(
        _row("sale", "G1", "", "OUTPUT"),
        _row("sale", "G1,G2", "export", "EXEMPTEXPORT", allows="free"),
        _row("sale", "G1,G3", "free", "EXEMPTOUTPUT"),
        _row("sale", "G1,G4", "input taxed", "INPUTTAXED"),
        _row("purchase", "G11", "", "INPUT"),
        _row("purchase", "G10", "capital", "CAPEXINPUT", allows="free"),
        _row("purchase", "G11,G14", "free", "EXEMPTEXPENSES"),
        _row("purchase", "G10,G14", "free,capital", "EXEMPTCAPITAL"),
        _row("sale", "", "outside", "BASEXCLUDED"),
        _row("purchase", "", "outside", "BASEXCLUDED"),
    ),
    hints=(
        ("export", {"export", "exports", "ex"}),
        ("input taxed", {"input", "inp"}),
        ("capital", {"capital", "c"}),
        ("free", {"free", "exempt", "zero", "f"}),
        ("outside", {"excluded", "bas"}),
    ),
    harmless=frozenset(("tpar", "purch")),
    silent_tags=frozenset(("Service",)),
    no_tax_type="BASEXCLUDED",
)

NEW_ZEALAND = Country(
    meanings=(
        _row("sale", "BOX 5", "", "OUTPUT2"),
        _row("sale", "BOX 5,BOX 6", "free", "ZERORATED"),
        _row("purchase", "BOX 11", "", "INPUT2"),
        # In no box, and the only rate of 0 % that Xero lets stand on expenses.
        _row("purchase", "", "free", "NONE"),
    ),
    hints=(("free", {"zero", "free", "f", "export", "exports", "ex", "import"}),),
    harmless=frozenset(("purch",)),
)

UNITED_KINGDOM = Country(
    meanings=(
        _row("sale", "1,6", "", "OUTPUT2", "RROUTPUT"),
        _row("sale", "6", "zero", "ZERORATEDOUTPUT"),
        _row("sale", "6", "exempt", "EXEMPTOUTPUT"),
        _row("sale", "6", "abroad", "ZERORATEDOUTPUT", allows="zero", wordable=False),
        # Box 8 is goods alone.
        _row("sale", "6,8", "ec", "ECZROUTPUT", allows="zero", wordable=False),
        _row("purchase", "4,7", "", "INPUT2", "RRINPUT"),
        _row("purchase", "7", "zero", "ZERORATEDINPUT"),
        _row("purchase", "7", "exempt", "EXEMPTINPUT"),
        _row("purchase", "7", "abroad", "ZERORATEDINPUT", allows="zero", wordable=False),
        _row("purchase", "4,7,-1", "reverse,domestic",
             "DRCHARGE20", "DRCHARGESUPPLY20", "DRCHARGE5", "DRCHARGESUPPLY5",
             reverse=True, wordable=False),
        # In the same boxes, and no rate of Xero's: it is entered on the VAT return.
        _row("purchase", "4,7,-1", "postponed", reverse=True, wordable=False),
        _row("purchase", "4,6rc,7,-1", "reverse", "REVERSECHARGES",
             allows="abroad,international", reverse=True, wordable=False),
        _row("purchase", "4,7,9,-2", "ec", "ECACQUISITIONS", reverse=True, wordable=False),
        _row("purchase", "7,9", "ec", "ECZRACQUISITIONS", "ECZRINPUT", allows="zero",
             wordable=False),
    ),
    hints=(
        ("exempt", {"exempt"}),
        ("zero", {"zero"}),
        ("ec", {"eu", "ec", "nir"}),
        ("reverse", {"reverse", "charge", "rc"}),
        ("domestic", {"domestic"}),
        ("international", {"international"}),
        ("postponed", {"pva", "postponed", "import"}),
    ),
    abroad=frozenset(("ex",)),
)

COUNTRIES = {"AU": AUSTRALIA, "NZ": NEW_ZEALAND, "GB": UNITED_KINGDOM}
# The two rates that every other edition starts with have the percentage the organisation gave them.
ELSEWHERE = Country(meanings=(_row("sale", "", "", "OUTPUT"), _row("purchase", "", "", "INPUT")))
