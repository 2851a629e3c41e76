"""The page and drawer of the cart. Changes answer with the part for htmx, or with a redirect to a page."""

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
from kashcraft.cart.views.pending_order import ask_to_cancel_order, is_confirmed
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
    """Show the cart, after a redirect with the line that was removed or the result of a reorder."""
    left_out = read_signed("left_out", request.args.get("left_out", "")) or ""
    return show_cart(current_owner(), removed=_removed_from_query(), change_note=left_out)


@bp.post("/lines")
def add_line() -> Response:
    """Add a product to the cart."""
    form = AddForm.from_request()
    if not form.validate():
        return _refused(form.problem)
    owner, product_id, quantity = current_owner(), form.product_id.data, form.quantity.data or 1
    return answer_line_change(
        lambda: services.add_line(
            owner=owner, product_id=product_id, quantity=quantity, ends_order=is_confirmed()
        ),
        "bag_added",
        ADDED,
        shows="added",
    )


@bp.post("/lines/<uuid:line_id>")
def change_line(line_id: CartLineId) -> Response:
    """Change the quantity of a line; 0 removes it."""
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
    """Remove a line and offer to restore it."""
    owner = current_owner()
    changed = in_step(lambda: services.remove_line(owner=owner, line_id=line_id))
    if wants_fragment():
        return _answer(
            owner,
            changed,
            _("%(name)s removed.", name=changed.name),
            shows="removed",
        )
    # The name and address of a recipient must not appear in the address, so such a line has no undo link.
    back = url_for("cart.show", **({} if changed.gift else _removal(changed)))
    notice = "bag_dropped" if changed.voucher_note else "bag_ended_order" if changed.cancelled_order else None
    return _with_count(go_to(_next() or back, notice=notice), owner, changed)


@bp.post("/lines/restore")
def restore_line() -> Response:
    """Restore a line that was just removed."""
    form = RestoreForm.from_request()
    if not form.validate():
        return _refused(_("This item cannot be put back."))
    gift_data = read_signed("gift", request.form.get("gift", ""))
    line = {"product_id": form.product_id.data, "quantity": form.quantity.data or 1}
    place = {"line_id": form.line_id.data, "was_saved": form.was_saved.data}
    gift, owner = Gift.from_dict(gift_data) if gift_data else None, current_owner()
    said = SAVED if form.was_saved.data else BACK
    return answer_line_change(
        lambda: services.restore_line(owner=owner, gift=gift, **line, **place),
        "bag_moved",
        said,
        shows="came",
    )


@bp.post("/lines/<uuid:line_id>/save")
def save_line(line_id: CartLineId) -> Response:
    """Save a line for later."""
    owner = current_owner()
    return answer_line_change(
        lambda: services.save_for_later(owner=owner, line_id=line_id),
        "bag_saved",
        SAVED,
        shows="set_aside",
    )


@bp.post("/lines/<uuid:line_id>/unsave")
def unsave_line(line_id: CartLineId) -> Response:
    """Move a saved line back to the lines to buy."""
    owner = current_owner()
    return answer_line_change(
        lambda: services.move_to_cart(owner=owner, line_id=line_id),
        "bag_moved",
        BACK,
        shows="came" if "undo" in request.form else "moved",
    )


@bp.post("/prices")
def acknowledge_prices() -> Response:
    """Store that the owner has seen the changed prices."""
    owner = current_owner()
    in_step(lambda: services.acknowledge_prices(owner=owner))
    if wants_fragment():
        return show_cart(owner)
    return go_to(url_for("cart.show"), notice="bag_prices")


def answer_line_change(
    work: Callable[[], LineChange], notice: str, said: LazyText, shows: str = ""
) -> Response:
    """Change a line in a step and return the response: the changed parts, a redirect, or the refusal.

    ``said`` is announced with the ``name`` and ``count`` of the line. ``shows`` is the name of the line in
    the templates: added, removed, set_aside, moved or came (restored).
    """
    owner = current_owner()
    try:
        changed = in_step(work)
    except DomainError as error:
        if error.code == "order_waits":
            return ask_to_cancel_order(error)
        if error.code not in (*REFUSALS, "choose_an_option", "held"):
            raise
        return _refused(_refusal_text(error))
    if changed.voucher_note:
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
    """Return the changed part and the badge to htmx, and announce ``said`` with the notes of the change."""
    notes = _change_notes(changed)
    owner = Owner(token=changed.token) if changed.token else owner
    cart = queries.get_contents(owner)
    part = _part()
    line_context: dict[str, Any] = {shows: changed} if shows else {}
    response = fragment(
        part,
        "cart/_badge.html",
        **line_context,
        capped=changed.product_id if changed.capped and not changed.at_limit else None,
        change_note=" ".join(notes),
        **_context(owner, cart, part),
    )
    trigger(response, "announce", message=" ".join([said, *notes]), quiet=True)
    return set_cart_cookie(response, owner.token or MEMBER, cart.count)


