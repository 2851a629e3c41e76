"""The form of a help page and the input that it makes."""

from __future__ import annotations

from flask import Flask
from werkzeug.datastructures import MultiDict

from kashcraft.backoffice.pages.forms import PageForm, shown_page
from kashcraft.content.rules import PageText


def test_a_form_that_is_sent_as_shown_has_the_same_values(app: Flask) -> None:
    data = PageText(title="Care", slug="care", body="One\n\nTwo", seo_description="How")
    with app.test_request_context():
        shown = PageForm(data=shown_page(data))
        sent = MultiDict({name: str(field.data or "") for name, field in shown._fields.items()})
        sent["body"] = "One\r\n\r\nTwo\r\n"
        form = PageForm(sent)

        assert form.validate()
        assert (form.entered(), form.version.data) == (data, data.version)


def test_a_title_is_needed_and_texts_have_limits(app: Flask) -> None:
    with app.test_request_context():
        form = PageForm(MultiDict({"body": "x" * 60_001, "seo_description": "x" * 321}))

        assert not form.validate()
        assert form.errors == {
            "title": ["Please enter a title."],
            "body": ["At most 60,000 characters."],
            "seo_description": ["At most 320 characters."],
        }
