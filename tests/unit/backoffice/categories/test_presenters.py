"""Categories as rows of their list, and why one is not deleted."""

from __future__ import annotations

from datetime import UTC

import pytest

from kashcraft.backoffice.categories.presenters import LIST, category_row, contents_text
from kashcraft.backoffice.presenters.tables import csv_rows
from kashcraft.catalogue.rules.category_input import ListedCategory
from kashcraft.core.formats import Formats
from kashcraft.core.ids import CategoryId, new_id

ENGLISH = Formats("en_US", UTC)


@pytest.mark.parametrize(
    ("is_active", "is_shown", "state"),
    [
        (True, True, ("Shown", "good")),
        (False, False, ("Hidden", "muted")),
        (True, False, ("Inside a hidden one", "muted")),
    ],
)
def test_a_row_says_where_a_category_is_and_whether_visitors_see_it(
    is_active: bool, is_shown: bool, state: tuple[str, str]
) -> None:
    category = ListedCategory(
        id=CategoryId(new_id()), name="Shawls", slug="shawls", level=2, products=1200,
        is_active=is_active, is_shown=is_shown, is_first=True, is_last=False,
    )  # fmt: skip
    row = category_row(category, ENGLISH, url=lambda one: f"/of/{one.slug}", address="/c/shawls")

    name, address, products, status, _ = row.cells
    assert (row.id, row.title, row.item) == (str(category.id), "Shawls", category)
    assert (name.text, name.href, address.text) == ("Shawls", "/of/shawls", "/c/shawls")
    assert (products.text, status.text, status.tag) == ("1,200", *state)
    headings, (exported,) = csv_rows(LIST.columns, [row])
    assert headings == ["Category", "Address", "Products", "Status"]
    assert exported == ["> > Shawls", "/c/shawls", 1200, state[0]]


@pytest.mark.parametrize(
    ("products", "categories", "text"),
    [
        (1, 0, "Not deleted: it contains 1 product."),
        (0, 2, "Not deleted: it contains 2 categories."),
        (12, 1, "Not deleted: it contains 12 products and 1 category."),
    ],
)
def test_what_is_in_a_category_is_said(products: int, categories: int, text: str) -> None:
    assert contents_text(products, categories) == text
