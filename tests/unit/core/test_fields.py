"""Labels are translated when a form is created, messages when it refuses input."""

from __future__ import annotations

from gettext import NullTranslations

import pytest
from werkzeug.datastructures import MultiDict

from kashcraft.core import i18n
from kashcraft.core.fields import (
    DataRequired,
    EqualTo,
    HiddenField,
    InputRequired,
    Length,
    LongSelectField,
    Options,
    RadioField,
    Regexp,
    SelectChoice,
    SelectField,
    TextAreaField,
)
from kashcraft.core.forms import Form, Text, WholeField
from kashcraft.core.i18n import lazy_gettext as _l


class Loud(NullTranslations):
    """A pseudo language in capitals, except placeholders."""

    def gettext(self, message: str) -> str:
        return "".join(part if "%(" in part else part.upper() for part in message.split(" "))


class GiftForm(Form):
    """A field of each kind with texts."""

    name = Text(_l("Name"), maximum=3, missing=_l("Please say who."))
    units = WholeField(_l("Units"), least=1, most=9)
    note = TextAreaField(_l("Note"), [Length(max=2, message=_l("At most %(max)s letters"))])
    key = HiddenField(_l("Key"), [InputRequired(_l("No key"))])
    again = HiddenField(_l("Again"), [EqualTo("note", _l("They differ"))])
    code = HiddenField(_l("Code"), [Regexp(r"[a-z]+\Z", message=_l("Only letters"))])
    text = HiddenField(_l("Text"), [DataRequired(_l("No text"))])
    kind = SelectField(_l("Kind"), choices=[SelectChoice("a", _l("First one"))])
    way = RadioField(_l("Way"), choices=[SelectChoice("b", _l("Second"))])


@pytest.fixture
def loud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "catalogue", Loud)


@pytest.mark.usefixtures("loud")
def test_labels_and_choices_are_in_the_current_language() -> None:
    form = GiftForm()

    assert [field.label.text for field in form] == [
        "NAME", "UNITS", "NOTE", "KEY", "AGAIN", "CODE", "TEXT", "KIND", "WAY",
    ]  # fmt: skip
    assert '<label for="name">NAME</label>' in form.name.label()
    assert '<option value="a">FIRSTONE</option>' in form.kind()
    assert ">SECOND</label>" in form.way()


@pytest.mark.usefixtures("loud", "database")
def test_messages_are_in_the_current_language() -> None:
    form = GiftForm(MultiDict({"name": "", "units": "12", "note": "much", "again": "x", "code": "1"}))

    form.validate()
    assert form.errors == {
        "name": ["PLEASESAYWHO."],
        "units": ["AWHOLENUMBERFROM1TO9."],
        "note": ["ATMOST2LETTERS"],
        "key": ["NOKEY"],
        "again": ["THEYDIFFER"],
        "code": ["ONLYLETTERS"],
        "text": ["NOTEXT"],
        "kind": form.kind.errors,
        "way": form.way.errors,
    }


PLACES = (("a&b", "A & <B>"), ("c", "C"), ("d'", ""))


class PlainForm(Form):
    """The list as WTForms renders it."""

    place = SelectField(
        _l("Place"), choices=[SelectChoice("", "Choose"), *(SelectChoice(*pair) for pair in PLACES)]
    )


class LongForm(Form):
    """The same list, rendered once."""

    place = LongSelectField(_l("Place"), options=Options(PLACES), prompt=_l("Choose"))


@pytest.mark.parametrize("value", [None, "", "a&b", "c", "d'", "elsewhere", "<x>"])
def test_a_long_list_is_rendered_as_wtforms_renders_it(value: str | None) -> None:
    plain, long = PlainForm(data={"place": value}), LongForm(data={"place": value})

    assert long.place() == plain.place()
    assert long.place(class_="input", disabled=True) == plain.place(class_="input", disabled=True)
    assert [(one.value, one.label) for one in long.place.choices] == [
        (one.value, one.label) for one in plain.place.choices
    ]


def test_a_long_list_selects_for_each_form_its_own_value() -> None:
    assert '<option selected value="c">C</option>' in LongForm(data={"place": "c"}).place()
    assert "selected" not in LongForm(data={"place": "e"}).place()


@pytest.mark.usefixtures("loud")
def test_the_prompt_of_a_long_list_is_in_the_current_language() -> None:
    assert '<option value="">CHOOSE</option>' in LongForm().place()


def test_a_message_is_none_until_one_is_given() -> None:
    assert (InputRequired().message, Length(max=3, message="Short").message) == (None, "Short")
