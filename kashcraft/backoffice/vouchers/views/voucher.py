"""One voucher: its terms, results, uses and history, its switch, and codes in bulk."""

from __future__ import annotations

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.accounts import queries as accounts
from kashcraft.backoffice.presenters.history import HistoryRow
from kashcraft.backoffice.presenters.tables import Table
from kashcraft.backoffice.rules import Permission, may
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.lists import save_as
from kashcraft.backoffice.views.steps import attempt, run
from kashcraft.backoffice.vouchers.forms import REFUSALS, CodesForm
from kashcraft.backoffice.vouchers.presenters.listing import STATES
from kashcraft.backoffice.vouchers.presenters.voucher import (
    CHANGES,
    CODE_HEADINGS,
    ListedUse,
    change_texts,
    uses_table,
)
from kashcraft.catalogue import queries as catalogue
from kashcraft.core import clock, flash, spreadsheets
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import VoucherId, new_token
from kashcraft.core.money import Money
from kashcraft.core.pagination import ListPage, page_number
from kashcraft.core.settings import formats, settings
from kashcraft.orders import queries as orders
from kashcraft.vouchers import presenters, queries, rules, services
from kashcraft.vouchers.models import UsageStatus
from kashcraft.vouchers.rules import DiscountType

USES_SIZE = 30
flash.register(
    {
        "voucher_on": _l("The voucher is switched on."),
        "voucher_off": _l("The voucher is switched off. Orders that were placed with it keep their price."),
        "codes_created": _l("Codes created."),
    }
)


@bp.get("/vouchers/<uuid:voucher_id>")
@requires(Permission.VIEW_VOUCHERS)
def voucher(voucher_id: VoucherId) -> ResponseReturnValue:
    """Show the terms of a voucher, its results, its uses and its history."""
    return _page(voucher_id, CodesForm(data={"key": new_token()}))


@bp.post("/vouchers/<uuid:voucher_id>/<any(on, off):state>")
@requires(Permission.MANAGE_VOUCHERS)
def switch_voucher(voucher_id: VoucherId, state: str) -> ResponseReturnValue:
    """Switch a voucher on or off, with its copies where the form says so."""
    actor_id, with_copies = current_user.id, "with_copies" in request.form
    return run(
        lambda: services.switch(
            voucher_id=voucher_id, is_active=state == "on", actor_id=actor_id, with_copies=with_copies
        ),
        url_for("backoffice.voucher", voucher_id=voucher_id),
        done=f"voucher_{state}",
    )


@bp.post("/vouchers/<uuid:voucher_id>/codes")
@requires(Permission.MANAGE_VOUCHERS)
def make_codes(voucher_id: VoucherId) -> ResponseReturnValue:
    """Create codes with the terms of a voucher, once for one form."""
    form, actor_id = CodesForm.from_request(), current_user.id
    if not form.validate():
        return _page(voucher_id, form)
    key, count, uses = f"codes:{form.key.data}", form.count.data or 0, form.max_usages.data or 0
    created = attempt(
        lambda: services.issue_codes(
            voucher_id=voucher_id, key=key, count=count, max_usages=uses, created_by=actor_id
        ),
        form,
        REFUSALS,
    )
    if created is None:
        return _page(voucher_id, form)
    return go_to(url_for("backoffice.voucher_codes", voucher_id=voucher_id), notice="codes_created")


@bp.get("/vouchers/<uuid:voucher_id>/codes")
@requires(Permission.MANAGE_VOUCHERS)
def voucher_codes(voucher_id: VoucherId) -> ResponseReturnValue:
    """List the codes that were created in bulk from a voucher, to copy."""
    found, copies = queries.get_voucher(voucher_id), queries.list_copies(voucher_id)
    return render_template("backoffice/vouchers/codes.html", voucher=found, copies=copies)


