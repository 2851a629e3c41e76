"""Reports of handlers change the response."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Response

from kashcraft.core import response_effects


@dataclass(frozen=True)
class Greeting:
    """A report of this test."""

    words: str


@dataclass(frozen=True)
class Unknown:
    """An unregistered report."""


def test_a_report_changes_the_response(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response_effects, "_shown", {})

    def show(response: Response, report: Greeting) -> Response:
        response.headers["Greeting"] = report.words
        return response

    response_effects.register(Greeting, show)

    assert response_effects.add_to(Response(), [Greeting("Salaam")]).headers["Greeting"] == "Salaam"


def test_an_unregistered_report_is_refused() -> None:
    with pytest.raises(LookupError, match="no function is registered for Unknown"):
        response_effects.add_to(Response(), [Unknown()])
