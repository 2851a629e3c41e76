"""Forms: normalized input, and refusals of services beside their fields."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from kashcraft.core.errors import DomainError
from kashcraft.core.forms import Form, Text, minor_units, no_control_characters, trimmed
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
