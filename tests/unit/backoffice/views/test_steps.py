"""Changes of the back office: refusals in words, notices, and the offer to undo."""

from __future__ import annotations

import pytest
from flask import Flask

from kashcraft.backoffice.views.steps import attempt, go_with_undo, offered_undo, run, try_step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.forms import Form, Text
from kashcraft.core.i18n import lazy_gettext as _l

WORDS = {"points_short": _l("Only %(left)s are left.")}


class PointsForm(Form):
    points = Text("Points")


def refuse(code: str = "points_short") -> None:
    raise DomainError(code, left=4)


def test_work_that_succeeds_returns_its_result(database: Flask) -> None:
    with database.test_request_context():
        assert attempt(lambda: "done", PointsForm(), WORDS) == "done"


def test_a_refusal_stands_beside_its_field(database: Flask) -> None:
    with database.test_request_context():
        form = PointsForm()

        assert attempt(refuse, form, WORDS, field="points") is None
        assert form.points.errors == ["Only 4 are left."]


def test_a_refusal_without_words_and_what_is_missing_are_raised(database: Flask) -> None:
    def miss() -> None:
        raise NotFound("no_order")

    with database.test_request_context():
        with pytest.raises(DomainError, match="unheard"):
            attempt(lambda: refuse("unheard"), PointsForm(), WORDS)
        with pytest.raises(NotFound):
            run(miss, "/", refused={"no_order": "order_elsewhere"})


def test_a_step_leads_to_the_notice_of_its_outcome(database: Flask) -> None:
    with database.test_request_context():
        done = run(lambda: None, "/orders?tab=all", done="refund_made")
        refused = run(refuse, "/orders", done="refund_made", refused={"points_short": "order_elsewhere"})

    assert done.headers["Location"] == "/orders?tab=all&notice=refund_made"
    assert refused.headers["Location"] == "/orders?notice=order_elsewhere"


def test_a_refusal_that_is_expected_is_returned_as_its_code(database: Flask) -> None:
    assert try_step(lambda: "done", ["points_short"]) == ("done", "")
    assert try_step(refuse, ["points_short"]) == (None, "points_short")
    with pytest.raises(DomainError, match="points_short"):
        try_step(refuse, ["wrong_status"])


def test_an_offer_says_for_how_many_seconds_it_stands(app: Flask) -> None:
    with app.test_request_context():
        answer = go_with_undo("/stock", "Received.", "/stock/undo", [], seconds=30)
    with app.test_request_context(answer.headers["Location"]):
        offer = offered_undo()
    assert offer is not None
    assert offer["seconds"] == 30


def test_an_offer_to_undo_travels_signed_to_the_next_page(app: Flask) -> None:
    with app.test_request_context():
        answer = go_with_undo(
            "/orders?tab=all#first", "KC-1 is packed.", "/orders/undo", [("ids", "7"), ("ids", "8")]
        )
    address = answer.headers["Location"]
    with app.test_request_context(address):
        offer = offered_undo()

    assert address.startswith("/orders?tab=all&undo=")
    assert address.endswith("#first")
    assert offer == {
        "text": "KC-1 is packed.",
        "url": "/orders/undo",
        "fields": [["ids", "7"], ["ids", "8"]],
        "seconds": 10,
    }


@pytest.mark.parametrize("query", ["", "?undo=", "?undo=forged.offer.here"])
def test_nothing_is_offered_without_a_signed_offer(app: Flask, query: str) -> None:
    with app.test_request_context(f"/orders{query}"):
        assert offered_undo() is None
