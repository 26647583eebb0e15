"""Connections: listing, the event filter, disconnecting, revoking, foreign organisations."""

import requests


def _connect_both(client):
    return client.connect("AU").connect("NZ")


def test_one_consent_adds_one_connection(client):
    _connect_both(client)
    (first, second) = client.connections().json()
    assert set(first) == {
        "id", "authEventId", "tenantId", "tenantType", "tenantName", "createdDateUtc",
        "updatedDateUtc",
    }  # fmt: skip
    assert first["tenantType"] == "ORGANISATION"
    assert first["tenantName"] == client.simulator.organisation("AU").name
    assert first["id"] != first["tenantId"]
    chosen = client.connections(authEventId=second["authEventId"]).json()
    assert chosen == [second]


def test_a_repeated_consent_keeps_the_old_event(client):
    """The harsher reading: the filtered list is empty, the full list has to be asked for."""
    client.connect("AU")
    (before,) = client.connections().json()
    client.connect("AU")
    assert client.connections().json() == [before]


def test_a_repeated_consent_can_be_given_a_new_event(client):
    client.simulator.identity.repeated_consent_keeps_event = False
    client.connect("AU")
    (before,) = client.connections().json()
    client.connect("AU")
    (after,) = client.connections().json()
    assert after["id"] == before["id"]
    assert after["authEventId"] != before["authEventId"]


def test_a_connection_can_be_removed_once(client):
    _connect_both(client)
    first, second = client.connections().json()
    assert client.disconnect(first["id"]).status_code == 204
    assert client.connections().json() == [second]
    assert client.disconnect(first["id"]).status_code == 404
    assert client.disconnect(second["tenantId"]).status_code == 404
    assert client.get().status_code == 200
    client.tenant_id = first["tenantId"]
    assert client.get().status_code == 403


def test_nobody_removes_the_connection_of_another_user_or_app(client, other_app):
    client.connect("AU")
    (mine,) = client.connections().json()
    assert other_app.connect("AU").disconnect(mine["id"]).status_code == 404
    client.connect("AU", user="Ben Bookkeeper")
    assert client.disconnect(mine["id"]).status_code == 404


def test_connecting_again_gives_a_new_id_and_keeps_the_first_date(client):
    client.connect("AU")
    (before,) = client.connections().json()
    assert before["createdDateUtc"] == before["updatedDateUtc"]
    client.disconnect(before["id"])
    client.simulator.clock.advance(60)
    client.connect("AU")
    (after,) = client.connections().json()
    assert after["id"] != before["id"]
    assert after["createdDateUtc"] == before["createdDateUtc"] < after["updatedDateUtc"]


def test_revoking_removes_all_connections_of_this_user_and_app(client, other_app):
    other_app.connect("AU")
    _connect_both(client)
    assert client.revoke(client.tokens["refresh_token"]).status_code == 200
    assert client.connections().json() == []
    assert client.get().status_code == 403
    assert client.refresh().json() == {"error": "invalid_grant"}
    assert other_app.get().status_code == 200
    client.connect("AU", scope="offline_access accounting.contacts")
    assert client.get().status_code == 401  # the old scopes went with the consent


def test_revoking_needs_the_app_and_ignores_unknown_tokens(client, other_app):
    client.connect("AU")
    assert other_app.revoke(client.tokens["refresh_token"]).status_code == 200
    assert client.refresh().status_code == 200
    assert client.revoke("unknown").status_code == 200
    client.secret = "wrong"
    assert client.revoke("unknown").json() == {"error": "invalid_client"}


def test_a_foreign_or_missing_organisation_is_forbidden(connected):
    connected.tenant_id = connected.simulator.organisation("NZ").tenant_id
    body = connected.get().json()
    assert (body["Title"], body["Status"]) == ("Forbidden", 403)
    assert body["Detail"] == "AuthenticationUnsuccessful"
    assert connected.get(headers={"Xero-tenant-id": None}).status_code == 403
    connected.tenant_id = "not-an-id"
    assert connected.get().status_code == 403


def test_the_connection_of_a_colleague_opens_nothing(connected, sim):
    mine = dict(connected.tokens)
    connected.connect("NZ", user="Ben Bookkeeper")
    assert connected.get().status_code == 200
    connected.tokens = mine
    assert connected.get().status_code == 403


def test_the_organisation_can_remove_the_app(connected):
    organisation = connected.simulator.organisation("AU")
    assert connected.simulator.identity.disconnect(organisation.tenant_id) == 1
    assert connected.get().status_code == 403
    assert connected.refresh().status_code == 200


def test_connections_need_a_token_and_know_one_parameter(connected):
    assert requests.get(f"{connected.simulator.url}/connections").status_code == 401
    assert connected.connections(tenantId="x").status_code == 400
    assert connected.simulator.journal[-1].unknown == "query parameter tenantId"
