"""Links that may be fetched ahead."""

from __future__ import annotations

import json

from flask.testing import FlaskClient


def test_pages_name_the_rules_and_the_rules_spare_what_is_personal(client: FlaskClient) -> None:
    header = client.get("/account/sign-in").headers["Speculation-Rules"]
    answer = client.get(header.strip('"'))

    assert answer.content_type == "application/speculationrules+json"
    (rule,) = json.loads(answer.data)["prefetch"]
    assert rule["eagerness"] == "moderate"
    spared = rule["where"]["and"][1]["not"]["href_matches"]
    assert {"cart", "checkout", "account", "orders", "payments"} <= set(spared.strip("/*()").split("|"))


def test_fragments_and_answers_to_forms_name_none(client: FlaskClient) -> None:
    assert "Speculation-Rules" not in client.get("/account/sign-in", headers={"HX-Request": "true"}).headers
    assert "Speculation-Rules" not in client.post("/account/sign-in").headers
