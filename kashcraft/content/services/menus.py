"""Menus of the shop: their links, each change with an entry of the audit trail."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from kashcraft.catalogue.models import ChangeScope
from kashcraft.catalogue.services import touch
from kashcraft.content.models import MenuItem
from kashcraft.content.queries import get_link_input
from kashcraft.content.rules import LinkInput, LinkKind, Menu, check_link
from kashcraft.core import audit_trail
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import MenuItemId, new_id

SUBJECT = "menu link"
# Links, each with those below it.
Links = Sequence[tuple[LinkInput, Sequence[LinkInput]]]


def customize_menu(*, menu: Menu, links: Links) -> bool:
    """Fill a menu without stored links with ``links``, each with those below it; return whether it had none.

    It then no longer follows the default: new categories and pages have to be added.
    """
    if _lock_menu(menu) or not links:
        return False
    for place, (link, below) in enumerate(links):
        item = _add(menu, link, None, place)
        db.session.flush()  # the links below refer to it
        for number, child in enumerate(below):
            _add(menu, child, item.id, number)
    touch(scope=ChangeScope.PAGES)
    audit_trail.record("menu", action="customized", title=menu.value, after={"links": len(links)})
    return True


def reset_menu(*, menu: Menu) -> int:
    """Delete the stored links of a menu, so that it shows the default again; return how many there were."""
    found = _lock_menu(menu)
    if found:
        before = {"links": [get_link_input(item).values() for item in found]}
        db.session.execute(sa.delete(MenuItem).where(MenuItem.menu == menu))
        touch(scope=ChangeScope.PAGES)
        audit_trail.record("menu", action="reset", title=menu.value, before=before)
    return len(found)


def add_link(*, menu: Menu, data: LinkInput, instead_of: Links = ()) -> MenuItemId:
    """Add a link to a menu, as the last one of its place, and return its id.

    A menu without stored links gets those of ``instead_of``, its default, first.

    Raises DomainError: link_label, link_target, link_path, link_address, link_column, link_parent.
    """
    customize_menu(menu=menu, links=instead_of)
    items = _lock_menu(menu)
    _check(menu, data, items)
    item = _add(menu, data, data.parent_id, _after_last(items, data.parent_id))
    touch(scope=ChangeScope.PAGES)
    audit_trail.record(SUBJECT, action="created", subject_id=item.id, title=data.label, after=data.values())
    return item.id


def edit_link(*, item_id: MenuItemId, data: LinkInput, seen: str) -> bool:
    """Give a link the values of ``data`` and return whether any differed.

    ``seen`` is the version of the values that the form was opened with. Raises NotFound, and DomainError:
    link_changed_since, link_column (a column with links stays one), and those of ``add_link``.
    """
    item = _load(item_id)
    items = _lock_menu(item.menu)
    stored = get_link_input(item)
    if stored.version != seen:
        raise DomainError("link_changed_since")
    _check(item.menu, data, items)
    if LinkKind.COLUMN in (data.kind, stored.kind) and data.kind != stored.kind:
        raise DomainError("link_column", field="kind")
    if data == stored:
        return False
    if data.parent_id != item.parent_id:
        item.position = _after_last(items, data.parent_id)
    item.kind, item.label, item.target, item.parent_id = data.kind, data.label, data.target, data.parent_id
    touch(scope=ChangeScope.PAGES)
    before, after = audit_trail.differences(stored.values(), data.values())
    audit_trail.record(
        SUBJECT, action="changed", subject_id=item_id, title=stored.label, before=before, after=after
    )
    return True


def shift_link(*, item_id: MenuItemId, later: bool) -> bool:
    """Let a link change places with the one before or after it; return whether there is one.

    Raises NotFound.
    """
    item = _load(item_id)
    siblings = [one for one in _lock_menu(item.menu) if one.parent_id == item.parent_id]
    place = siblings.index(item)
    target = place + 1 if later else place - 1
    if not 0 <= target < len(siblings):
        return False
    siblings[place], siblings[target] = siblings[target], siblings[place]
    for position, one in enumerate(siblings):
        one.position = position
    touch(scope=ChangeScope.PAGES)
    audit_trail.record(
        SUBJECT,
        action="reordered",
        subject_id=item_id,
        title=item.label,
        before={"place": place + 1},
        after={"place": target + 1},
    )
    return True


def delete_link(*, item_id: MenuItemId) -> None:
    """Delete a link, or a column without links.

    Raises NotFound, and DomainError: link_column_in_use (it has links), link_last (the last one of a menu is
    not deleted, because the menu would show the default again).
    """
    item = _load(item_id)
    items = _lock_menu(item.menu)
    if any(one.parent_id == item_id for one in items):
        raise DomainError("link_column_in_use")
    if len(items) == 1:
        raise DomainError("link_last")
    before, label = get_link_input(item).values(), item.label
    db.session.execute(sa.delete(MenuItem).where(MenuItem.id == item_id))
    touch(scope=ChangeScope.PAGES)
    audit_trail.record(SUBJECT, action="deleted", subject_id=item_id, title=label, before=before)


def _add(menu: Menu, data: LinkInput, parent_id: MenuItemId | None, position: int) -> MenuItem:
    item = MenuItem(
        id=new_id(),
        menu=menu,
        parent_id=parent_id,
        position=position,
        kind=data.kind,
        label=data.label,
        target=data.target,
    )
    db.session.add(item)
    return item


def _check(menu: Menu, data: LinkInput, items: Sequence[MenuItem]) -> None:
    check_link(menu, data)
    columns = {item.id for item in items if item.kind is LinkKind.COLUMN}
    if data.parent_id is not None and data.parent_id not in columns:
        raise DomainError("link_parent", field="parent")


def _after_last(items: Sequence[MenuItem], parent_id: MenuItemId | None) -> int:
    return max((one.position for one in items if one.parent_id == parent_id), default=-1) + 1


def _load(item_id: MenuItemId) -> MenuItem:
    item = db.session.scalar(sa.select(MenuItem).where(MenuItem.id == item_id))
    if item is None:
        raise NotFound("not_found", item_id=str(item_id))
    return item


def _lock_menu(menu: Menu) -> list[MenuItem]:
    """Return the items of a menu in their order; concurrent changes of it wait until the step has ended."""
    mine = sa.select(MenuItem).where(MenuItem.menu == menu)
    db.session.execute(mine.with_only_columns(MenuItem.id).order_by(MenuItem.id).with_for_update())
    return list(db.session.scalars(mine.order_by(MenuItem.position, MenuItem.id)))
