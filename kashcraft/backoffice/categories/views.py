"""The tree of categories, and the form of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from kashcraft.backoffice.categories.forms import REFUSALS, CategoryForm, shown_category
from kashcraft.backoffice.categories.presenters import LIST, category_row, contents_text
from kashcraft.backoffice.presenters.previews import Preview, preview_of
from kashcraft.backoffice.presenters.saved_values import list_saved_values
from kashcraft.backoffice.presenters.tables import TableRow
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.lists import answer_list, read_list
from kashcraft.backoffice.views.steps import attempt, run
from kashcraft.catalogue import services as catalogue
from kashcraft.catalogue.queries import administration
from kashcraft.catalogue.rules import category_path, plain_text, render_markdown
from kashcraft.catalogue.rules.category_input import ListedCategory, StoredCategory
from kashcraft.core import flash
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError
from kashcraft.core.htmx import go_to, wants_fragment
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import CategoryId
from kashcraft.core.settings import formats, settings

flash.register(
    {
        "category_created": _l("Category created."),
        "category_saved": _l("Category saved."),
        "category_shown": _l("The category is shown."),
        "category_hidden": _l("The category is hidden, with everything inside it."),
        "category_deleted": _l("Category deleted."),
        "category_in_use": _l("Not deleted: a voucher is limited to this category."),
    }
)


@bp.get("/categories")
@requires(Permission.MANAGE_CATALOGUE)
def categories() -> ResponseReturnValue:
    """List all categories as a tree."""
    found = administration.list_categories()
    return answer_list(
        "backoffice/categories/list.html", read_list(LIST), lambda _page, _size: (found, len(found)), rows
    )


@bp.get("/categories/new")
@requires(Permission.MANAGE_CATALOGUE)
def new_category() -> ResponseReturnValue:
    """Show the form of a new category; ``?parent=`` is the category that it will be inside."""
    return _page(_form(None, data={"parent": request.args.get("parent", "")}))


@bp.post("/categories/new")
@requires(Permission.MANAGE_CATALOGUE)
def create_category() -> ResponseReturnValue:
    """Create a category, or show a preview of its texts."""
    form = _form(None, request.form)
    if "preview" in request.form:
        return _preview_page(form)
    data = form.entered() if form.validate() else None
    if data is None or attempt(lambda: catalogue.add_category(data=data), form, REFUSALS) is None:
        return _page(form)
    return go_to(url_for("backoffice.categories"), notice="category_created")


@bp.get("/categories/<uuid:category_id>")
@requires(Permission.MANAGE_CATALOGUE)
def category(category_id: CategoryId) -> ResponseReturnValue:
    """Show the form of a category."""
    found = administration.get_category(category_id)
    return _page(_form(found, data=shown_category(found.data)), found)


@bp.post("/categories/<uuid:category_id>")
@requires(Permission.MANAGE_CATALOGUE)
def edit_category(category_id: CategoryId) -> ResponseReturnValue:
    """Change a category, or show a preview of its texts."""
    found = administration.get_category(category_id)
    form = _form(found, request.form)
    if "preview" in request.form:
        return _preview_page(form, found)
    if form.validate():
        data, seen = form.entered(), form.version.data or ""
        work = attempt(
            lambda: catalogue.edit_category(category_id=category_id, data=data, seen=seen), form, REFUSALS
        )
        if work is not None:
            return go_to(url_for("backoffice.categories"), notice="category_saved")
    return _page(form, administration.get_category(category_id))


@bp.post("/categories/<uuid:category_id>/<any(show, hide):state>")
@requires(Permission.MANAGE_CATALOGUE)
def switch_category(category_id: CategoryId, state: str) -> ResponseReturnValue:
    """Show a category to visitors, or hide it with everything inside it."""
    return run(
        lambda: catalogue.switch_category(category_id=category_id, is_active=state == "show"),
        url_for("backoffice.category", category_id=category_id),
        done="category_shown" if state == "show" else "category_hidden",
    )


@bp.post("/categories/<uuid:category_id>/<any(earlier, later):direction>")
@requires(Permission.MANAGE_CATALOGUE)
def shift_category(category_id: CategoryId, direction: str) -> ResponseReturnValue:
    """Move a category one place earlier or later among its siblings."""
    in_step(lambda: catalogue.shift_category(category_id=category_id, later=direction == "later"))
    return go_to(f"{url_for('backoffice.categories')}#categories-{category_id}")


@bp.post("/categories/<uuid:category_id>/delete")
@requires(Permission.MANAGE_CATALOGUE)
def delete_category(category_id: CategoryId) -> ResponseReturnValue:
    """Delete an empty category; another one stays, and the notice says what is in it."""
    try:
        return run(
            lambda: catalogue.delete_category(category_id=category_id),
            url_for("backoffice.categories"),
            done="category_deleted",
            refused={"category_in_use": "category_in_use"},
        )
    except DomainError as refusal:
        if refusal.code != "category_not_empty":
            raise
        here = url_for("backoffice.category", category_id=category_id)
        return go_to(here, said=contents_text(**refusal.details))


def rows(found: Sequence[ListedCategory]) -> list[TableRow]:
    """Return categories as rows of their list."""
    return [
        category_row(
            one,
            formats(),
            url=lambda it: url_for("backoffice.category", category_id=it.id),
            address=category_path(one.slug),
        )
        for one in found
    ]


def _form(
    found: StoredCategory | None,
    sent: MultiDict[str, str] | None = None,
    data: Mapping[str, object] | None = None,
) -> CategoryForm:
    choices = administration.list_category_choices(without=found.id if found else None)
    return CategoryForm(sent, data=data, categories=choices)


def _preview(form: CategoryForm) -> Preview:
    html = render_markdown((form.description.data or "").strip(), top=2)
    return preview_of(
        html=html,
        title=form.seo_title.data or form.name.data or "",
        shop=settings().shop_name,
        address=settings().base_url + category_path(form.slug.data or "…"),
        text=form.seo_description.data or plain_text(html),
    )


def _preview_page(form: CategoryForm, found: StoredCategory | None = None) -> ResponseReturnValue:
    if wants_fragment():
        return render_template("backoffice/_preview.html", preview=_preview(form))
    return _page(form, found)


def _page(form: CategoryForm, found: StoredCategory | None = None) -> Response:
    """Return the page of the form; where it is outdated, with what is saved now and its version."""
    saved: list[tuple[str, str]] = []
    if found is not None and form.version.data:
        stored = found.data
        if form.version.data != stored.version:
            values = {name: str(value or "") for name, value in stored.values().items()}
            parent = {"parent": form.places.get(str(stored.parent_id or ""), "")}
            saved = list_saved_values(form._fields, values | parent)
            form.version.data = stored.version
    page = render_template(
        "backoffice/categories/form.html",
        form=form,
        category=found,
        saved=saved,
        preview=_preview(form),
        heading=found.data.name if found else _("New category"),
    )
    return make_response(page, 422 if form.errors else 200)
