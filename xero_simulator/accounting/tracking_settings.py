"""Creating and changing tracking categories: two active ones, a hundred options each."""

from __future__ import annotations

from .answers import Refused
from .tables import Record

MOST_CATEGORIES = 2
MOST_OPTIONS = 100


def show_category(organisation, record: Record, view: str, places: int) -> Record:
    """Return a tracking category with its options."""
    return {
        "Name": record["Name"],
        "Status": record["Status"],
        "TrackingCategoryID": record["TrackingCategoryID"],
        "Options": [show_option(option) for option in record["Options"]],
    }


def save_category(organisation, element: Record, existing: Record | None) -> Record:
    """Create a tracking category, or rename or archive one."""
    guid = existing["TrackingCategoryID"] if existing else None
    record = dict(existing) if existing else {
        "TrackingCategoryID": organisation.new_guid(), "Name": "", "Status": "ACTIVE", "Options": ()
    }  # fmt: skip
    record["Name"] = element.get("Name") or record["Name"]
    record["Status"] = element.get("Status") or record["Status"]
    problems = []
    if not record["Name"]:
        problems.append("Tracking category Name must be specified")
    others = [
        other
        for other in organisation.tracking_categories.values()
        if other["TrackingCategoryID"] != guid
    ]
    if any(other["Name"].casefold() == record["Name"].casefold() for other in others):
        problems.append("Please enter a unique Name.")
    active = sum(other["Status"] == "ACTIVE" for other in others)
    if record["Status"] == "ACTIVE" and active >= MOST_CATEGORIES:
        problems.append(f"No more than {MOST_CATEGORIES} tracking categories can be active.")
    if problems:
        raise Refused(*problems, guid=guid)
    return organisation.tracking_categories.save(record)


def save_option(organisation, category_id: str, element: Record, option_id: str | None) -> Record:
    """Add an option to a tracking category, or rename or archive one."""
    category = organisation.tracking_categories[category_id]
    options = {option["TrackingOptionID"]: option for option in category["Options"]}
    if option_id and option_id not in options:
        raise Refused("The tracking option does not exist.", guid=option_id)
    option = dict(options[option_id]) if option_id else {
        "TrackingOptionID": organisation.new_guid(), "Name": "", "Status": "ACTIVE"
    }  # fmt: skip
    option["Name"] = element.get("Name") or option["Name"]
    option["Status"] = element.get("Status") or option["Status"]
    if not option["Name"]:
        raise Refused("Tracking option Name must be specified", guid=option_id)
    for other in options.values():
        same = other["Name"].casefold() == option["Name"].casefold()
        if same and other["TrackingOptionID"] != option["TrackingOptionID"]:
            raise Refused("Please enter a unique Name.", guid=option_id)
    options[option["TrackingOptionID"]] = option
    if len(options) > MOST_OPTIONS:
        raise Refused(f"A tracking category has no more than {MOST_OPTIONS} options.")
    organisation.tracking_categories.save({**category, "Options": tuple(options.values())})
    return show_option(option)


def in_use(organisation, category_id: str, option_id: str | None = None) -> bool:
    """Tell whether a line of any document is tracked by a category (or by one option of it)."""
    return any(
        tracked["TrackingCategoryID"] == category_id
        and option_id in (None, tracked["TrackingOptionID"])
        for table in organisation.document_tables()
        for document in table.values()
        for line in document["LineItems"]
        for tracked in line.get("Tracking", ())
    )


def show_option(option: Record) -> Record:
    """Return an option of a tracking category."""
    return {
        "TrackingOptionID": option["TrackingOptionID"],
        "Name": option["Name"],
        "Status": option["Status"],
        "HasValidationErrors": False,
        "IsDeleted": option["Status"] == "DELETED",
        "IsArchived": option["Status"] == "ARCHIVED",
        "IsActive": option["Status"] == "ACTIVE",
    }
