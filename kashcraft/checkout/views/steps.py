"""The three steps, the order button, and their responses to refusals."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from flask import Blueprint, Response, current_app, g, make_response, render_template, request, url_for
from flask_limiter import RequestLimit
from flask_login import current_user
from markupsafe import Markup

from kashcraft.accounts.rules import Address, countries, is_country, lines
from kashcraft.cart import presenters
from kashcraft.cart.rules import MEMBER, Owner
from kashcraft.cart.views import current_owner
from kashcraft.cart.views.code_box import FormOutcome
from kashcraft.cart.views.cookie import set_cart_cookie
from kashcraft.checkout import queries, services
from kashcraft.checkout.forms import ContactForm
from kashcraft.checkout.queries import CheckoutState
from kashcraft.checkout.rules import Step, open_step
from kashcraft.checkout.services import Placement
from kashcraft.checkout.views.refusals import REFUSALS, RESTART_NOTICES, problem_of
from kashcraft.checkout.views.used_code_limit import UsedCodeLimit
from kashcraft.content.queries import get_site_content
from kashcraft.core import completed_work, flash
from kashcraft.core.caches import Cache
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError
from kashcraft.core.forms import note_refusal
from kashcraft.core.htmx import fragment, go_to, trigger, wants_fragment
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.rate_limits import too_often
from kashcraft.core.security import visitor_site
from kashcraft.core.settings import settings
from kashcraft.core.signing import read_signed, sign
from kashcraft.extensions import limiter
from kashcraft.orders.views import order_key, order_url
from kashcraft.payments import services as payments
from kashcraft.payments.models import PaymentStatus
from kashcraft.payments.views.shop import return_url
from kashcraft.shipping.views import set_visitor_country, visitor_country

bp = Blueprint("checkout", __name__)
UNPROCESSABLE = 422
FRAMES: Cache[tuple[Hashable, ...], str] = Cache("checkout pages", most=16)
PLACE = Markup("<!-- steps -->")

flash.register(
    {
        "checkout_empty": _l("Your bag is empty, so there is nothing to check out."),
        "checkout_incomplete": _l("Please fill in this step first."),
        "checkout_elsewhere": _l("This was changed in another window. Here is how it stands now."),
    }
)


@bp.get("")
def start() -> Response:
    """Show the checkout with the first incomplete step or a requested earlier one open."""
    state = queries.find_checkout_state(current_owner())
    if state is None:
        return go_to(url_for("cart.show"), notice="checkout_empty")
    return show_checkout(state, wanted=request.args.get("step"))


@bp.post("/contact")
def contact() -> Response:
    """Store the contact details and addresses."""
    owner = current_owner()
    form = _sent_form(owner)
    if not form.validate() and not (form := _posted(owner)).validate():
        return _show_contact(form)
    email, shipping = form.email.email.data or "", form.shipping.address()
    billing = None if form.same_billing else form.billing.address()
    try:
        saved = in_step(
            lambda: services.save_contact(owner=owner, email=email, shipping=shipping, billing=billing)
        )
    except DomainError as refusal:
        return _refused_contact(owner, refusal)
    return set_visitor_country(_onward("payment" if saved.by_email else "delivery"), shipping.country)


@bp.post("/address-fields")
def address() -> Response:
    """Show the fields of the selected country with the typed values; nothing is stored."""
    owner = current_owner()
    form = _posted(owner)
    part = "billing" if request.form.get("part") == "billing" else "shipping"
    if not wants_fragment():
        return _show_contact(form, status=200)
    chosen = form.billing if part == "billing" else form.shipping
    response = fragment(
        "checkout/_address_fields.html", part=part, address=chosen, coverage=queries.get_coverage(None)
    )
    country = dict(countries()).get(chosen.country.data or "")
    said = _("Address fields for %(country)s", country=country)
    return trigger(response, "announce", message=said, quiet=True) if country else response


@bp.get("/summary")
def summary() -> Response:
    """Show the totals with a previewed delivery method; nothing is stored."""
    if not wants_fragment():
        return go_to(url_for("checkout.start"))
    state = queries.find_checkout_state(current_owner(), preview=request.args.get("delivery"))
    if state is None:
        return go_to(url_for("cart.show"), notice="checkout_empty")
    return fragment("checkout/_summary.html", state=state, words=presenters, locale=settings().shop_locale)


@bp.post("/delivery")
def delivery() -> Response:
    """Store the delivery method."""
    owner, code = current_owner(), request.form.get("delivery", "")
    try:
        in_step(lambda: services.choose_delivery(owner=owner, code=code))
    except DomainError as refusal:
        return refused(refusal, wanted="delivery")
    return _onward("payment")


@bp.post("/place")
@limiter.limit("20 per minute;200 per hour", on_breach=lambda breached: _limited(breached))
def place() -> Response:
    """Place the order and redirect the buyer to the payment."""
    owner, network = current_owner(), visitor_site()
    seen = read_signed("seen", request.form.get("seen", ""))
    save = "save_address" in request.form
    limit = UsedCodeLimit(owner)
    withheld = limit.withheld
    try:
        placement = in_step(
            lambda: services.place_order(
                owner=owner, seen=seen, save=save, network_key=network, withheld=withheld
            )
        )
    except DomainError as refusal:
        return refused(refusal, wanted="payment", limit=limit)
    limit.end(accepted=placement.order.voucher_code is not None)
    return _pay(owner, placement)


@bp.post("/retry")
def retry() -> Response:
    """Open another payment of the unpaid order."""
    owner = current_owner()
    try:
        placement = in_step(lambda: services.retry_payment(owner=owner))
    except DomainError as refusal:
        return refused(refusal, wanted="payment")
    return _pay(owner, placement)


def _pay(owner: Owner, placement: Placement) -> Response:
    """Redirect the buyer to the page of the processor and clear the badge."""
    payment, page = placement.payment, order_url(placement.order)
    completed_work.show_at(page)
    if payment is None:
        target = go_to(page, notice="order_paid")
    elif payment.status is PaymentStatus.PROCESSING:
        target = go_to(return_url(payment.id))
    else:
        try:
            target = go_to(payments.begin(payment=payment, number=placement.order.number))
        except DomainError as down:
            if down.code != "processor_unavailable":
                raise
            return go_to(url_for("checkout.start", _anchor="payment"), notice="payment_unavailable")
    return set_cart_cookie(target, owner.token or MEMBER, 0)


def _onward(anchor: str) -> Response:
    """Show the next step after a completed one."""
    if not wants_fragment():
        return go_to(url_for("checkout.start", _anchor=anchor))
    state = queries.find_checkout_state(current_owner())
    return show_checkout(state) if state else go_to(url_for("cart.show"), notice="checkout_empty")


def show_checkout(
    state: CheckoutState, *, wanted: str | None = None, status: int = 200, **more: Any
) -> Response:
    """Return the page, or the part that htmx replaces, with one step open."""
    if status == UNPROCESSABLE:
        note_refusal()
    step = open_step(wanted, state.reached, by_email=state.by_email)
    address_lines = lines(state.address) if state.address else []
    same = state.billing == state.address
    context = {
        "state": state,
        "words": presenters,
        "step": step,
        "address_lines": address_lines,
        "billing_lines": address_lines if same or not state.billing else lines(state.billing),
        "box": FormOutcome(),
        **more,
    }
    if state.order is not None:
        context["longer"] = settings().payment_hold_minutes
        context["key"] = order_key(state.order.id)
    if step is Step.PAYMENT and state.order is None:
        context["seen"] = sign("seen", state.snapshot)
        owner = current_owner()
        context["savings"] = queries.get_savings(owner, state)
        context["can_save_address"] = queries.is_new_address(owner, state)
    if step is Step.CONTACT:
        context = {
            "form": _contact_form(state),
            "coverage": queries.get_coverage(state.cart.terms_version),
            **context,
        }
    content = Markup(render_template("checkout/_checkout.html", **context))  # noqa: S704 - a template
    response = make_response(content if wants_fragment() else _page(content, context), status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _page(content: Markup, context: Mapping[str, object]) -> str:
    """Return the page around the steps.

    Without a notice or an error of the code box it is the same for all visitors, so it is rendered once for
    each address and the help pages that exist, and once for refusals, whose title says so.
    """
    box = context["box"]
    if current_app.debug or "notice" in request.args or (isinstance(box, FormOutcome) and box.error):
        return render_template("checkout/page.html", **context, content=content)
    frame = FRAMES.get_or_compute(
        (request.path, "form_refused" in g, tuple(get_site_content().help_urls), settings().shown_key),
        lambda: render_template("checkout/page.html", box=FormOutcome(), content=PLACE),
    )
    before, _mark, after = frame.partition(PLACE)
    return f"{before}{content}{after}"


def _show_contact(form: ContactForm, status: int = 422) -> Response:
    """Show the first step with the typed values."""
    state = queries.find_checkout_state(current_owner())
    if state is None:
        return go_to(url_for("cart.show"), notice="checkout_empty")
    return show_checkout(state, wanted="contact", status=status, form=form)


def _refused_contact(owner: Owner, refusal: DomainError) -> Response:
    form = _posted(owner)
    if refusal.code == "incomplete" and not form.validate():
        return _show_contact(form)
    if refusal.code != "no_delivery":
        return refused(refusal, wanted="contact")
    form.shipping.refuse(refusal, REFUSALS)
    return _show_contact(form)


def refused(refusal: DomainError, *, wanted: str, limit: UsedCodeLimit | None = None) -> Response:
    """Show the checkout after a refusal, without losing details; ``limit`` is set for the order button."""
    placing, withheld = limit is not None, limit is not None and limit.withheld
    state = queries.find_checkout_state(current_owner(), placing=placing, withheld=withheld)
    if limit is not None:
        revealed, accepted = state and state.benefits.used_before, state and state.quote.voucher
        limit.end(revealed=bool(revealed), accepted=bool(accepted))
    if state is None:
        return go_to(url_for("cart.show"), notice="checkout_empty")
    if refusal.code in RESTART_NOTICES:
        return go_to(url_for("checkout.start"), notice=RESTART_NOTICES[refusal.code])
    problem = problem_of(state, refusal)
    return show_checkout(state, wanted=wanted, status=422, problem=problem.text, changes=problem.changes)


def _limited(breached: RequestLimit) -> Response:
    """Show the last step with the time of the next attempt."""
    state = queries.find_checkout_state(current_owner())
    if state is None:
        return go_to(url_for("cart.show"), notice="checkout_empty")
    return show_checkout(state, wanted="payment", status=429, problem=too_often(breached))


def _contact_form(state: CheckoutState) -> ContactForm:
    """Return the form of the first step with the entered details, otherwise with those of the account."""
    owner = current_owner()
    addresses = _saved_addresses(owner)
    shipping = state.entered_address or next(iter(addresses.values()), None) or Address(country=_country())
    email_entered = state.checkout.email if state.checkout else None
    email = email_entered or (current_user.email if current_user.is_authenticated else "")
    billing = state.billing if state.checkout and state.checkout.billing_address else None
    return ContactForm.filled(
        email=email, shipping=shipping, billing=billing, addresses=addresses, by_email=state.by_email
    )


def _sent_form(owner: Owner) -> ContactForm:
    """Return the posted form with the fields that it was sent with, for which the cart is not read.

    Whether these are the fields that the cart needs now is decided where the details are stored.
    """
    if ContactForm.is_saved_address_posted():
        return _posted(owner)
    return ContactForm.from_request({}, _country, by_email=ContactForm.is_invoice_posted())


def _posted(owner: Owner) -> ContactForm:
    return ContactForm.from_request(_saved_addresses(owner), _country, by_email=queries.is_by_email(owner))


def _country() -> str:
    """Return the initial country: the one selected last by this visitor, otherwise the shop's."""
    last = visitor_country()
    return last if is_country(last) else str(settings().shop_country)


def _saved_addresses(owner: Owner) -> dict[str, Address]:
    return {str(saved.id): Address.from_row(saved) for saved in queries.list_addresses(owner.user_id)}
