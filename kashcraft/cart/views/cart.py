"""The cart's page and drawer. A change answers with the part that htmx shows, or with a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, request, url_for

from kashcraft.cart import presenters, queries, services
from kashcraft.cart.forms import AddForm, QuantityForm, RestoreForm
from kashcraft.cart.rules import MEMBER, Contents, Gift, Owner
from kashcraft.cart.services import LineChange
from kashcraft.cart.views.blueprint import bp, current_owner
from kashcraft.cart.views.code_box import FormOutcome
from kashcraft.cart.views.cookie import set_cart_cookie
from kashcraft.cart.views.pending_order import ask, is_confirmed
from kashcraft.core import clock, flash
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError
from kashcraft.core.formats import minutes_left
from kashcraft.core.forms import note_refusal
from kashcraft.core.htmx import fragment, go_to, page_or_fragment, trigger, wants_fragment
from kashcraft.core.i18n import LazyText, ngettext
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import CartLineId, ProductId
from kashcraft.core.security import local_path
from kashcraft.core.settings import formats
from kashcraft.core.signing import read_signed
from kashcraft.shipping.views import visitor_country

DRAWER = "cart-drawer-body"
UNPROCESSABLE = 422
PAGE_PART = "cart/_cart.html"
REFUSALS = {
    "no_longer_made": _l("%(name)s is no longer made."),
    "sold_out": _l("%(name)s is sold out."),
}
ADDED = _l("%(name)s: added to your bag.")
SAVED = _l("%(name)s: saved for later.")
BACK = _l("%(name)s: back in your bag.")
AT_MOST = _l("%(name)s: at most %(count)s per order, all of them are in your bag.")
ONLY_LEFT = _l("%(name)s: only %(count)s left, all of them are in your bag.")
flash.register(
    {
        "bag_added": _l("Added to your bag."),
        "bag_capped": _l("Fewer are left than you asked for. Your bag now holds all of them."),
        "bag_limited": _l("One order can hold fewer of it than you asked for. Your bag holds the most."),
        "bag_changed": _l("Your bag is up to date."),
        "bag_saved": _l("Saved for later, below your bag."),
        "bag_moved": _l("Back in your bag."),
        "bag_merged": _l("You had items in your bag from an earlier visit. They are all in one bag now."),
        "bag_prices": _l("You are up to date with today's prices."),
        "bag_ended_order": _l(
            "Your order that waited for its payment is cancelled, because your bag has changed. Nothing was "
            "charged, and its items are in your bag."
        ),
        "bag_dropped": _l("Your promo code does not apply to what is left in your bag, so it was removed."),
    }
)


@bp.get("")
def show() -> Response:
    """Show the cart; after a removal without JavaScript also the line that was taken out, and after an order
    was put back what of it cannot be had.
    """
    left_out = read_signed("left_out", request.args.get("left_out", "")) or ""
    return shown(current_owner(), removed=_removed_from_query(), dropped=left_out)


@bp.post("/lines")
def add_line() -> Response:
    """Put a piece into the cart."""
    form = AddForm.from_request()
    if not form.validate():
        return _refused(form.problem)
    owner, piece, quantity = current_owner(), form.product_id.data, form.quantity.data or 1
    return answer_line_change(
        lambda: services.add_line(
            owner=owner, product_id=piece, quantity=quantity, ends_order=is_confirmed()
        ),
        "bag_added",
        ADDED,
        shows="added",
    )


@bp.post("/lines/<uuid:line_id>")
def change_line(line_id: CartLineId) -> Response:
    """Set how many of a line; 0 takes it out."""
    form = QuantityForm.from_request()
    if not form.validate() or form.quantity.data is None:
        return _refused(_("Please enter a number from 0 to 999. Nothing in your bag was changed."))
    owner, quantity = current_owner(), form.quantity.data
    return answer_line_change(
        lambda: services.change_quantity(owner=owner, line_id=line_id, quantity=quantity),
        "bag_changed",
        _l("%(name)s: %(count)s in your bag."),
    )


@bp.post("/lines/<uuid:line_id>/remove")
def remove_line(line_id: CartLineId) -> Response:
    """Take a line out, and offer it back in its place."""
    owner = current_owner()
    changed = in_step(lambda: services.remove_line(owner=owner, line_id=line_id))
    if wants_fragment():
        return _answer(
            owner,
            changed,
            _("%(name)s removed.", name=changed.name),
            shows="removed",
        )
    # A person's name and address have no place in an address bar, so such a line is not offered back.
    back = url_for("cart.show", **({} if changed.gift else _removal(changed)))
    notice = "bag_dropped" if changed.dropped else "bag_ended_order" if changed.cancelled_order else None
    return _with_count(go_to(_next() or back, notice=notice), owner, changed)


@bp.post("/lines/restore")
def restore_line() -> Response:
    """Put a line back that was just taken out."""
    form = RestoreForm.from_request()
    if not form.validate():
        return _refused(_("This item cannot be put back."))
    kept = read_signed("gift", request.form.get("gift", ""))
    line = {"product_id": form.product_id.data, "quantity": form.quantity.data or 1}
    place = {"line_id": form.line_id.data, "was_saved": form.was_saved.data}
    gift, owner = Gift.from_dict(kept) if kept else None, current_owner()
    said = SAVED if form.was_saved.data else BACK
    return answer_line_change(
        lambda: services.restore_line(owner=owner, gift=gift, **line, **place),
        "bag_moved",
        said,
        shows="came",
    )


@bp.post("/lines/<uuid:line_id>/save")
def save_line(line_id: CartLineId) -> Response:
    """Set a line aside for later."""
    owner = current_owner()
    return answer_line_change(
        lambda: services.save_for_later(owner=owner, line_id=line_id),
        "bag_saved",
        SAVED,
        shows="set_aside",
    )


@bp.post("/lines/<uuid:line_id>/unsave")
def unsave_line(line_id: CartLineId) -> Response:
    """Take a line that was set aside back into the bag."""
    owner = current_owner()
    return answer_line_change(
        lambda: services.move_to_cart(owner=owner, line_id=line_id),
        "bag_moved",
        BACK,
        shows="came" if "undo" in request.form else "moved",
    )


@bp.post("/prices")
def acknowledge_prices() -> Response:
    """Note that the changed prices have been seen."""
    owner = current_owner()
    in_step(lambda: services.acknowledge_prices(owner=owner))
    if wants_fragment():
        return shown(owner)
    return go_to(url_for("cart.show"), notice="bag_prices")


def answer_line_change(
    work: Callable[[], LineChange], notice: str, said: LazyText, shows: str = ""
) -> Response:
    """Run a change as a step and answer it: with the parts that changed, with a page, or with the refusal.

    ``said`` is spoken of the line, with its ``name`` and ``count``; ``shows`` is what the line is in the
    parts: added, removed, set_aside, moved or came (back).
    """
    owner = current_owner()
    try:
        changed = in_step(work)
    except DomainError as error:
        if error.code == "order_waits":
            return ask(error)
        if error.code not in (*REFUSALS, "choose_an_option", "held"):
            raise
        return _refused(_why_not(error))
    if changed.dropped:
        notice = "bag_dropped"
    elif changed.cancelled_order:
        notice = "bag_ended_order"
    if changed.at_limit:
        notice, said = "bag_limited", AT_MOST
    elif changed.capped:
        notice, said = "bag_capped", ONLY_LEFT
    if wants_fragment():
        spoken = said.filled(name=changed.name, count=changed.quantity)
        return _answer(owner, changed, spoken, shows)
    return _with_count(go_to(_next() or url_for("cart.show"), notice=notice), owner, changed)


def _answer(owner: Owner, changed: LineChange, said: str, shows: str = "") -> Response:
    """Return the drawer or the page's part as they are now, with the badge, to htmx.

    What happened is seen in the part, so it is only spoken: ``said``, and what has ended with it.
    """
    ended = _told(changed)
    owner = Owner(token=changed.token) if changed.token else owner
    cart = queries.get_contents(owner)
    part = _part()
    happened: dict[str, Any] = {shows: changed} if shows else {}
    response = fragment(
        part,
        "cart/_badge.html",
        **happened,
        capped=changed.product_id if changed.capped and not changed.at_limit else None,
        dropped=" ".join(ended),
        **_context(owner, cart, part),
    )
    trigger(response, "announce", message=" ".join([said, *ended]), quiet=True)
    return set_cart_cookie(response, owner.token or MEMBER, cart.count)


def _with_count(response: Response, owner: Owner, changed: LineChange) -> Response:
    """Keep the number of pieces in the browser, for the badge."""
    return set_cart_cookie(response, changed.token or owner.token or MEMBER, queries.count(changed.cart_id))


def shown(owner: Owner, *, status: int = 200, **more: Any) -> Response:
    """Return the bag as a page, or the part of it that htmx swaps: that of the page, or the drawer's."""
    if status == UNPROCESSABLE:
        note_refusal()
    part = _part() if wants_fragment() else PAGE_PART
    context = _context(owner, queries.get_contents(owner), part)
    return page_or_fragment("cart/page.html", part, status=status, **context | more)


