"""Rate limits: the counters in every answer, the windows, the refusals."""

import threading

import pytest


def _left(answer):
    return int(answer.headers["X-MinLimit-Remaining"]), int(answer.headers["X-DayLimit-Remaining"])


def _assert_refused(answer, problem):
    assert answer.status_code == 429
    assert answer.content == b""
    assert "Content-Type" not in answer.headers
    assert answer.headers["X-Rate-Limit-Problem"] == problem


def test_every_accounting_answer_carries_the_counters(connected):
    assert _left(connected.get()) == (59, 999)
    assert _left(connected.get("Contacts?nonsense=1")) == (58, 998)
    refused = connected.call("PUT", "Contacts", json={"Nonsense": 1})
    assert refused.status_code == 400
    assert _left(refused) == (57, 997)
    assert int(refused.headers["X-AppMinLimit-Remaining"]) == 9997
    assert "xero-correlation-id" in refused.headers


def test_identity_is_not_counted(connected):
    connected.connections()
    answer = connected.refresh()
    assert "X-MinLimit-Remaining" not in answer.headers
    assert _left(connected.get()) == (59, 999)


def test_the_sixty_first_call_of_a_minute_is_refused(connected):
    limits = connected.simulator.limits
    limits.use(connected.client_id, connected.tenant_id, minute=59)
    assert connected.get().status_code == 200
    answer = connected.put_contact("Refused")
    _assert_refused(answer, "minute")
    assert answer.headers["X-MinLimit-Remaining"] == "0"
    assert int(answer.headers["X-DayLimit-Remaining"]) > 0
    assert not connected.simulator.journal[-1].executed
    assert "Refused" not in connected.contact_names()


def test_the_window_is_fixed_and_retry_after_ends_it(connected):
    limits, clock = connected.simulator.limits, connected.simulator.clock
    limits.use(connected.client_id, connected.tenant_id, minute=60)
    wait = int(connected.get().headers["Retry-After"])
    assert 1 <= wait <= 60
    clock.advance(wait - 1)
    last = connected.get()
    _assert_refused(last, "minute")
    assert last.headers["Retry-After"] == "1"
    clock.advance(1)
    assert _left(connected.get())[0] == 59


def test_windows_of_two_organisations_are_apart(connected):
    limits = connected.simulator.limits
    limits.use(connected.client_id, connected.tenant_id, minute=60, day=1000)
    first = connected.get().headers["Retry-After"]
    connected.connect("NZ")
    assert _left(connected.get()) == (59, 999)
    limits.use(connected.client_id, connected.tenant_id, day=1000)
    assert connected.get().headers["Retry-After"] != first


def test_two_apps_do_not_share_counters(connected, other_app):
    connected.simulator.limits.use(connected.client_id, connected.tenant_id, minute=60)
    assert other_app.connect().get().status_code == 200


def test_the_day_limit(connected):
    connected.simulator.limits.use(connected.client_id, connected.tenant_id, day=1000)
    answer = connected.get()
    _assert_refused(answer, "day")
    wait = int(answer.headers["Retry-After"])
    assert 1 <= wait <= 86_400
    connected.simulator.clock.advance(wait)
    connected.tokens = connected.refresh().json()
    assert _left(connected.get())[1] == 999


def test_a_refused_call_counts_too(connected):
    connected.simulator.limits.use(connected.client_id, connected.tenant_id, minute=60, day=10)
    assert connected.get().headers["X-DayLimit-Remaining"] == "989"
    assert connected.get().headers["X-DayLimit-Remaining"] == "988"


def test_the_minute_of_the_whole_app(connected):
    connected.simulator.limits.app_minute = 2
    connected.get()
    connected.connect("NZ").get()
    answer = connected.get()
    _assert_refused(answer, "appminute")
    assert answer.headers["X-AppMinLimit-Remaining"] == "0"
    assert answer.headers["X-MinLimit-Remaining"] != "0"


def test_a_sixth_concurrent_call_is_refused(connected, wait_until):
    held = connected.simulator.faults.add("hold", times=5, when="before")
    answers = []

    def call():
        answers.append(connected.get().status_code)

    threads = [threading.Thread(target=call) for _number in range(5)]
    for thread in threads:
        thread.start()
    journal = connected.simulator.journal
    wait_until(lambda: any(call.in_flight == 5 for call in journal.accounting))
    answer = connected.get()
    _assert_refused(answer, "concurrent")
    assert "Retry-After" not in answer.headers
    assert journal[-1].in_flight == 6
    held.release()
    for thread in threads:
        thread.join()
    assert answers == [200] * 5
    assert connected.get().status_code == 200


def test_limits_can_be_switched_off(connected):
    limits = connected.simulator.limits
    limits.use(connected.client_id, connected.tenant_id, minute=60)
    limits.enabled = False
    assert _left(connected.get()) == (60, 1000)


@pytest.mark.parametrize("path", ["Organisation", "Contacts"])
def test_a_call_without_the_right_token_is_not_counted(connected, path):
    connected.get(path, headers={"Authorization": "Bearer x"})
    connected.get(path, headers={"Xero-tenant-id": "x"})
    assert _left(connected.get(path)) == (59, 999)


def test_the_end_of_the_minute_is_the_moment_of_full_counters(connected):
    simulator = connected.simulator
    simulator.clock.freeze()
    assert _left(connected.get())[0] == 59
    ends_in = simulator.limits.minute_ends_in(connected.client_id, connected.tenant_id)
    simulator.clock.advance(ends_in - 0.5)
    assert _left(connected.get())[0] == 58
    simulator.clock.advance(0.5)
    assert _left(connected.get())[0] == 59
