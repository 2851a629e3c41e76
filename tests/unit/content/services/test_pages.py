"""Help pages are stored as Markdown and HTML, and each change of staff is in the audit trail."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from kashcraft.audit.models import AuditEntry
from kashcraft.content import services
from kashcraft.content.queries import (
    find_help_page,
    find_new_page_slug,
    get_page,
    get_site_content,
    list_incomplete_pages,
    list_old_slugs,
    list_pages,
)
from kashcraft.content.rules import PageText
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import PageId, new_id
from tests.factories.pages import write_page

pytestmark = pytest.mark.usefixtures("database")
CARE = PageText(title="Care", slug="care", body="Gently.")


def add(data: PageText = CARE) -> PageId:
    with step():
        return services.add_page(data=data)


def edit(page_id: PageId, seen: str = "", **values: str) -> bool:
    stored = get_page(page_id).data
    with step():
        return services.edit_page(
            page_id=page_id, data=PageText(**{**stored.values(), **values}), seen=seen or stored.version
        )


def audited() -> list[tuple[str, str, Any, Any]]:
    rows = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id))
    return [(row.action, row.title, dict(row.before), dict(row.after)) for row in rows]


def test_a_page_replaces_the_old_one() -> None:
    for body in ("## Old", "## Costs\n\nNothing."):
        write_page("shipping", "Shipping", body, 1)
    write_page("about", "About", "Us")
    page = find_help_page("shipping")
    assert page is not None
    assert page.html == "<h2>Costs</h2>\n<p>Nothing.</p>"
    assert get_site_content().pages == (("about", "About"), ("shipping", "Shipping"))
    assert find_help_page("missing") is None


def test_a_new_page_is_the_last_one() -> None:
    write_page("terms", "Terms", "Text.", 5)
    page_id = add(PageText(title="Looking after it", body="[[How?]]"))

    assert [(one.slug, one.gaps, one.is_first, one.is_last) for one in list_pages()] == [
        ("terms", 0, True, False),
        ("looking-after-it", 1, False, True),
    ]
    assert [one.id for one in list_incomplete_pages()] == [page_id]
    after = {"title": "Looking after it", "slug": "looking-after-it", "body": "[[How?]]"}
    assert audited() == [("created", "Looking after it", {}, after | {"seo_description": ""})]


@pytest.mark.parametrize(
    ("data", "code"),
    [(PageText(title="x", slug="terms"), "page_slug_taken"), (PageText(title="--"), "slug_empty")],
)
def test_an_address_is_refused(data: PageText, code: str) -> None:
    write_page("terms", "Terms", "Text.")
    with pytest.raises(DomainError) as refusal:
        add(data)
    assert (refusal.value.code, refusal.value.field) == (code, "slug")


def test_an_old_address_redirects_until_it_is_used_again() -> None:
    page_id = add()
    assert edit(page_id, slug="Washing it", body="**Warm.**")
    assert (find_new_page_slug("care"), list_old_slugs(page_id)) == ("washing-it", ["care"])
    assert audited()[-1] == (
        "changed",
        "Care",
        {"slug": "care", "body": "Gently."},
        {"slug": "washing-it", "body": "**Warm.**"},
    )
    assert edit(page_id, slug="care")
    assert (find_new_page_slug("washing-it"), find_new_page_slug("care")) == ("care", None)
    assert not edit(page_id, slug="")


def test_an_outdated_form_and_a_fixed_address_are_refused() -> None:
    page_id, terms = add(), write_page("terms", "Terms", "Text.")
    for name, seen, code in ((page_id, "older", "page_changed_since"), (terms, "", "page_slug_fixed")):
        with pytest.raises(DomainError) as refusal:
            edit(name, seen, slug="other")
        assert refusal.value.code == code
    assert [one.slug for one in list_pages()] == ["care", "terms"]


def test_pages_change_places() -> None:
    first, second = (add(PageText(title=title)) for title in ("One", "Two"))
    with step():
        assert services.shift_page(page_id=first, later=True)
        assert not services.shift_page(page_id=first, later=True)
        assert not services.shift_page(page_id=second, later=False)
    assert [one.id for one in list_pages()] == [second, first]
    assert audited()[-1] == ("reordered", "One", {"place": 1}, {"place": 2})
    with step(), pytest.raises(NotFound):
        services.shift_page(page_id=PageId(new_id()), later=True)


def test_a_deleted_page_is_restored_with_its_place_and_redirects() -> None:
    page_id = add()
    add(PageText(title="Last"))
    edit(page_id, slug="washing", seo_description="Wash it.")
    stored = get_page(page_id)
    with step():
        assert services.delete_page(page_id=page_id) == "Care"
    assert (find_help_page("washing"), find_new_page_slug("care")) == (None, None)
    with step():
        assert services.restore_page(page_id=page_id)
        assert not services.restore_page(page_id=page_id)

    assert get_page(page_id) == stored
    assert [one.slug for one in list_pages()] == ["washing", "last"]
    assert find_new_page_slug("care") == "washing"
    assert [action for action, *_rest in audited()[-2:]] == ["deleted", "restored"]


def test_a_page_is_not_restored_over_another_one() -> None:
    page_id = add()
    with step():
        services.delete_page(page_id=page_id)
    add()
    with step(), pytest.raises(DomainError) as refusal:
        services.restore_page(page_id=page_id)
    assert refusal.value.code == "page_slug_taken"
    with step(), pytest.raises(NotFound):
        services.delete_page(page_id=page_id)