def _part() -> str:
    return "cart/_drawer.html" if request.headers.get("HX-Target") == DRAWER else PAGE_PART


def _context(owner: Owner, cart: Contents, part: str) -> dict[str, Any]:
    """Return what the parts show; the drawer does without codes, and of totals it has the delivery alone."""
    context: dict[str, Any] = {
        "cart": cart,
        "words": presenters,
        "cart_count": cart.count,
        "box": FormOutcome(),
    }
    if not cart.items:
        return context
    if part != PAGE_PART:
        context["delivery"] = queries.get_delivery_estimate(owner, cart, country=visitor_country())
    else:
        result = queries.get_estimate(owner, cart, country=visitor_country())
        context |= {"totals": result.totals, "savings": result.savings, "delivery": result.delivery}
        context["waits"] = queries.find_pending_order(cart.pending_order_id)
    return context


def _refused(message: str) -> Response:
    """Answer a change that is not possible: beside the form that asked for it, or above the cart."""
    if not wants_fragment():
        if target := _next():
            return go_to(target)
        return shown(current_owner(), status=422, problem=message)
    response = fragment("cart/_problem.html", status=422, announce=message, problem=message)
    response.headers["HX-Retarget"] = "this"
    response.headers["HX-Reswap"] = "afterbegin"
    return response


