"""Idempotency keys: replays, conflicts, their life, and who waits for whom."""

import threading

import pytest


def test_a_repeat_gets_the_first_answer_and_does_nothing(connected):
    first = connected.put_contact("Once", key="k1")
    again = connected.put_contact("Once", key="k1")
    assert first.status_code == again.status_code == 200
    assert again.content == first.content
    assert connected.contact_names().count("Once") == 1
    call, repeat = connected.simulator.journal.writes
    assert (call.executed, call.replayed) == (True, False)
    assert (repeat.executed, repeat.replayed) == (False, True)
    assert repeat.idempotency_key == "k1"
    assert repeat.body_sha256 == call.body_sha256
    assert repeat.element_count == 1


def test_a_replay_counts_against_the_limits(connected):
    first = connected.put_contact("Once", key="k1")
    again = connected.put_contact("Once", key="k1")
    before = int(first.headers["X-MinLimit-Remaining"])
    assert int(again.headers["X-MinLimit-Remaining"]) == before - 1


def test_another_request_under_the_same_key_is_refused(connected):
    connected.put_contact("One", key="k1")
    text = "Idempotency Key: k1 is used with a different request."
    other_body = connected.put_contact("Two", key="k1")
    body = {"Contacts": [{"Name": "One"}]}
    other_method = connected.call("POST", "Contacts?summarizeErrors=false", json=body, key="k1")
    other_path = connected.call("PUT", "Contacts", json=body, key="k1")
    for answer in (other_body, other_method, other_path):
        assert answer.status_code == 400
        assert text in answer.text
        assert "X-MinLimit-Remaining" in answer.headers
    assert "Two" not in connected.contact_names()


def test_a_key_lives_six_minutes(connected):
    clock = connected.simulator.clock
    connected.put_contact("One", key="k1")
    clock.advance(359)
    assert connected.put_contact("Two", key="k1").status_code == 400
    clock.advance(1)
    assert connected.put_contact("Two", key="k1").status_code == 200
    assert "Two" in connected.contact_names()


def test_the_scope_of_a_key_is_the_app_and_not_the_organisation(connected, other_app):
    first = connected.put_contact("Once", key="k1")
    connected.connect("NZ")
    assert connected.put_contact("Once", key="k1").content == first.content
    assert "Once" not in connected.contact_names("NZ")
    answer = other_app.connect("NZ").put_contact("Elsewhere", key="k1")
    assert answer.status_code == 200
    assert "Elsewhere" in connected.contact_names("NZ")


def test_errors_are_cached_too(connected):
    bad = {"Nonsense": []}
    first = connected.call("PUT", "Contacts", json=bad, key="k1")
    again = connected.call("PUT", "Contacts", json=bad, key="k1")
    assert first.status_code == again.status_code == 400
    assert again.content == first.content
    assert connected.simulator.journal[-1].replayed


def test_a_500_is_replayed_after_its_cause_is_gone(connected):
    connected.simulator.faults.add("error", method="PUT")
    assert connected.put_contact("Once", key="k1").status_code == 500
    assert connected.put_contact("Once", key="k1").status_code == 500
    assert "Once" not in connected.contact_names()
    connected.simulator.clock.advance(360)
    assert connected.put_contact("Once", key="k1").status_code == 200


def test_a_cached_500_can_hide_a_success(connected):
    connected.simulator.faults.add("error", method="PUT", executed=True)
    assert connected.put_contact("Once", key="k1").status_code == 500
    assert connected.put_contact("Once", key="k1").status_code == 500
    assert connected.contact_names().count("Once") == 1


def test_a_gateway_error_after_the_work_leaves_the_true_answer_under_the_key(connected):
    connected.simulator.faults.add("error", method="PUT", status=502, executed=True)
    assert connected.put_contact("Once", key="k1").status_code == 502
    answer = connected.put_contact("Once", key="k1")
    assert answer.json()["Contacts"][0]["Name"] == "Once"
    assert connected.contact_names().count("Once") == 1


def test_a_gateway_error_before_the_work_leaves_the_key_free(connected):
    connected.simulator.faults.add("error", method="PUT", status=503)
    assert connected.put_contact("Once", key="k1").status_code == 503
    assert connected.put_contact("Once", key="k1").status_code == 200
    assert not connected.simulator.journal[-1].replayed


def test_a_call_refused_by_the_limits_leaves_the_key_free(connected):
    connected.simulator.limits.use(connected.client_id, connected.tenant_id, minute=60)
    assert connected.put_contact("One", key="k1").status_code == 429
    connected.simulator.limits.reset()
    assert connected.put_contact("Two", key="k1").status_code == 200


def test_get_ignores_the_key(connected):
    connected.get("Contacts", key="k1")
    connected.put_contact("New", key="k1")
    answer = connected.get("Contacts", key="k1")
    assert answer.status_code == 200
    assert not connected.simulator.journal[-1].replayed
    assert connected.get("Contacts", key="x" * 200).status_code == 400


@pytest.mark.parametrize(("key", "status"), [("x" * 128, 200), ("x" * 129, 400), ("", 400)])
def test_the_length_of_a_key(connected, key, status):
    assert connected.put_contact("Once", key=key).status_code == status


def test_without_a_key_a_repeat_is_a_new_call(connected):
    connected.put_contact("Once")
    connected.put_contact("Once")
    assert [call.replayed for call in connected.simulator.journal.writes] == [False, False]
    assert all(call.executed for call in connected.simulator.journal.writes)


def test_a_concurrent_repeat_waits_for_the_first(connected, wait_until):
    held = connected.simulator.faults.add("hold", method="PUT", when="before")
    answers = []

    def send():
        answers.append(connected.put_contact("Once", key="k1"))

    first = threading.Thread(target=send)
    first.start()
    assert held.reached.wait(5)
    second = threading.Thread(target=send)
    second.start()
    wait_until(lambda: connected.simulator.journal[-1].replayed)
    assert not answers
    held.release()
    first.join()
    second.join()
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert connected.contact_names().count("Once") == 1
