"""The list of help pages, the form of one, and the drafts to start from."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kashcraft.backoffice.pages.forms import REFUSALS, PageForm, shown_page
from kashcraft.backoffice.pages.presenters import FIXED_TITLES, LIST, page_row
from kashcraft.backoffice.presenters.previews import Preview, preview_of
from kashcraft.backoffice.presenters.saved_values import list_saved_values
from kashcraft.backoffice.presenters.tables import TableRow
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.lists import answer_list, read_list
from kashcraft.backoffice.views.steps import attempt, go_with_undo, run, try_step
from kashcraft.catalogue.rules import plain_text, render_markdown
from kashcraft.content import queries
from kashcraft.content import services as content
from kashcraft.content.rules import ListedPage, PageText, StoredPage, page_path
from kashcraft.core import flash
from kashcraft.core.db import in_step
from kashcraft.core.htmx import go_to, wants_fragment
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import PageId
from kashcraft.core.settings import settings
from kashcraft.shipping.queries import list_priced_zones

flash.register(
    {
        "page_created": _l("Page created."),
        "page_saved": _l("Page saved."),
        "page_from_draft": _l("Page created from the draft. Complete what is in double square brackets."),
        "page_exists": _l("This page exists already."),
        "page_restored": _l("Page restored."),
        "page_address_taken": _l("Not restored: another page has its address now."),
    }
)


@bp.get("/pages")
@requires(Permission.MANAGE_CONTENT)
def pages() -> ResponseReturnValue:
    """List the pages in their order, and those that are missing."""
    found = queries.list_pages()
    known = {page.slug for page in found}
    missing = [(slug, title) for slug, title in FIXED_TITLES.items() if slug not in known]
    return answer_list(
        "backoffice/pages/list.html",
        read_list(LIST),
        lambda _page, _size: (found, len(found)),
        _rows,
        context=lambda: {"missing": missing},
    )


@bp.post("/pages/drafts/<any(shipping, returns, contact, about, privacy, terms):name>")
@requires(Permission.MANAGE_CONTENT)
def start_page(name: str) -> ResponseReturnValue:
    """Create one of the pages that the shop links to from its draft, and open it."""
    data = PageText(title=str(FIXED_TITLES[name]), slug=name, body=_draft(name))
    page_id, refusal = try_step(lambda: content.add_page(data=data), ("page_slug_taken",))
    if page_id is None or refusal:
        return go_to(url_for("backoffice.pages"), notice="page_exists")
    return go_to(url_for("backoffice.page", page_id=page_id), notice="page_from_draft")


@bp.get("/pages/new")
@requires(Permission.MANAGE_CONTENT)
def new_page() -> ResponseReturnValue:
    """Show the form of a new page."""
    return _page(PageForm())


@bp.post("/pages/new")
@requires(Permission.MANAGE_CONTENT)
def create_page() -> ResponseReturnValue:
    """Create a page, or show a preview of its text."""
    form = PageForm.from_request()
    if "preview" in request.form:
        return _preview_page(form)
    data = form.entered() if form.validate() else None
    if data is None or attempt(lambda: content.add_page(data=data), form, REFUSALS) is None:
        return _page(form)
    return go_to(url_for("backoffice.pages"), notice="page_created")


@bp.get("/pages/<uuid:page_id>")
@requires(Permission.MANAGE_CONTENT)
def page(page_id: PageId) -> ResponseReturnValue:
    """Show the form of a page."""
    found = queries.get_page(page_id)
    return _page(PageForm(data=shown_page(found.data)), found)


@bp.post("/pages/<uuid:page_id>")
@requires(Permission.MANAGE_CONTENT)
def edit_page(page_id: PageId) -> ResponseReturnValue:
    """Change a page, or show a preview of its text."""
    found, form = queries.get_page(page_id), PageForm.from_request()
    if "preview" in request.form:
        return _preview_page(form, found)
    if form.validate():
        data, seen = form.entered(), form.version.data or ""
        work = attempt(lambda: content.edit_page(page_id=page_id, data=data, seen=seen), form, REFUSALS)
        if work is not None:
            return go_to(url_for("backoffice.page", page_id=page_id), notice="page_saved")
    return _page(form, queries.get_page(page_id))


@bp.post("/pages/<uuid:page_id>/<any(earlier, later):direction>")
@requires(Permission.MANAGE_CONTENT)
def shift_page(page_id: PageId, direction: str) -> ResponseReturnValue:
    """Move a page one place earlier or later."""
    in_step(lambda: content.shift_page(page_id=page_id, later=direction == "later"))
    return go_to(f"{url_for('backoffice.pages')}#pages-{page_id}")


@bp.post("/pages/<uuid:page_id>/delete")
@requires(Permission.MANAGE_CONTENT)
def delete_page(page_id: PageId) -> ResponseReturnValue:
    """Delete a page; the response offers to restore it."""
    title = in_step(lambda: content.delete_page(page_id=page_id))
    undo = url_for("backoffice.restore_page", page_id=page_id)
    return go_with_undo(url_for("backoffice.pages"), _("%(page)s deleted.", page=title), undo, [])


@bp.post("/pages/<uuid:page_id>/restore")
@requires(Permission.MANAGE_CONTENT)
def restore_page(page_id: PageId) -> ResponseReturnValue:
    """Create a deleted page again, with its address and its place."""
    return run(
        lambda: content.restore_page(page_id=page_id),
        url_for("backoffice.pages"),
        done="page_restored",
        refused={"page_slug_taken": "page_address_taken"},
    )


def _rows(found: Sequence[ListedPage]) -> list[TableRow]:
    return [page_row(one, url_for("backoffice.page", page_id=one.id)) for one in found]


def _draft(slug: str) -> str:
    """Return a draft with the data of the shop; what only the owner knows is in double square brackets."""
    shop = settings()
    template = current_app.jinja_env.get_template(f"backoffice/pages/drafts/{slug}.txt")
    return template.render(
        name=shop.shop_name,
        address=shop.shop_address,
        email=shop.support_email,
        tax_id=shop.shop_tax_id,
        return_days=shop.return_days,
        zones=[listed.zone.name for listed in list_priced_zones()],
    ).strip()


def _preview(form: PageForm) -> Preview:
    html = render_markdown(form.markdown, top=2)
    return preview_of(
        html=html,
        title=form.title.data or "",
        shop=settings().shop_name,
        address=settings().base_url + page_path(form.slug.data or "…"),
        text=form.seo_description.data or plain_text(html),
    )


def _preview_page(form: PageForm, found: StoredPage | None = None) -> ResponseReturnValue:
    if wants_fragment():
        return render_template("backoffice/_preview.html", preview=_preview(form))
    return _page(form, found)


def _page(form: PageForm, found: StoredPage | None = None) -> Response:
    """Return the page of the form; where it is outdated, with what is saved now and its version."""
    saved: list[tuple[str, str]] = []
    if found is not None and form.version.data and form.version.data != found.data.version:
        values = {name: str(value) for name, value in found.data.values().items()}
        saved = list_saved_values(form._fields, values)
        form.version.data = found.data.version
    page = render_template(
        "backoffice/pages/form.html",
        form=form,
        page=found,
        saved=saved,
        preview=_preview(form),
        heading=found.data.title if found else _("New page"),
    )
    return make_response(page, 422 if form.errors else 200)
