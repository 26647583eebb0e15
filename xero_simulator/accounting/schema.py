"""What a request body may contain, read from Xero's own generated models.

xero-python is generated from Xero's specification. Its classes name every field, its type, its
longest text and its enumeration; a body that steps outside of them is refused, so that a client
cannot get used to fields that only this simulator would take.
"""

from __future__ import annotations

import ast
import enum
import functools
import inspect
import re
import textwrap
from collections.abc import Callable
from decimal import Decimal

from .answers import bad_body
from .notation import read_date

# Longest texts that Xero documents but its models do not carry.
FURTHER_LENGTHS = {
    ("Account", "Code"): 10,
    ("CreditNote", "CreditNoteNumber"): 255,
    ("CreditNote", "Reference"): 255,
    ("HistoryRecord", "Details"): 2500,
    ("Invoice", "Reference"): 255,
    ("LineItem", "Description"): 4000,
    ("PurchaseOrder", "AttentionTo"): 255,
    ("PurchaseOrder", "DeliveryInstructions"): 500,
    ("PurchaseOrder", "PurchaseOrderNumber"): 255,
    ("PurchaseOrder", "Reference"): 255,
    ("TrackingOption", "Name"): 100,
}

Problems = list[str]
Checker = Callable[[object, str, Problems], None]


def check(model: str, element: object) -> Problems:
    """Check one element of a body against a model.

    Unknown fields, wrong types and unknown enumeration values end the request; texts that are
    too long are returned as sentences, because Xero refuses those element by element.
    """
    problems: Problems = []
    _check_model(model, element, model, problems)
    return problems


@functools.cache
def fields(model: str) -> dict[str, Checker]:
    """Return a checker per field of a model, built once from the model's class."""
    import xero_python.accounting.models as models

    cls = getattr(models, model)
    limits, choices = _limits_and_choices(cls)
    table = {}
    for attribute, name in cls.attribute_map.items():
        limit = FURTHER_LENGTHS.get((model, name), limits.get(attribute))
        kind = cls.openapi_types[attribute]
        table[name] = _checker(kind, name, limit, choices.get(attribute))
    return table


def _check_model(model: str, value: object, path: str, problems: Problems) -> None:
    if type(value) is not dict:
        raise bad_body(f"{path} must be an object.")
    known = fields(model)
    for name, item in value.items():
        checker = known.get(name)
        if checker is None:
            raise bad_body(f"Could not find member '{name}' on object of type '{model}'.")
        if item is not None:
            checker(item, name, problems)


def _checker(kind: str, name: str, limit: int | None, choices: frozenset | None) -> Checker:
    if kind == "str":
        return _text_checker(name, limit, choices)
    if kind == "float":
        return _check_number
    if kind == "int":
        return _check_integer
    if kind == "bool":
        return _check_bool
    if kind.startswith("date"):
        return _check_date
    if kind.startswith("list["):
        return _list_checker(_checker(kind[5:-1], name, limit, choices))
    import xero_python.accounting.models as models

    cls = getattr(models, kind)
    if issubclass(cls, enum.Enum):
        return _text_checker(name, None, frozenset(str(member.value) for member in cls))
    return functools.partial(_check_model, kind)


def _text_checker(name: str, limit: int | None, choices: frozenset | None) -> Checker:
    def check_text(value: object, path: str, problems: Problems) -> None:
        if type(value) is not str:
            raise bad_body(f"Could not convert {path} to text.")
        if choices is not None and value and value not in choices:
            raise bad_body(f"Requested value '{value}' was not found for {path}.")
        if limit is not None and len(value) > limit:
            problems.append(f"The length of the field {name} must not exceed {limit} characters.")

    return check_text


def _list_checker(check_item: Checker) -> Checker:
    def check_list(value: object, path: str, problems: Problems) -> None:
        if type(value) is not list:
            raise bad_body(f"{path} must be an array.")
        for item in value:
            check_item(item, path, problems)

    return check_list


def _check_number(value: object, path: str, problems: Problems) -> None:
    if type(value) is not Decimal and type(value) is not int:
        raise bad_body(f"Could not convert {path} to decimal: {value}.")
    if abs(value) >= 10**18:
        raise bad_body(f"{path} is too large for a decimal.")


def _check_integer(value: object, path: str, problems: Problems) -> None:
    if type(value) is not int:
        raise bad_body(f"Could not convert {path} to integer: {value}.")


def _check_bool(value: object, path: str, problems: Problems) -> None:
    if type(value) is not bool:
        raise bad_body(f"Could not convert {path} to boolean: {value}.")


def _check_date(value: object, path: str, problems: Problems) -> None:
    if type(value) is not str:
        raise bad_body(f"Could not convert {path} to a date.")
    try:
        read_date(value)
    except (ValueError, OverflowError):
        raise bad_body(f"Could not convert string to DateTime: {value}.") from None


def _limits_and_choices(cls: type) -> tuple[dict[str, int], dict[str, frozenset]]:
    """Read lengths and enumerations out of the setters of a generated class.

    The generator writes both as plain code (`len(name) > 255`, `allowed_values = [...]`), the
    only place where they exist, so the code itself is read.
    """
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    limits: dict[str, int] = {}
    choices: dict[str, frozenset] = {}
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef) or function.name == "__init__":
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "allowed_values":
                choices[function.name] = frozenset(ast.literal_eval(node.value)) - {"None"}
            elif isinstance(node, ast.Compare):
                match = re.fullmatch(r"len\(\w+\) > (\d+)", ast.unparse(node))
                if match:
                    limits[function.name] = int(match[1])
    return limits, choices
