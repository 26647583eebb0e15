"""Contacts and items that every organisation starts with; some of the contacts are archived."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """One contact; a contact without number was typed in by a person."""

    name: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    city: str = ""
    number: str = ""
    customer: bool = False
    supplier: bool = False
    archived: bool = False


@dataclass(frozen=True)
class Thing:
    """One item."""

    code: str
    name: str
    price: str = ""
    cost: str = ""
    tracked: bool = False


CONTACTS = (
    Person("Ridgeway University", "Martin", "Dale", "martin.dale@ridgeway.example", "555 9191",
           "P O Box 8100", "Ridge Heights", customer=True),
    Person("City Agency", "Odette", "Garrison", "og@city-agency.example", "555 9191",
           "L4, CA House", "Pinehaven", customer=True),
    Person("Bank West", "Tate", "Banner", "tate@bankwest.example", "555 7700",
           "Procurement Services", "Pinehaven", number="BW-001", customer=True),
    Person("Basket Case", "Rosanne", "Weaver", "rosanne@basketcase.example", customer=True),
    Person("Boom FM", "Nancy", "Tuner", "nancy@boomfm.example", "555 9797", customer=True),
    Person("Hamilton Smith Ltd", "Mandy", "Smith", "info@hamilton-smith.example", customer=True),
    Person("Marine Systems", "Bob", "Mariner", "bob@marinesystems.example", customer=True,
           supplier=True),
    Person("Petrie McLoud Watson & Associates", "Leonard", "McLoud", "leo@petrie.example",
           customer=True),
    Person("PowerDirect", "", "", "accounts@powerdirect.example", "887 612", supplier=True),
    Person("ABC Furniture", "Trish", "Rawlings", "info@abcfurniture.example", "124 5678",
           supplier=True),
    Person("MCO Cleaning Services", "", "", "service@mco.example", supplier=True),
    Person("Net Connect", "", "", "", "500 7411", supplier=True),
    Person("Truxton Property Management", supplier=True),
    Person("Young Bros Transport", "", "", "", "234 5678", number="YB-7", supplier=True),
    Person("Gateway Motors", supplier=True, archived=True),
    Person("Rex Media Group", "Rex", "Meads", "info@rexmedia.example", number="RMG-2",
           customer=True, archived=True),
)  # fmt: skip

ITEMS = (
    Thing("BOOK", "Fish out of Water: Finding Your Brand", price="19.95"),
    Thing("DevD", "Development work - developer onsite per day", price="650.00"),
    Thing("DevH", "Development work - developer onsite per hour", price="110.00"),
    Thing("GB1-White", "Golf balls - white single", price="5.60", cost="4.50", tracked=True),
    Thing("PMBr", "Project management & branding workshop", price="2500.00"),
    Thing("Train-MS", "Half day training - Microsoft Office", price="500.00", cost="300.00"),
    Thing("Support-M", "Desktop and network support, monthly", price="250.00"),
    Thing("Paper-A4", "Copier paper A4, box of 5", cost="18.75"),
)
