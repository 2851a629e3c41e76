"""Forms: normalized input, and refusals of services beside their fields."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from werkzeug.datastructures import MultiDict

from kashcraft.core.errors import DomainError
from kashcraft.core.forms import (
    DayField,
    Form,
    OnceKey,
    Text,
    VersionField,
    minor_units,
    no_control_characters,
    trimmed,
)
from kashcraft.core.i18n import lazy_gettext


class NameForm(Form):
    name = Text("Name", no_control_characters, maximum=10, missing="Please enter your name.")
    note = Text("Note", optional=True)


def filled(**values: str) -> NameForm:
    return NameForm(MultiDict(values))


@pytest.mark.parametrize(("typed", "clean"), [("  Ada   King ", "Ada King"), ("", ""), (None, None)])
def test_spaces_are_normalized(typed: str | None, clean: str | None) -> None:
    assert trimmed(typed) == clean


def test_missing_and_long_texts_are_refused_beside_the_field() -> None:
    empty, long = filled(name="  "), filled(name="Adalbertine Xaveria")

    assert not empty.validate()
    assert empty.name.errors == ["Please enter your name."]
    assert not long.validate()
    assert long.name.errors == ["At most 10 characters."]


def test_control_characters_are_refused() -> None:
    form = filled(name="A\x00da")

    assert not form.validate()
    assert form.name.errors == ["Please remove special characters."]


def test_valid_minor_units_are_read() -> None:
    assert minor_units("10511") == 10511


@pytest.mark.parametrize("text", ["-1", "9" * 40, "9" * 5000, "1e9", "", "ten", "1_0", "１２"])
def test_invalid_minor_units_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        minor_units(text)


def test_a_refusal_is_shown_beside_its_field() -> None:
    form = filled(name="Ada")
    assert form.validate()

    form.refuse(
        DomainError("taken", field="name", by="Grace"), {"taken": lazy_gettext("Already taken by %(by)s.")}
    )
    form.refuse(DomainError("closed"), {"closed": lazy_gettext("We are closed.")})

    assert form.name.errors == ["Already taken by Grace."]
    assert form.form_errors == ["We are closed."]


def test_a_refusal_without_a_text_is_raised() -> None:
    with pytest.raises(DomainError, match="unheard_of"):
        filled(name="Ada").refuse(DomainError("unheard_of"), {})


class VisitForm(Form):
    first = DayField("First day")
    last = DayField("Last day", missing="Please enter the last day.")
    key = OnceKey("Delivery", maximum=4)
    seen = VersionField(maximum=4)


def visit(**values: str) -> VisitForm:
    return VisitForm(MultiDict({"last": "2026-03-01", "key": "k", **values}))


def test_a_day_begins_and_ends_in_the_time_zone_of_the_shop() -> None:
    form, kolkata = visit(), ZoneInfo("Asia/Kolkata")

    assert form.validate()
    assert form.last.begins(kolkata) == datetime(2026, 2, 28, 18, 30, tzinfo=UTC)
    assert form.last.ends(kolkata) == datetime(2026, 3, 1, 18, 30, tzinfo=UTC)
    assert (form.first.begins(kolkata), form.first.ends(kolkata)) == (None, None)


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", "Please enter the last day."),
        ("1999-12-31", "Please enter a date from 2000 to 2099."),
        ("yesterday", "Not a valid date value."),
    ],
)
def test_a_day_that_is_missing_or_unlikely_is_refused(typed: str, error: str) -> None:
    form = visit(last=typed)

    assert not form.validate()
    assert form.last.errors == [error]


def test_a_key_is_required_and_short_and_a_version_may_be_empty() -> None:
    assert visit(seen="").validate()
    assert not visit(key="").validate()
    assert not visit(key="12345").validate()
    assert not visit(seen="12345").validate()
