"""Staff change categories: audited, never over a newer change, and never into a loop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.audit.models import AuditEntry
from kashcraft.catalogue import services
from kashcraft.catalogue.models import Category, RedirectKind
from kashcraft.catalogue.queries import administration as queries
from kashcraft.catalogue.queries import find_new_slug, get_tree
from kashcraft.catalogue.rules.category_input import CategoryInput
from kashcraft.core.db import db, in_step, step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import CategoryId, new_id
from tests.factories.catalogue import make_category, make_product
from tests.factories.vouchers import make_voucher
from tests.support.races import at_once, codes

pytestmark = pytest.mark.usefixtures("database")


def stored(category_id: CategoryId) -> CategoryInput:
    return queries.get_category(category_id).data


def audited() -> list[tuple[str, str, Any, Any]]:
    """Return the entries of the audit trail: title, action, and the values before and after."""
    rows = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
    assert {row.subject for row in rows} == {"category"}
    return [(row.title, row.action, row.before, row.after) for row in rows]


def order() -> list[str]:
    return [f"{'-' * one.level}{one.name}" for one in queries.list_categories()]


def refusal(work: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as refused:
        in_step(work)
    return refused.value


def test_a_new_category_is_the_last_of_its_siblings() -> None:
    textiles = make_category("Textiles", position=4)
    make_category("Wood", position=1)
    with step():
        services.add_category(data=CategoryInput(name="Metal", description="Copper"))
        services.add_category(data=CategoryInput(name="Shawls", parent_id=textiles.id, slug="warm shawls"))

    assert order() == ["Wood", "Textiles", "-Shawls", "Metal"]
    assert [one.slug for one in get_tree().roots] == ["wood", "textiles", "metal"]
    assert audited()[1] == (
        "Shawls",
        "created",
        {},
        {
            "name": "Shawls",
            "slug": "warm-shawls",
            "parent_id": str(textiles.id),
            "description": "",
            "seo_title": "",
            "seo_description": "",
        },
    )


def test_a_change_is_audited_with_the_changed_values_alone() -> None:
    wood, shawls = make_category("Wood"), make_category("Shawls", description="Warm")
    data = replace(stored(shawls.id), slug="Fine Shawls", parent_id=wood.id, description="")
    with step():
        assert services.edit_category(category_id=shawls.id, data=data, seen=stored(shawls.id).version)

    assert find_new_slug(RedirectKind.CATEGORY, "shawls") == "fine-shawls"
    assert [child.slug for child in get_tree().roots[0].children] == ["fine-shawls"]
    assert audited() == [
        (
            "Shawls",
            "changed",
            {"slug": "shawls", "parent_id": None, "description": "Warm"},
            {"slug": "fine-shawls", "parent_id": str(wood.id), "description": ""},
        )
    ]


def test_the_same_values_again_change_nothing() -> None:
    shawls = make_category("Shawls")
    data = replace(stored(shawls.id), slug="")
    with step():
        assert not services.edit_category(category_id=shawls.id, data=data, seen=stored(shawls.id).version)

    assert audited_count() == 0


def audited_count() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) or 0


def test_an_outdated_form_is_refused() -> None:
    shawls = make_category("Shawls")
    seen = stored(shawls.id).version
    with step():
        services.update_category(category_id=shawls.id, description="Warm")
    data = replace(stored(shawls.id), name="Scarves")

    error = refusal(lambda: services.edit_category(category_id=shawls.id, data=data, seen=seen))
    assert (error.code, stored(shawls.id).name, audited_count()) == ("category_changed_since", "Shawls", 0)


def test_a_taken_address_and_a_loop_are_refused() -> None:
    outer = make_category("Outer")
    inner, seen = make_category("Inner", parent=outer), stored(outer.id).version

    for wrong, code, field in (
        ({"parent_id": inner.id}, "category_inside_itself", "parent_id"),
        ({"slug": "inner"}, "slug_taken", "slug"),
        ({"slug": "!!"}, "slug_empty", "slug"),
    ):
        data = replace(stored(outer.id), **wrong)
        error = refusal(lambda data=data: services.edit_category(category_id=outer.id, data=data, seen=seen))
        assert (error.code, error.field) == (code, field)
    assert (order(), audited_count()) == (["Outer", "-Inner"], 0)


def test_a_hidden_category_is_not_shown_and_comes_back() -> None:
    outer = make_category("Outer")
    make_category("Inner", parent=outer)
    with step():
        assert services.switch_category(category_id=outer.id, is_active=False)
    assert get_tree().roots == ()
    assert [one.is_shown for one in queries.list_categories()] == [False, False]
    with step():
        assert not services.switch_category(category_id=outer.id, is_active=False)
        assert services.switch_category(category_id=outer.id, is_active=True)

    assert [child.slug for child in get_tree().roots[0].children] == ["inner"]
    assert audited() == [
        ("Outer", "hidden", {"is_active": True}, {"is_active": False}),
        ("Outer", "shown", {"is_active": False}, {"is_active": True}),
    ]


def test_categories_change_places() -> None:
    first, second, third = (make_category(name) for name in ("A", "B", "C"))
    with step():
        assert services.shift_category(category_id=third.id, later=False)
        assert not services.shift_category(category_id=second.id, later=True)
        assert not services.shift_category(category_id=first.id, later=False)

    assert order() == ["A", "C", "B"]
    assert [one.slug for one in get_tree().roots] == ["a", "c", "b"]
    assert audited() == [("C", "reordered", {"place": 3}, {"place": 2})]


def test_only_an_empty_category_is_deleted() -> None:
    outer, used = make_category("Outer"), make_category("Used")
    inner = make_category("Inner", parent=outer)
    make_product("Bowl", categories=[outer])
    make_voucher(category_ids=(used.id,))

    full = refusal(lambda: services.delete_category(category_id=outer.id))
    assert (full.code, full.details) == ("category_not_empty", {"products": 1, "categories": 1})
    assert refusal(lambda: services.delete_category(category_id=used.id)).code == "category_in_use"
    with step():
        services.delete_category(category_id=inner.id)

    assert order() == ["Outer", "Used"]
    assert [(title, action) for title, action, _, _ in audited()] == [("Inner", "deleted")]
    with pytest.raises(NotFound), step():
        services.delete_category(category_id=CategoryId(new_id()))


def test_two_concurrent_moves_make_no_loop(app: Flask) -> None:
    one, other = make_category("One"), make_category("Other")
    data = {
        one.id: replace(stored(one.id), parent_id=other.id),
        other.id: replace(stored(other.id), parent_id=one.id),
    }
    versions = {category_id: stored(category_id).version for category_id in data}

    def move(category_id: CategoryId) -> bool:
        return in_step(
            lambda: services.edit_category(
                category_id=category_id, data=data[category_id], seen=versions[category_id]
            )
        )

    answers = at_once(app, [lambda category_id=category_id: move(category_id) for category_id in data])

    assert codes(answers) == {"ok": 1, "category_inside_itself": 1}
    roots = db.session.scalars(sa.select(Category.parent_id).where(Category.parent_id.is_(None))).all()
    assert len(roots) == 1
