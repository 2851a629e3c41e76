"""The list of vouchers, switching several on or off, and the results of campaigns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.backoffice.presenters.tables import (
    BulkAction,
    ListFilter,
    ListRequest,
    TableRow,
    plain_table,
    state_counts,
)
from kashcraft.backoffice.rules import Permission, may
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.lists import answer_list, back_to, read_list, selected_ids
from kashcraft.backoffice.views.steps import go_with_undo
from kashcraft.backoffice.vouchers.presenters.listing import (
    CAMPAIGN_COLUMNS,
    LIST,
    SWITCHED,
    CampaignResults,
    ListedVoucher,
    campaign_row,
    voucher_row,
)
from kashcraft.core import clock, flash
from kashcraft.core.db import in_step
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import VoucherId
from kashcraft.core.money import Money
from kashcraft.core.settings import formats, settings
from kashcraft.vouchers import presenters, queries, rules, services
from kashcraft.vouchers.models import Voucher
from kashcraft.vouchers.rules import VoucherState

flash.register({"vouchers_unchanged": _l("The selected vouchers already had this status.")})


@bp.get("/vouchers")
@requires(Permission.VIEW_VOUCHERS)
def vouchers() -> ResponseReturnValue:
    """List vouchers by state and campaign, searched and sorted; the newest come first."""
    names = [(name, name) for name in queries.list_campaign_names()]
    campaigns = ListFilter(name="campaign", label=_l("Campaign"), choices=(("", _l("All")), *names))
    asked = read_list(LIST, filters=[campaigns] if names else [])
    return answer_list(
        "backoffice/vouchers/list.html", asked, _search(asked), rows, counts=_counts, bulk=_bulk(asked)
    )


@bp.post("/vouchers/selected/<any(on, off):state>")
@requires(Permission.MANAGE_VOUCHERS)
def switch_vouchers(state: str) -> ResponseReturnValue:
    """Switch the selected vouchers on or off; the response offers to undo it."""
    ids, actor_id = [VoucherId(one) for one in selected_ids()], current_user.id
    page = back_to("backoffice.vouchers")
    switched = in_step(
        lambda: services.switch_several(voucher_ids=ids, is_active=state == "on", actor_id=actor_id)
    )
    if not switched:
        return go_to(page, notice="vouchers_unchanged" if ids else "nothing_selected")
    text = SWITCHED[state].filled(vouchers=_named(list(switched.values())))
    undo = url_for("backoffice.switch_vouchers", state="off" if state == "on" else "on")
    return go_with_undo(page, text, undo, [("back", page), *(("ids", str(one)) for one in switched)])


@bp.get("/vouchers/campaigns")
@requires(Permission.VIEW_VOUCHERS)
def campaigns() -> ResponseReturnValue:
    """Show the results of the vouchers of each campaign."""
    currency = settings().shop_currency
    results = [
        CampaignResults(
            name=one.name,
            url=url_for("backoffice.vouchers", campaign=one.name),
            vouchers=one.vouchers,
            uses=one.statistics.uses,
            discounts=Money(one.statistics.discounts, currency),
            revenue=Money(one.statistics.revenue, currency),
        )
        for one in queries.list_campaigns()
    ]
    rows = [campaign_row(one, formats()) for one in results]
    table = plain_table(_l("Campaigns"), CAMPAIGN_COLUMNS, rows)
    return render_template("backoffice/vouchers/campaigns.html", campaigns=table)


def _named(codes: Sequence[str]) -> str:
    """Return up to three codes, else the number of vouchers."""
    if len(codes) > 3:
        return _("%(num)s vouchers", num=formats().number(len(codes)))
    return formats().several(codes)


def _search(asked: ListRequest) -> Callable[[int, int], tuple[Sequence[Voucher], int]]:
    state = VoucherState(asked.tab) if asked.tab != "all" else None
    return lambda page, size: queries.list_vouchers(
        page=page,
        size=size,
        moment=clock.now(),
        text=asked.find,
        campaign=asked.filters.get("campaign") or None,
        state=state,
        sort=asked.sort,
    )


def rows(found: Sequence[Voucher]) -> list[TableRow]:
    """Return vouchers as rows of their list. One statement, for their results."""
    results = queries.list_statistics([one.id for one in found])
    return [
        voucher_row(
            _listed(one, results.get(one.id, queries.VoucherStatistics())),
            formats(),
            url=url_for("backoffice.voucher", voucher_id=one.id),
        )
        for one in found
    ]


def _listed(voucher: Voucher, results: queries.VoucherStatistics) -> ListedVoucher:
    """Return a voucher with its results; a limit is left out where copies add to the uses."""
    currency = settings().shop_currency
    return ListedVoucher(
        id=voucher.id,
        code=voucher.code,
        name=voucher.name,
        discount=presenters.benefit(voucher, currency, formats()),
        is_automatic=not voucher.requires_code,
        campaign=voucher.campaign or "",
        starts=voucher.start_date,
        ends=voucher.expires_at,
        uses=results.uses,
        limit=voucher.max_usages if results.uses == voucher.current_usages else None,
        discounts=Money(results.discounts, currency),
        state=rules.state_of(voucher, clock.now()),
    )


def _counts() -> dict[str, int]:
    return state_counts(queries.count_by_state(clock.now()))


def _bulk(asked: ListRequest) -> list[BulkAction]:
    """Return the actions for selected vouchers: not on where all are on, not off where all are off."""
    if not may(current_user.roles, Permission.MANAGE_VOUCHERS):
        return []
    labels = {"on": _("Switch on"), "off": _("Switch off")}
    if asked.tab == VoucherState.OFF:
        del labels["off"]
    elif asked.tab != "all":
        del labels["on"]
    return [
        BulkAction(label=label, url=url_for("backoffice.switch_vouchers", state=state))
        for state, label in labels.items()
    ]
