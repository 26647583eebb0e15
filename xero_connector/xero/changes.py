"""What of a master has to go to Xero: the fields whose value differs from what was last sent."""

from . import codec, parse

# Lists of fixed slots in Xero: told apart by this key, filled slot by slot, never removed.
SLOTS = {"Phones": "PhoneType", "Addresses": "AddressType"}

# A status is set, never emptied: what a person restored in Xero is active by itself.
KEPT = frozenset({"ContactStatus"})

# Whatever changes, Xero wants to be told these again.
ALWAYS = frozenset({"Code"})

# Set once, when we create; a number that another system has given is not overwritten.
NEVER = frozenset({"ContactNumber"})


def update_of(resource, xero_id, before, after, number=None):
    """The element that brings a master in Xero up to date; None when nothing differs.

    Absent fields keep their value in Xero, so what is gone from Odoo is sent empty, and what a
    person wrote there into other fields stays (facts on the Xero API, 3.2).

    :param str resource: `Contacts` or `Items`
    :param str xero_id: Xero's GUID of the record
    :param bytes before: the element that was last sent; None when that is not known
    :param bytes after: the element as it would be sent now
    :param str number: what Xero calls the record; it keeps that name unless it changed in Odoo
    :return: encoded element with the GUID and the fields that differ
    :rtype: bytes | None
    """
    old, new = codec.loads(before) if before else {}, codec.loads(after)
    if old.get("ContactStatus") == new.get("ContactStatus") == "ARCHIVED":
        return None  # Xero takes no change of an archived contact
    gone = [name for name in old if name not in new and name not in KEPT]
    changed = {
        name: value
        for name in [*new, *gone]
        if name not in NEVER
        and old.get(name) != new.get(name)
        and (value := _changed(name, old.get(name), new.get(name))) is not None
    }
    if not changed:
        return None
    changed = {name: number or new[name] for name in new if name in ALWAYS} | changed
    return codec.encode_element({parse.IDENTITY[resource][0]: xero_id, **changed})


def _changed(name, old, new):
    """The value to send of a field that differs; None for what cannot be emptied in Xero."""
    if name in SLOTS:
        return _changed_slots(SLOTS[name], old or [], new or []) or None
    if isinstance(old, dict) and isinstance(new, dict):
        return {**_emptied(old), **new}
    if new is not None:
        return new
    return {str: "", list: []}.get(type(old))


def _changed_slots(key, old, new):
    """Slots that differ, whole; what a slot no longer has is emptied."""
    before = {slot[key]: slot for slot in old}
    after = {slot[key]: slot for slot in new}
    return [
        {**_emptied(before.get(kind, {})), key: kind, **after.get(kind, {})}
        for kind in {**after, **before}
        if before.get(kind) != after.get(kind)
    ]


def _emptied(part):
    return {name: "" for name, value in part.items() if isinstance(value, str)}
