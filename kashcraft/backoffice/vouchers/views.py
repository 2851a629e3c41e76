"""Vouchers: which there are, their terms, switching them, and codes in bulk."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.accounts import queries as accounts
from kashcraft.backoffice.presenters.history import HistoryRow
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.vouchers.forms import REFUSALS, CodesForm, Shown, VoucherForm, usual_terms
from kashcraft.catalogue import queries as catalogue
from kashcraft.core import clock, flash, spreadsheets
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.i18n import ngettext
from kashcraft.core.ids import VoucherId, new_token
from kashcraft.core.money import Money
from kashcraft.core.pagination import ListPage, page_number
from kashcraft.core.settings import formats, settings, shop_time
from kashcraft.orders import queries as orders
from kashcraft.vouchers import presenters, rules, services
from kashcraft.vouchers import queries as stored
from kashcraft.vouchers.models import DiscountType, Voucher, VoucherChange
from kashcraft.vouchers.rules import VoucherInput, VoucherState

LIST_SIZE = 30
flash.register(
    {
        "voucher_written": _l("The voucher is written."),
        "voucher_changed": _l("The voucher is changed. Orders that wait for their money keep their price."),
        "voucher_on": _l("The voucher is switched on."),
        "voucher_off": _l("The voucher is switched off. Orders that were placed with it keep their price."),
        "codes_made": _l("The codes are made."),
    }
)
NO_CODES = _l("A voucher that applies by itself needs no codes.")
# Of the table of codes that are made in bulk.
HEADINGS = (_l("Code"), _l("Uses"), _l("Times at most"), _l("State"), _l("Voucher"), _l("Until"))
STANDINGS = {
    VoucherState.RUNNING: (_l("Running"), "good"),
    VoucherState.SCHEDULED: (_l("Scheduled"), "info"),
    VoucherState.USED_UP: (_l("Used up"), "warn"),
    VoucherState.ENDED: (_l("Ended"), "muted"),
    VoucherState.OFF: (_l("Switched off"), "bad"),
}
ACTS = {
    "created": _l("Written"),
    "changed": _l("Changed"),
    "switched_on": _l("Switched on"),
    "switched_off": _l("Switched off"),
    "codes_issued": _l("Codes made"),
}
FIELDS = {
    "name": _l("Name"),
    "code": _l("Code"),
    "discount_type": _l("Takes off"),
    "discount_value": _l("How much"),
    "currency": _l("Currency"),
    "max_discount": _l("At most"),
    "min_discount": _l("At least worth"),
    "min_order_value": _l("Orders from"),
    "max_order_value": _l("Orders up to"),
    "category_ids": _l("Categories"),
    "excluded_product_ids": _l("Excluded pieces"),
    "start_date": _l("Begins"),
    "expires_at": _l("Ends"),
    "max_usages": _l("Times in all"),
    "max_usage_per_user": _l("Times per customer"),
    "requires_code": _l("Needs its code"),
    "campaign": _l("Campaign"),
    "description": _l("Description"),
    "notes": _l("Notes"),
}


@bp.get("/vouchers")
@requires(Permission.VIEW_VOUCHERS)
def vouchers() -> ResponseReturnValue:
    """List vouchers, those of a state or those that somebody looks for."""
    asked = {name: request.args.get(name, "").strip()[:120] for name in ("find", "state", "campaign")}
    page = _listed(asked, page_number(request.args.get("page")))
    did = stored.list_statistics([row.id for row in page.items])
    nothing, now = stored.VoucherStatistics(), clock.now()
    shown = [(row, *STANDINGS[rules.state_of(row, now)], did.get(row.id, nothing)) for row in page.items]
    return render_template("backoffice/vouchers/list.html", page=page, shown=shown, asked=asked, **_words())


@bp.get("/vouchers/campaigns")
@requires(Permission.VIEW_VOUCHERS)
def campaigns() -> ResponseReturnValue:
    """Show what the vouchers of each campaign did."""
    return render_template(
        "backoffice/vouchers/campaigns.html", campaigns=stored.list_campaigns(), **_words()
    )


@bp.get("/vouchers/new")
@requires(Permission.MANAGE_VOUCHERS)
def new_voucher() -> ResponseReturnValue:
    """Show the form of a new voucher."""
    return _form_page(_form(data={**usual_terms(settings().zone, clock.now()), **_fresh()}))


@bp.post("/vouchers/new")
@requires(Permission.MANAGE_VOUCHERS)
def create_voucher() -> ResponseReturnValue:
    """Write a voucher, once however often the form is sent."""
    form, actor_id = _form(request.form), current_user.id
    facts = _facts(form)
    if facts is None:
        return _form_page(form, status=422)
    try:
        created = in_step(
            lambda: services.create_voucher(data=facts, created_by=actor_id, key=f"new:{form.key.data}")
        )
    except DomainError as refusal:
        if refusal.code == "voucher_done_before":
            return go_to(url_for("backoffice.vouchers"), notice="voucher_written")
        form.refuse(refusal, REFUSALS)
        return _form_page(form, status=422)
    return go_to(url_for("backoffice.voucher", voucher_id=created.id), notice="voucher_written")


@bp.get("/vouchers/<uuid:voucher_id>")
@requires(Permission.VIEW_VOUCHERS)
def voucher(voucher_id: VoucherId) -> ResponseReturnValue:
    """Show the terms of a voucher, what it did, who used it and who changed it."""
    return _page(voucher_id, CodesForm(data=_fresh()))


@bp.get("/vouchers/<uuid:voucher_id>/edit")
@requires(Permission.MANAGE_VOUCHERS)
def edit_voucher(voucher_id: VoucherId) -> ResponseReturnValue:
    """Show the form of a voucher, filled with its terms."""
    kept = stored.get_voucher(voucher_id)
    excluded = [called for called, _name in catalogue.list_product_names(kept.excluded_products)]
    filled = Shown(kept, settings().zone, kept.currency or settings().shop_currency)
    return _form_page(
        _form(kept=kept, data={**filled.values(excluded=excluded), **_fresh(), "seen": _last(voucher_id)}),
        kept,
    )


@bp.post("/vouchers/<uuid:voucher_id>/edit")
@requires(Permission.MANAGE_VOUCHERS)
def change_voucher(voucher_id: VoucherId) -> ResponseReturnValue:
    """Change the terms of a voucher."""
    kept, actor_id = stored.get_voucher(voucher_id), current_user.id
    form = _form(request.form, kept=kept)
    facts = _facts(form, kept)
    if facts is None:
        return _form_page(form, kept, status=422)
    try:
        in_step(
            lambda: services.update_voucher(
                voucher_id=voucher_id, data=facts, actor_id=actor_id, seen=form.last_seen
            )
        )
    except DomainError as refusal:
        form.refuse(refusal, REFUSALS)
        return _form_page(form, kept, status=422)
    return go_to(url_for("backoffice.voucher", voucher_id=voucher_id), notice="voucher_changed")


@bp.post("/vouchers/<uuid:voucher_id>/<any(on, off):state>")
@requires(Permission.MANAGE_VOUCHERS)
def switch_voucher(voucher_id: VoucherId, state: str) -> ResponseReturnValue:
    """Switch a voucher on or off, with the codes made after it where that is wanted."""
    actor_id, copies = current_user.id, "with_copies" in request.form
    in_step(
        lambda: services.switch(
            voucher_id=voucher_id, is_active=state == "on", actor_id=actor_id, with_copies=copies
        )
    )
    return go_to(url_for("backoffice.voucher", voucher_id=voucher_id), notice=f"voucher_{state}")


@bp.post("/vouchers/<uuid:voucher_id>/codes")
@requires(Permission.MANAGE_VOUCHERS)
def make_codes(voucher_id: VoucherId) -> ResponseReturnValue:
    """Make codes with the terms of a voucher, once however often the form is sent."""
    form, actor_id = CodesForm.from_request(), current_user.id
    if not form.validate():
        return _page(voucher_id, form, status=422)
    wanted = {"count": form.count.data, "max_usages": form.max_usages.data, "created_by": actor_id}
    try:
        in_step(lambda: services.issue_codes(voucher_id=voucher_id, key=f"codes:{form.key.data}", **wanted))
    except DomainError as refusal:
        form.refuse(refusal, {"voucher_automatic": NO_CODES})
        return _page(voucher_id, form, status=422)
    return go_to(url_for("backoffice.voucher_codes", voucher_id=voucher_id), notice="codes_made")


@bp.get("/vouchers/<uuid:voucher_id>/codes")
@requires(Permission.MANAGE_VOUCHERS)
def voucher_codes(voucher_id: VoucherId) -> ResponseReturnValue:
    """List the codes that were made after a voucher, to copy."""
    kept = stored.get_voucher(voucher_id)
    copies = stored.list_copies(voucher_id)
    return render_template("backoffice/vouchers/codes.html", voucher=kept, copies=copies)


@bp.get("/vouchers/<uuid:voucher_id>/codes.csv")
@requires(Permission.MANAGE_VOUCHERS)
def download_codes(voucher_id: VoucherId) -> ResponseReturnValue:
    """Give the codes that were made after a voucher as a table."""
    kept = stored.get_voucher(voucher_id)
    until = kept.expires_at.astimezone(settings().zone).isoformat(timespec="minutes")
    rows = [
        (copy.code, copy.uses, copy.max_usages, _("on") if copy.is_active else _("off"), kept.name, until)
        for copy in stored.list_copies(voucher_id)
    ]
    text = spreadsheets.to_csv([str(heading) for heading in HEADINGS], rows)
    return as_file(text, f"codes-{kept.code.lower()}.csv")


def as_file(text: str, name: str) -> Response:
    """Return a table as a file to keep."""
    response = make_response(text)
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _fresh() -> dict[str, str]:
    return {"key": new_token()}


def _words() -> dict[str, object]:
    """Return how pages write amounts, benefits and moments."""
    currency = settings().shop_currency
    return {
        "money": lambda minor: Money(minor, currency),
        "benefit": lambda one: presenters.benefit(one, currency, formats()),
        "condition": lambda one: presenters.condition(one, currency, formats()),
        "standings": STANDINGS,
    }


def _listed(asked: dict[str, str], number: int) -> ListPage[Voucher]:
    standing = VoucherState(asked["state"]) if asked["state"] in set(VoucherState) else None
    rows, total = stored.list_vouchers(
        page=number,
        size=LIST_SIZE,
        moment=clock.now(),
        text=asked["find"],
        state=standing,
        campaign=asked["campaign"] or None,
    )
    here: dict[str, Any] = {name: value for name, value in asked.items() if value}
    return ListPage(
        rows, number, LIST_SIZE, total, lambda to: url_for("backoffice.vouchers", **here, page=to)
    )


def _form(*sent: Any, kept: Voucher | None = None, **options: Any) -> VoucherForm:
    currency = kept.currency if kept and kept.currency else settings().shop_currency
    shelves = [(str(one), way) for one, way in catalogue.list_category_labels()]
    return VoucherForm(*sent, currency=currency, shelves=shelves, **options)


def _facts(form: VoucherForm, kept: Voucher | None = None) -> VoucherInput | None:
    """Return the terms that the form holds, or None where something is wrong, said beside its field."""
    found, unknown = catalogue.list_products_by_reference(form.names)
    valid = form.validate()
    if unknown:
        form.excluded.errors = [_("No piece is called %(names)s.", names=", ".join(unknown[:10]))]
    if kept is None:
        valid = form.refuse_an_end_before(shop_time()) and valid
    return form.facts(zone=settings().zone, excluded=found, kept=kept) if valid and not unknown else None


def _form_page(form: VoucherForm, kept: Voucher | None = None, status: int = 200) -> ResponseReturnValue:
    used = kept is not None and stored.was_used(kept.id)
    page = render_template(
        "backoffice/vouchers/form.html",
        form=form,
        voucher=kept,
        used=used,
        currency=form.currency,
        **_words(),
    )
    return make_response(page, status)


def _last(voucher_id: VoucherId) -> str:
    acts = stored.list_changes(voucher_id, limit=1)
    return str(acts[0].id) if acts else ""


def _page(voucher_id: VoucherId, codes: CodesForm, status: int = 200) -> ResponseReturnValue:
    kept, number = stored.get_voucher(voucher_id), page_number(request.args.get("page"))
    uses, total = stored.list_uses(voucher_id, page=number, size=LIST_SIZE)
    shelves = dict(catalogue.list_category_labels())
    here = "backoffice.voucher"
    context = {
        "voucher": kept,
        "standing": STANDINGS[rules.state_of(kept, clock.now())],
        "statistics": stored.get_statistics(voucher_id),
        "page": ListPage(
            uses, number, LIST_SIZE, total, lambda to: url_for(here, voucher_id=voucher_id, page=to)
        ),
        "orders": orders.list_contacts(use.order_id for use in uses),
        "history": _history(kept),
        "shelves": [shelves[one] for one in kept.applicable_categories],
        "pieces": catalogue.list_product_names(kept.excluded_products),
        "pattern": stored.find_pattern(voucher_id),
        "copies": stored.count_copies(voucher_id),
        "codes": codes,
    }
    return make_response(render_template("backoffice/vouchers/voucher.html", **context, **_words()), status)


def _history(kept: Voucher) -> list[HistoryRow]:
    acts = stored.list_changes(kept.id)
    people = accounts.list_names(act.actor_id for act in acts)
    return [
        HistoryRow(
            title=str(ACTS[act.kind]),
            text="; ".join([*_differences(act, kept), people.get(act.actor_id, _("The shop"))]),
            at=act.created_at,
        )
        for act in acts
    ]


def _differences(act: VoucherChange, kept: Voucher) -> list[str]:
    """Return what an act changed, field by field, in words."""
    made = [act.data[name] for name in ("count", "copies") if name in act.data]
    counts = [ngettext("%(num)s code", "%(num)s codes", one, num=formats().number(one)) for one in made]
    known: dict[str, Any] = {
        "is_share": kept.discount_type is DiscountType.PERCENTAGE,
        "currency": kept.currency or settings().shop_currency,
        "formats": formats(),
    }
    return counts + [
        _(
            "%(field)s: %(before)s → %(after)s",
            field=FIELDS.get(name, name),
            before=presenters.history_text(name, before, **known),
            after=presenters.history_text(name, after, **known),
        )
        for name, (before, after) in act.data.get("fields", {}).items()
    ]