def _why_not(error: DomainError) -> str:
    """Return in words why pieces cannot be put into the bag."""
    if error.code == "choose_an_option":
        return _which_option(error.details["options"])
    if error.code != "held":
        return REFUSALS[error.code].filled(**error.details)
    return ngettext(
        "Somebody is paying for %(name)s now. Look again in a minute.",
        "Somebody is paying for %(name)s now. Look again in %(num)s minutes.",
        max(1, minutes_left(error.details["until"], clock.now())),
        name=error.details["name"],
    )


def _which_option(names: list[str]) -> str:
    """Return what has to be chosen first, by the names that the shop gives its options."""
    if not names:
        return _("Please choose an option first.")
    return _("Please choose the %(options)s first.", options=formats().several(names).lower())


def _told(changed: LineChange) -> list[str]:
    """Return what has ended with a change, in sentences: an order that waited for its payment, a voucher."""
    ended = _(
        "Your order %(number)s was waiting for its payment. It is cancelled, because your bag has changed; "
        "nothing was charged, and its items are in your bag.",
        number=changed.cancelled_order,
    )
    return [sentence for sentence in (ended if changed.cancelled_order else "", changed.dropped) if sentence]


def _next() -> str | None:
    return local_path(request.form.get("next"))


def _removal(line: LineChange) -> dict[str, Any]:
    """Return what the redirect after a removal carries in the address."""
    saved = 1 if line.was_saved else None
    return {"removed": line.product_id, "quantity": line.quantity, "line": line.line_id, "saved": saved}


def _removed_from_query() -> dict[str, Any] | None:
    """Return what the redirect after a removal says was taken out, as it can be put back."""
    piece, quantity = request.args.get("removed", type=UUID), request.args.get("quantity", 1, type=int)
    name = queries.find_product_name(ProductId(piece)) if piece else None
    if name is None:
        return None
    place = {"line_id": request.args.get("line", type=UUID), "was_saved": "saved" in request.args}
    return {"product_id": piece, "quantity": max(1, quantity), "name": name, **place}
