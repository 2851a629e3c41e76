"""Refusals have codes; reasons of failures contain no stored values."""

from __future__ import annotations

import pytest

from kashcraft.core.errors import DomainError, NotFound, reason_of, without_values

POSTGRES = """duplicate key value violates unique constraint "uq_users_email_key"
DETAIL:  Key (email_key)=(ada@shop.example) already exists.
CONTEXT:  while inserting
[SQL: INSERT INTO users ...]"""


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (DomainError("sold_out"), "sold_out"),
        (DomainError("too_many", field="quantity", most=3, name="Bowl"), "too_many (most=3, name='Bowl')"),
        (NotFound(), "not_found"),
        (NotFound("no_such_card", digits="7K4M"), "no_such_card (digits='7K4M')"),
    ],
)
def test_a_refusal_as_text_has_its_code_and_details(refusal: DomainError, said: str) -> None:
    assert str(refusal) == said


def test_a_refusal_names_its_field_and_keeps_its_details() -> None:
    refusal = DomainError("too_many", field="quantity", most=3)

    assert (refusal.code, refusal.field, refusal.details) == ("too_many", "quantity", {"most": 3})
    assert DomainError("sold_out").field is None


def test_values_quoted_by_a_database_are_removed() -> None:
    assert without_values(POSTGRES) == (
        'duplicate key value violates unique constraint "uq_users_email_key"\n[SQL: INSERT INTO users ...]'
    )


def test_a_reason_has_the_type_of_the_error_and_fits_a_column() -> None:
    assert reason_of(ValueError("no such carrier\x00")) == "ValueError: no such carrier"
    assert reason_of(RuntimeError(POSTGRES)).splitlines()[1] == "[SQL: INSERT INTO users ...]"
    assert len(reason_of(ValueError("x" * 5000))) == 2000
