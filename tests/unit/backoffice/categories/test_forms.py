"""The form of a category and the input that it makes."""

from __future__ import annotations

from uuid import UUID

from flask import Flask
from werkzeug.datastructures import MultiDict

from kashcraft.backoffice.categories.forms import CategoryForm, shown_category
from kashcraft.catalogue.rules.category_input import CategoryInput
from kashcraft.core.ids import CategoryId

WOOD = CategoryId(UUID(int=1))


def test_a_form_that_is_sent_as_shown_has_the_same_values(app: Flask) -> None:
    data = CategoryInput(name="Boxes", slug="boxes", parent_id=WOOD, description="One\n\nTwo")
    with app.test_request_context():
        shown = CategoryForm(data=shown_category(data), categories=[(WOOD, "Wood")])
        sent = MultiDict({name: str(field.data or "") for name, field in shown._fields.items()})
        sent["description"] = "One\r\n\r\nTwo\r\n"
        form = CategoryForm(sent, categories=[(WOOD, "Wood")])

        assert form.validate()
        assert (form.entered(), form.version.data) == (data, data.version)


def test_a_name_is_needed_and_the_place_has_to_be_offered(app: Flask) -> None:
    with app.test_request_context():
        form = CategoryForm(MultiDict({"parent": str(WOOD), "seo_title": "x" * 121}), categories=[])

        assert not form.validate()
        assert form.errors == {
            "name": ["Please enter a name."],
            "parent": ["Not a valid choice."],
            "seo_title": ["At most 120 characters."],
        }
