"""Categories: their tree has no loops and their old addresses redirect."""

import pytest

from kashcraft.catalogue import services
from kashcraft.catalogue.models import RedirectKind
from kashcraft.catalogue.queries import find_new_slug, get_tree
from kashcraft.catalogue.rules import StoredPicture
from kashcraft.core.db import step
from kashcraft.core.errors import DomainError
from tests.factories.catalogue import make_category

pytestmark = pytest.mark.usefixtures("database")


def test_the_tree_follows_every_change() -> None:
    textiles = make_category("Textiles", position=1)
    make_category("House", position=0)
    shawls = make_category("Shawls")
    assert [one.slug for one in get_tree().roots] == ["house", "shawls", "textiles"]
    with step():
        services.move_category(category_id=shawls.id, parent_id=textiles.id)
    assert [(one.name, one.url) for one in get_tree().roots] == [
        ("House", "/c/house"),
        ("Textiles", "/c/textiles"),
    ]
    assert [one.name for one in get_tree().roots[1].children] == ["Shawls"]
    with step():
        services.update_category(category_id=textiles.id, is_active=False)
    assert [one.slug for one in get_tree().roots] == ["house"]


def test_a_category_cannot_be_below_itself() -> None:
    outer = make_category("Outer")
    inner = make_category("Inner", parent=outer)
    with pytest.raises(DomainError) as refused, step():
        services.move_category(category_id=outer.id, parent_id=inner.id)
    assert refused.value.code == "category_inside_itself"


def test_a_renamed_category_has_a_redirect() -> None:
    category = make_category("Shawls")
    with step():
        services.rename_category(category_id=category.id, name="Pashmina", slug="pashmina")
    assert find_new_slug(RedirectKind.CATEGORY, "shawls") == "pashmina"
    assert find_new_slug(RedirectKind.PRODUCT, "shawls") is None


def test_only_changed_fields_are_returned() -> None:
    picture = StoredPicture("scene-0123456789ab", 2000, 1125, (640, 2000))
    category = make_category("Shawls", image=picture)
    with step():
        changed = services.update_category(category_id=category.id, image=picture, description="Warm")
    assert changed == ["description"]
    assert get_tree().by_slug["shawls"].picture == picture
    with pytest.raises(TypeError), step():
        services.update_category(category_id=category.id, slug="x")
