"""Speculation rules for links."""

from __future__ import annotations

import json

from flask.testing import FlaskClient


def test_pages_link_to_rules_without_personal_pages(client: FlaskClient) -> None:
    header = client.get("/account/sign-in").headers["Speculation-Rules"]
    answer = client.get(header.strip('"'))

    assert answer.content_type == "application/speculationrules+json"
    (rule,) = json.loads(answer.data)["prefetch"]
    assert rule["eagerness"] == "moderate"
    spared = rule["where"]["and"][1]["not"]["href_matches"]
    assert {"cart", "checkout", "account", "orders", "payments"} <= set(spared.strip("/*()").split("|"))


def test_fragments_and_form_responses_link_to_no_rules(client: FlaskClient) -> None:
    assert "Speculation-Rules" not in client.get("/account/sign-in", headers={"HX-Request": "true"}).headers
    assert "Speculation-Rules" not in client.post("/account/sign-in").headers