@bp.get("/vouchers/<uuid:voucher_id>/codes.csv")
@requires(Permission.MANAGE_VOUCHERS)
def download_codes(voucher_id: VoucherId) -> ResponseReturnValue:
    """Return the codes that were created in bulk from a voucher as a CSV file."""
    found = queries.get_voucher(voucher_id)
    until = found.expires_at.astimezone(settings().zone).isoformat(timespec="minutes")
    rows = [
        (copy.code, copy.uses, copy.max_usages, _("on") if copy.is_active else _("off"), found.name, until)
        for copy in queries.list_copies(voucher_id)
    ]
    text = spreadsheets.to_csv([str(heading) for heading in CODE_HEADINGS], rows)
    return save_as(text, f"codes-{found.code.lower()}.csv")


def _page(voucher_id: VoucherId, codes: CodesForm) -> ResponseReturnValue:
    found, currency = queries.get_voucher(voucher_id), settings().shop_currency
    copies, results = queries.count_copies(voucher_id), queries.get_statistics(voucher_id)
    categories = dict(catalogue.list_category_labels())
    uses, page = _uses(voucher_id, has_copies=copies > 0)
    context = {
        "voucher": found,
        "state": STATES[rules.state_of(found, clock.now())],
        "summary": presenters.summary(found, currency, formats()),
        "results": results,
        "discounts": Money(results.discounts, currency),
        "revenue": Money(results.revenue, currency),
        "uses": uses,
        "page": page,
        "history": _history(
            voucher_id,
            is_percentage=found.discount_type is DiscountType.PERCENTAGE,
            currency=found.currency or currency,
        ),
        "categories": [categories[one] for one in found.applicable_categories],
        "products": catalogue.list_product_names(found.excluded_products),
        "pattern": queries.find_pattern(voucher_id),
        "copies": copies,
        "codes": codes,
    }
    html = render_template("backoffice/vouchers/voucher.html", **context)
    return make_response(html, 422 if codes.errors else 200)


def _uses(voucher_id: VoucherId, *, has_copies: bool) -> tuple[Table, ListPage[queries.VoucherUse]]:
    """Return the requested page of uses as a table, and its place among the pages."""
    number = page_number(request.args.get("page"))
    uses, total = queries.list_uses(voucher_id, page=number, size=USES_SIZE)
    contacts = orders.list_contacts(use.order_id for use in uses)
    has_people = may(current_user.roles, Permission.VIEW_ORDERS)
    listed = [_listed_use(use, contacts[use.order_id], has_people=has_people) for use in uses]
    here = "backoffice.voucher"
    page = ListPage(uses, number, USES_SIZE, total, lambda to: url_for(here, voucher_id=voucher_id, page=to))
    return uses_table(listed, formats(), has_copies=has_copies, has_people=has_people), page


def _listed_use(use: queries.VoucherUse, contact: tuple[str, str], *, has_people: bool) -> ListedUse:
    number, email = contact
    currency = settings().shop_currency
    return ListedUse(
        order_id=use.order_id,
        number=number,
        url=url_for("backoffice.order", order_id=use.order_id) if has_people else "",
        email=email if has_people else "",
        code=use.code,
        at=use.applied_at,
        discount=Money(use.discount, currency),
        total=Money(use.final_total, currency),
        is_released=use.status is UsageStatus.RELEASED,
    )


def _history(voucher_id: VoucherId, *, is_percentage: bool, currency: str) -> list[HistoryRow]:
    changes = queries.list_changes(voucher_id)
    people, rows = accounts.list_names(change.actor_id for change in changes), []
    for change in changes:
        texts = change_texts(
            change.data.get("fields", {}),
            [change.data[name] for name in ("count", "copies") if name in change.data],
            is_percentage=is_percentage,
            currency=currency,
            formats=formats(),
        )
        text = "; ".join([*texts, people.get(change.actor_id, _("The shop"))])
        rows.append(HistoryRow(title=str(CHANGES[change.kind]), text=text, at=change.created_at))
    return rows
