"""What deliveries of Xero tell: every sense, no nonsense, and each notice once."""

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xero import errors, webhook

EVENT = {
    "resourceUrl": "https://evil.example/steal",
    "resourceId": "BD2270C3-8706-4C11-9CFB-000B551C3F51",
    "tenantId": "c2cc9b6e-9458-4c7d-93cc-f02b81b0594f",
    "tenantType": "ORGANISATION",
    "eventCategory": "INVOICE",
    "eventType": "UPDATE",
    "eventDateUtc": "2026-11-23T10:00:01.234",
}


def read(*events):
    return webhook.read(json.dumps({"events": events, "entropy": "X"}).encode())


def test_a_notice():
    [event] = read(EVENT)
    assert event == webhook.Event(
        organisation_id=EVENT["tenantId"],
        category="INVOICE",
        resource_id=EVENT["resourceId"].lower(),
        type="UPDATE",
        date=EVENT["eventDateUtc"],
        moment=datetime.datetime(2026, 11, 23, 10, 0, 1),  # noqa: DTZ001
    )


def test_each_once():
    assert len(read(EVENT, EVENT, {**EVENT, "eventDateUtc": "2026-11-23T10:00:01.235"})) == 2


def test_the_check_of_the_address():
    assert read() == ()


@pytest.mark.parametrize("change", [
    {"resourceId": "../Invoices"}, {"resourceId": None}, {"tenantId": "?"},
    {"eventCategory": "SUBSCRIPTION"}, {"eventCategory": ["INVOICE"]}, {"eventType": ""},
    {"eventDateUtc": "yesterday"}, {"eventDateUtc": 5}, {"eventDateUtc": None},
])
def test_what_makes_no_sense_is_left_out(change):
    assert len(read({**EVENT, **change}, EVENT)) == 1


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"events": 5}', b'{"events": [1]}', b"\xff"])
def test_what_is_no_delivery(body):
    with pytest.raises(errors.Unreadable):
        webhook.read(body)


@given(st.dictionaries(
    st.sampled_from(list(EVENT)), st.none() | st.text(max_size=9) | st.integers()
))
# Faults: 22
def test_whatever_a_notice_holds(change):
    assert len(read({**EVENT, **change})) <= 1
