"""Tracking on lines: at most two categories, each active, each with an active option."""

from __future__ import annotations

from .tables import Record

MOST_PER_LINE = 2


def resolve_tracking(organisation, given, problems: list[str]) -> tuple[Record, ...]:
    """Return the tracking of a line with ids and names, or note what does not fit."""
    if not given:
        return ()
    if len(given) > MOST_PER_LINE:
        problems.append("A line item can have no more than 2 tracking categories.")
        return ()
    chosen: dict[str, Record] = {}
    for element in given:
        category = _category(organisation, element)
        if category is None or category["Status"] != "ACTIVE":
            name = element.get("Name") or element.get("TrackingCategoryID")
            problems.append(f"The tracking category '{name}' does not exist or is not active.")
            continue
        option = _option(category, element)
        if option is None or option["Status"] != "ACTIVE":
            name = element.get("Option") or element.get("TrackingOptionID")
            problems.append(f"The tracking option '{name}' does not exist or is not active.")
            continue
        if category["TrackingCategoryID"] in chosen:
            problems.append(f"The tracking category '{category['Name']}' is used twice.")
            continue
        chosen[category["TrackingCategoryID"]] = {
            "Name": category["Name"],
            "Option": option["Name"],
            "TrackingCategoryID": category["TrackingCategoryID"],
            "TrackingOptionID": option["TrackingOptionID"],
        }
    return tuple(chosen.values())


def _category(organisation, element: Record) -> Record | None:
    guid = element.get("TrackingCategoryID")
    if guid:
        return organisation.tracking_categories.get(guid.lower())
    found = organisation.tracking_categories.find("name", (element.get("Name") or "").casefold())
    return found[0] if found else None


def _option(category: Record, element: Record) -> Record | None:
    guid = (element.get("TrackingOptionID") or "").lower()
    name = (element.get("Option") or "").casefold()
    for option in category["Options"]:
        if guid and option["TrackingOptionID"] == guid:
            return option
        if not guid and option["Name"].casefold() == name:
            return option
    return None
