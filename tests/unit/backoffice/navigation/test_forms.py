"""The form of a link and the input that it makes."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from kashcraft.backoffice.navigation.forms import LinkForm, shown_link
from kashcraft.content.rules import LinkInput, LinkKind, Menu, Places
from kashcraft.core.ids import MenuItemId, new_id

PLACES = Places(categories={"1": ("Shawls", "/c/shawls")}, pages={"2": ("Terms", "/help/terms")})
COLUMN = MenuItemId(new_id())


@pytest.mark.parametrize(
    "data",
    [
        LinkInput(kind=LinkKind.CATEGORY, target="1", parent_id=COLUMN),
        LinkInput(kind=LinkKind.PAGE, target="2", label="Terms", parent_id=COLUMN),
        LinkInput(kind=LinkKind.ADDRESS, target="https://x.example", label="x", parent_id=COLUMN),
        LinkInput(kind=LinkKind.COLUMN, label="Shop"),
    ],
)
def test_a_form_that_is_sent_as_shown_has_the_same_values(app: Flask, data: LinkInput) -> None:
    with app.test_request_context():
        around = {"menu": Menu.FOOTER, "places": PLACES, "columns": [(COLUMN, "Shop")]}
        shown = LinkForm(data=shown_link(data), **around)
        sent = MultiDict({name: str(field.data or "") for name, field in shown._fields.items()})
        form = LinkForm(sent, **around)

        assert form.validate(), form.errors
        assert (form.entered(), form.version.data) == (data, data.version)


def test_only_the_footer_has_columns_and_targets_have_to_exist(app: Flask) -> None:
    with app.test_request_context():
        sent = MultiDict({"kind": "column", "category": "9", "page": "", "parent": ""})
        form = LinkForm(sent, menu=Menu.HEADER, places=PLACES, columns=[])

        assert not form.validate()
        assert set(form.errors) == {"kind", "category"}
