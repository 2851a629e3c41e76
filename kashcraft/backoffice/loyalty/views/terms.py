"""The tiers with their requirements and benefits, and the rewards that members redeem points for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from flask import make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.backoffice.loyalty.forms import REFUSALS, OfferForm, TierForm, shown_offer, shown_tier
from kashcraft.backoffice.loyalty.views.pages import checked_product, words
from kashcraft.backoffice.presenters.history import HistoryRow
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.steps import attempt, run
from kashcraft.core import flash
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import new_id
from kashcraft.core.settings import formats, settings
from kashcraft.loyalty import queries, services
from kashcraft.loyalty.models import LoyaltyTier, ProgrammeChangeKind, RewardOffer, RewardType
from kashcraft.loyalty.presenters import changed_words
from kashcraft.loyalty.rules import TierTerms, first_misplaced_tier

DAYS_TO_USE = 90
flash.register(
    {
        "tier_changed": _l("Tier saved. It applies to all members."),
        "offer_written": _l("Reward created."),
        "offer_changed": _l("Reward saved. Rewards that members already have do not change."),
        "offer_on": _l("Reward activated."),
        "offer_off": _l("Reward deactivated. Rewards that members already have do not change."),
    }
)
ACTIONS = {
    ProgrammeChangeKind.CREATED: _l("Created"),
    ProgrammeChangeKind.CHANGED: _l("Changed"),
    ProgrammeChangeKind.SWITCHED_ON: _l("Activated"),
    ProgrammeChangeKind.SWITCHED_OFF: _l("Deactivated"),
}


@bp.get("/loyalty/tiers")
@requires(Permission.VIEW_LOYALTY)
def tiers() -> ResponseReturnValue:
    """Show the requirements and benefits of each tier."""
    return render_template("backoffice/loyalty/tiers.html", tiers=queries.list_tiers(), **words())


@bp.get("/loyalty/tiers/<level>")
@requires(Permission.MANAGE_TIERS)
def tier(level: str) -> ResponseReturnValue:
    """Show the form of a tier and its history."""
    row, currency = _tier(level, queries.list_tiers()), settings().shop_currency
    return _tier_page(row, TierForm(data=shown_tier(row, currency), currency=currency))


@bp.post("/loyalty/tiers/<level>")
@requires(Permission.MANAGE_TIERS)
def edit_tier(level: str) -> ResponseReturnValue:
    """Change a tier; if members move up or down, only after their number was shown."""
    ladder, form = queries.list_tiers(), TierForm.from_request(currency=settings().shop_currency)
    row, actor_id = _tier(level, ladder), current_user.id
    if not form.validate() or not _is_in_order(ladder, row, form):
        return _tier_page(row, form, status=422)
    moves = queries.get_tier_moves([_terms(item) for item in ladder], _then(ladder, row, form))
    if (moves.rise or moves.fall) and form.agreed.data != _agreed(moves):
        return _tier_page(row, form, moves=moves)
    return run(
        lambda: services.edit_tier(tier=row.tier, numbers=form.numbers, actor_id=actor_id),
        url_for("backoffice.tiers"),
        done="tier_changed",
    )


@bp.get("/loyalty/offers")
@requires(Permission.VIEW_LOYALTY)
def offers() -> ResponseReturnValue:
    """List the rewards, active ones first."""
    return render_template("backoffice/loyalty/offers.html", offers=queries.list_all_offers(), **words())


@bp.get("/loyalty/offers/new")
@requires(Permission.MANAGE_OFFERS)
def new_offer() -> ResponseReturnValue:
    """Show the form of a new offer."""
    fresh = {"key": str(new_id()), "valid_days": DAYS_TO_USE}
    return _offer_page(None, OfferForm(data=fresh, currency=settings().shop_currency))


@bp.post("/loyalty/offers/new")
@requires(Permission.MANAGE_OFFERS)
def create_offer() -> ResponseReturnValue:
    """Create a reward, once however often the form is sent."""
    form, actor_id = OfferForm.from_request(currency=settings().shop_currency), current_user.id
    product_id = checked_product(form)
    if form.errors:
        return _offer_page(None, form, status=422)
    terms, key = form.terms(product_id, settings().zone), form.reward_id
    return _save_offer(
        lambda: services.create_offer(terms=terms, key=key, actor_id=actor_id), None, form, "offer_written"
    )


@bp.get("/loyalty/offers/<uuid:offer_id>")
@requires(Permission.MANAGE_OFFERS)
def offer(offer_id: UUID) -> ResponseReturnValue:
    """Show the form of a reward and its history."""
    found, shop = _offer(offer_id), settings()
    sku = queries.get_sku(found.product_id)
    shown = shown_offer(found, sku, shop.shop_currency, shop.zone)
    return _offer_page(found, OfferForm(data=shown, currency=shop.shop_currency))


@bp.post("/loyalty/offers/<uuid:offer_id>")
@requires(Permission.MANAGE_OFFERS)
def edit_offer(offer_id: UUID) -> ResponseReturnValue:
    """Change a reward."""
    found, form = _offer(offer_id), OfferForm.from_request(currency=settings().shop_currency)
    product_id, actor_id = checked_product(form), current_user.id
    if form.errors:
        return _offer_page(found, form, status=422)
    terms = form.terms(product_id, settings().zone)
    return _save_offer(
        lambda: services.edit_offer(offer_id=offer_id, terms=terms, actor_id=actor_id),
        found,
        form,
        "offer_changed",
    )


@bp.post("/loyalty/offers/<uuid:offer_id>/<any(on, off):state>")
@requires(Permission.MANAGE_OFFERS)
def switch_offer(offer_id: UUID, state: str) -> ResponseReturnValue:
    """Activate or deactivate a reward."""
    actor_id, on = current_user.id, state == "on"
    return run(
        lambda: services.switch_offer(offer_id=offer_id, is_active=on, actor_id=actor_id),
        url_for("backoffice.offers"),
        done=f"offer_{state}",
    )


def _save_offer(
    work: Callable[[], RewardOffer], found: RewardOffer | None, form: OfferForm, notice: str
) -> ResponseReturnValue:
    """Save an offer and go to the list, or show why it was refused."""
    if attempt(work, form, REFUSALS) is None:
        return _offer_page(found, form, status=422)
    return go_to(url_for("backoffice.offers"), notice=notice)


def _offer(offer_id: UUID) -> RewardOffer:
    found = queries.find_offer(offer_id)
    if found is None:
        raise NotFound("no_offer", offer_id=str(offer_id))
    return found


def _offer_page(found: RewardOffer | None, form: OfferForm, *, status: int = 200) -> ResponseReturnValue:
    is_money = found is not None and found.reward_type is RewardType.DISCOUNT
    history = _history(queries.list_changes(offer_id=found.id), is_money=is_money) if found else []
    context = {"offer": found, "form": form, "history": history, **words()}
    return make_response(render_template("backoffice/loyalty/offer.html", **context), status)


def _tier(level: str, ladder: Sequence[LoyaltyTier]) -> LoyaltyTier:
    row = next((item for item in ladder if item.tier.value == level), None)
    if row is None:
        raise NotFound("no_tier", tier=level)
    return row


def _tier_page(
    row: LoyaltyTier, form: TierForm, *, moves: queries.TierMoves | None = None, status: int = 200
) -> ResponseReturnValue:
    context = {
        "tier": row,
        "form": form,
        "moves": moves,
        "agreed": _agreed(moves) if moves else "",
        "history": _history(queries.list_changes(tier_id=row.id)),
        **words(),
    }
    return make_response(render_template("backoffice/loyalty/tier.html", **context), status)


def _terms(row: LoyaltyTier) -> TierTerms:
    return TierTerms(tier=row.tier, qualifying_points=row.qualifying_points, net_spend=row.net_spend)


def _then(ladder: Sequence[LoyaltyTier], row: LoyaltyTier, form: TierForm) -> list[TierTerms]:
    """Return what the tiers ask for once the form is shop."""
    asked = form.numbers
    new = replace(_terms(row), qualifying_points=asked.qualifying_points, net_spend=asked.net_spend)
    return [new if item is row else _terms(item) for item in ladder]


def _is_in_order(ladder: Sequence[LoyaltyTier], row: LoyaltyTier, form: TierForm) -> bool:
    """Return whether each tier still needs more than the one below it; if not, the form has the error."""
    if first_misplaced_tier(_then(ladder, row, form)) is None:
        return True
    form.refuse(DomainError("tier_order", field="qualifying_points"), REFUSALS)
    return False


def _agreed(moves: queries.TierMoves) -> str:
    return f"{moves.rise}-{moves.fall}"


def _history(changes: Sequence[queries.ProgrammeChange], *, is_money: bool = False) -> list[HistoryRow]:
    currency = settings().shop_currency

    def text(change: queries.ProgrammeChange) -> str:
        fields = changed_words(change.data, currency, formats(), worth_is_money=is_money)
        return "; ".join([*fields, change.who or _("The shop")])

    return [
        HistoryRow(
            title=str(ACTIONS[change.kind]),
            text=text(change),
            at=change.created_at,
        )
        for change in changes
    ]
