"""The menus of the shop, and the form of a link."""

from __future__ import annotations

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kashcraft.backoffice.navigation.forms import REFUSALS, LinkForm, shown_link
from kashcraft.backoffice.navigation.presenters import (
    MENUS,
    ShownMenu,
    column_choices,
    default_menu,
    link_name,
    own_menu,
)
from kashcraft.backoffice.presenters.saved_values import list_saved_values
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.steps import attempt, run
from kashcraft.catalogue.queries import get_tree
from kashcraft.content import queries
from kashcraft.content import services as content
from kashcraft.content.presenters import Links, default_links
from kashcraft.content.rules import Menu, StoredLink, list_links, resolve_links
from kashcraft.core import flash
from kashcraft.core.db import in_step
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import MenuItemId
from kashcraft.core.settings import settings

flash.register(
    {
        "menu_customized": _l("The menu has links of its own now. It no longer follows new categories."),
        "menu_reset": _l("The menu shows the default again."),
        "link_created": _l("Link added."),
        "link_saved": _l("Link saved."),
        "link_deleted": _l("Link deleted."),
        "link_column_in_use": _l("Not deleted: the column has links. Delete or move them first."),
        "link_last": _l("Not deleted: it is the last link. Use the default menu instead."),
    }
)


@bp.get("/navigation")
@requires(Permission.MANAGE_CONTENT)
def navigation() -> ResponseReturnValue:
    """Show the menus with their links."""
    return render_template("backoffice/navigation/list.html", menus=[_shown(menu) for menu in MENUS])


@bp.post("/navigation/<any(header, more, footer):menu>/customize")
@requires(Permission.MANAGE_CONTENT)
def customize_menu(menu: str) -> ResponseReturnValue:
    """Give a menu links of its own, which are those of the default at first."""
    chosen = Menu(menu)
    links = _defaults(chosen)
    return run(
        lambda: content.customize_menu(menu=chosen, links=links), _menu_url(chosen), done="menu_customized"
    )


@bp.post("/navigation/<any(header, more, footer):menu>/reset")
@requires(Permission.MANAGE_CONTENT)
def reset_menu(menu: str) -> ResponseReturnValue:
    """Delete the links of a menu, which shows the default again."""
    return run(lambda: content.reset_menu(menu=Menu(menu)), _menu_url(Menu(menu)), done="menu_reset")


@bp.get("/navigation/<any(header, more, footer):menu>/new")
@requires(Permission.MANAGE_CONTENT)
def new_link(menu: str) -> ResponseReturnValue:
    """Show the form of a new link."""
    return _page(_form(Menu(menu), is_sent=False))


@bp.post("/navigation/<any(header, more, footer):menu>/new")
@requires(Permission.MANAGE_CONTENT)
def create_link(menu: str) -> ResponseReturnValue:
    """Add a link to a menu, which gets the links of its default first where it has none."""
    chosen = Menu(menu)
    form, links = _form(chosen), _defaults(chosen)
    if form.validate():
        data = form.entered()
        work = attempt(lambda: content.add_link(menu=chosen, data=data, instead_of=links), form, REFUSALS)
        if work is not None:
            return go_to(_menu_url(chosen), notice="link_created")
    return _page(form)


@bp.get("/navigation/links/<uuid:item_id>")
@requires(Permission.MANAGE_CONTENT)
def link(item_id: MenuItemId) -> ResponseReturnValue:
    """Show the form of a link."""
    found = queries.get_link(item_id)
    return _page(_form(found.menu, found, is_sent=False), found)


@bp.post("/navigation/links/<uuid:item_id>")
@requires(Permission.MANAGE_CONTENT)
def edit_link(item_id: MenuItemId) -> ResponseReturnValue:
    """Change a link."""
    found = queries.get_link(item_id)
    form = _form(found.menu, found)
    if form.validate():
        data, seen = form.entered(), form.version.data or ""
        work = attempt(lambda: content.edit_link(item_id=item_id, data=data, seen=seen), form, REFUSALS)
        if work is not None:
            return go_to(_menu_url(found.menu), notice="link_saved")
    return _page(form, queries.get_link(item_id))


@bp.post("/navigation/links/<uuid:item_id>/<any(earlier, later):direction>")
@requires(Permission.MANAGE_CONTENT)
def shift_link(item_id: MenuItemId, direction: str) -> ResponseReturnValue:
    """Move a link one place earlier or later."""
    menu = queries.get_link(item_id).menu
    in_step(lambda: content.shift_link(item_id=item_id, later=direction == "later"))
    return go_to(_menu_url(menu))


@bp.post("/navigation/links/<uuid:item_id>/delete")
@requires(Permission.MANAGE_CONTENT)
def delete_link(item_id: MenuItemId) -> ResponseReturnValue:
    """Delete a link; a column with links stays."""
    return run(
        lambda: content.delete_link(item_id=item_id),
        _menu_url(queries.get_link(item_id).menu),
        done="link_deleted",
        refused={code: code for code in ("link_column_in_use", "link_last")},
    )


def _shown(menu: Menu) -> ShownMenu:
    rows, places = queries.list_menu_rows(menu), queries.get_site_content().places
    if not rows:
        return default_menu(menu, resolve_links(_defaults(menu), places))
    return own_menu(
        menu, list_links(rows, places), lambda one: url_for("backoffice.link", item_id=one.row.id)
    )


def _defaults(menu: Menu) -> Links:
    pages = queries.get_site_content().page_ids
    return default_links(menu, categories=get_tree().roots, pages=pages, shop=settings().shop_name)


def _menu_url(menu: Menu) -> str:
    return f"{url_for('backoffice.navigation')}#{menu.value}"


def _form(menu: Menu, found: StoredLink | None = None, *, is_sent: bool = True) -> LinkForm:
    return LinkForm(
        request.form if is_sent else None,
        menu=menu,
        places=queries.get_site_content().places,
        columns=column_choices(queries.list_menu_rows(menu)),
        data=shown_link(found.data) if found and not is_sent else None,
    )


def _page(form: LinkForm, found: StoredLink | None = None) -> Response:
    """Return the page of the form; where it is outdated, with what is saved now and its version."""
    saved: list[tuple[str, str]] = []
    if found is not None and form.version.data and form.version.data != found.data.version:
        now = shown_link(found.data)
        names = ("label", "kind", "category", "page", "path", "address", "parent")
        saved = list_saved_values(form._fields, {name: str(now.get(name, "")) for name in names})
        form.version.data = found.data.version
    page = render_template(
        "backoffice/navigation/form.html",
        form=form,
        found=found,
        menu=form.menu,
        saved=saved,
        heading=link_name(found.data.label) if found else _("New link"),
    )
    return make_response(page, 422 if form.errors else 200)