def _with_count(response: Response, owner: Owner, changed: LineChange) -> Response:
    """Store the number of units in the cookie for the badge. One statement where the change has no count."""
    count = queries.count_units(changed.cart_id) if changed.count is None else changed.count
    return set_cart_cookie(response, changed.token or owner.token or MEMBER, count)


def show_cart(owner: Owner, *, status: int = 200, **more: Any) -> Response:
    """Return the cart as a page, or the part of the page or drawer that htmx replaces."""
    if status == UNPROCESSABLE:
        note_refusal()
    part = _part() if wants_fragment() else PAGE_PART
    context = _context(owner, queries.get_contents(owner), part)
    return page_or_fragment("cart/page.html", part, status=status, **context | more)


def _part() -> str:
    return "cart/_drawer.html" if request.headers.get("HX-Target") == DRAWER else PAGE_PART


def _context(owner: Owner, cart: Contents, part: str) -> dict[str, Any]:
    """Return the values for the templates; the drawer shows no codes, and of the totals only the delivery."""
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
        context["pending_order"] = queries.find_pending_order(cart.pending_order_id)
    return context


def _refused(message: str) -> Response:
    """Answer an impossible change: beside the form that was sent, or above the cart."""
    if not wants_fragment():
        if target := _next():
            return go_to(target)
        return show_cart(current_owner(), status=422, problem=message)
    response = fragment("cart/_problem.html", status=422, announce=message, problem=message)
    response.headers["HX-Retarget"] = "this"
    response.headers["HX-Reswap"] = "afterbegin"
    return response


def _refusal_text(error: DomainError) -> str:
    """Return in words why a product cannot be added to the cart."""
    if error.code == "choose_an_option":
        return _option_text(error.details["options"])
    if error.code != "held":
        return REFUSALS[error.code].filled(**error.details)
    return ngettext(
        "Somebody is paying for %(name)s now. Look again in a minute.",
        "Somebody is paying for %(name)s now. Look again in %(num)s minutes.",
        max(1, minutes_left(error.details["until"], clock.now())),
        name=error.details["name"],
    )


def _option_text(names: list[str]) -> str:
    """Return which options have to be selected first."""
    if not names:
        return _("Please choose an option first.")
    return _("Please choose the %(options)s first.", options=formats().several(names).lower())


def _change_notes(changed: LineChange) -> list[str]:
    """Return a sentence for the order and the voucher that a change has removed."""
    ended = _(
        "Your order %(number)s was waiting for its payment. It is cancelled, because your bag has changed; "
        "nothing was charged, and its items are in your bag.",
        number=changed.cancelled_order,
    )
    return [
        sentence for sentence in (ended if changed.cancelled_order else "", changed.voucher_note) if sentence
    ]


def _next() -> str | None:
    return local_path(request.form.get("next"))


def _removal(line: LineChange) -> dict[str, Any]:
    """Return the query parameters of the redirect after a removal."""
    saved = 1 if line.was_saved else None
    return {"removed": line.product_id, "quantity": line.quantity, "line": line.line_id, "saved": saved}


def _removed_from_query() -> dict[str, Any] | None:
    """Return the removed line from the query parameters, as it can be restored."""
    product_id, quantity = request.args.get("removed", type=UUID), request.args.get("quantity", 1, type=int)
    name = queries.find_product_name(ProductId(product_id)) if product_id else None
    if name is None:
        return None
    place = {"line_id": request.args.get("line", type=UUID), "was_saved": "saved" in request.args}
    return {"product_id": product_id, "quantity": max(1, quantity), "name": name, **place}
