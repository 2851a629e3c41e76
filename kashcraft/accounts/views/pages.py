"""Pages to register, confirm an address, sign in and out, and reset a password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import Response, make_response, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import RequestLimit
from flask_login import current_user, login_user, logout_user

from kashcraft.accounts import queries, services
from kashcraft.accounts.forms import ConfirmForm, ForgotForm, RegisterForm, ResetForm, SignInForm
from kashcraft.accounts.models import User
from kashcraft.accounts.queries import SignedInUser
from kashcraft.accounts.services import AlreadyRegistered
from kashcraft.accounts.views.blueprint import bp
from kashcraft.core import activity_log, cookies, flash, passwords, rate_limits, response_effects
from kashcraft.core.db import in_step
from kashcraft.core.devices import remember_device
from kashcraft.core.errors import NotFound
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import gettext
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import UserId
from kashcraft.core.rate_limits import form_again
from kashcraft.core.security import local_path, visitor_network
from kashcraft.core.signing import read_signed
from kashcraft.extensions import limiter

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

CONFIRM_AGE = 3 * 24 * 3600
RESET_AGE = 3600
REFERRAL_CODE = 16
SIGN_IN_AGAIN = form_again(SignInForm, "accounts/sign_in.html")
REGISTER_AGAIN = form_again(RegisterForm, "accounts/register.html")
FORGOT_AGAIN = form_again(ForgotForm, "accounts/forgot.html")
CONFIRM_AGAIN = form_again(ConfirmForm, "accounts/confirm.html")
RESET_AGAIN = form_again(ResetForm, "accounts/reset.html")
ONWARD_LENGTH = 200

flash.register(
    {
        "signed_out": _l("You are signed out."),
        "confirmed": _l("Your account is ready. Welcome."),
        "already_confirmed": _l("You have an account with this e-mail address already. Please sign in."),
        "password_set": _l("Your new password is set. Please sign in with it."),
        "sign_in_first": _l("Please sign in to see this page."),
    }
)


def limit_attempts(
    network: str,
    account: str,
    everywhere: str,
    *,
    counted: Callable[[Response], bool],
    again: Callable[[RequestLimit], Response],
    enough: Callable[[RequestLimit], Response] | None = None,
) -> Callable[[View], View]:
    """Return a decorator that limits requests which contain an e-mail address.

    Unknown browsers are counted by network, by address and network, and by address alone. A browser that has
    signed in to this account before has the limit of ``account`` for itself and is not affected by the
    others. ``counted`` states which responses count; ``enough`` responds when ``everywhere`` is exceeded.
    """
    stranger: dict[str, Any] = {"methods": ["POST"], "exempt_when": rate_limits.from_known_device}
    owner: dict[str, Any] = {"methods": ["POST"], "exempt_when": rate_limits.from_elsewhere}

    def decorate(view: View) -> View:
        for limit, key, options, breach in (
            (network, visitor_network, stranger, again),
            (account, rate_limits.address_and_network, stranger, again),
            (everywhere, rate_limits.typed_address, stranger, enough or again),
            (account, rate_limits.address_and_device, owner, again),
        ):
            view = cast("View", limiter.limit(limit, key_func=key, on_breach=breach, **options)(view))
        counting: View = rate_limits.counts_only(counted)(view)
        return counting

    return decorate


def answer_when_enough_sent(reason: str) -> Callable[[RequestLimit], Response]:
    """Return a function that responds when so many e-mails went to one address that another would not
    help.
    """

    def answer(_: RequestLimit) -> Response:
        email = (request.form.get("email", "")).strip()[:254]
        return make_response(render_template("accounts/check_inbox.html", email=email, reason=reason))

    return answer


@bp.route("/sign-in", methods=["GET", "POST"])
@limit_attempts(
    "30 per 15 minutes", "10 per 15 minutes", "100 per hour", counted=rate_limits.refused, again=SIGN_IN_AGAIN
)
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form, and open a session."""
    if current_user.is_authenticated:
        return go_to(_wanted_page() or _home_of(current_user))
    form = SignInForm.from_request() if request.method == "POST" else SignInForm()
    if request.method != "POST":
        return render_template("accounts/sign_in.html", form=form)
    user = queries.find_user_by_email(form.email.data or "") if form.validate() else None
    known = form.errors or passwords.matches(user.password_hash if user else None, form.password.data or "")
    if form.errors or user is None or not known:
        if not form.errors:
            activity_log.note("account", action="sign_in_refused", user_id=user.id if user else None)
            form.form_errors.append(gettext("E-mail or password is wrong."))
        return render_template("accounts/sign_in.html", form=form), 422
    return _sign_in_user(user, form.password.data or "")


@bp.route("/register", methods=["GET", "POST"])
@limit_attempts(
    "20 per hour", "5 per hour", "10 per 30 minutes",
    counted=rate_limits.accepted, again=REGISTER_AGAIN, enough=answer_when_enough_sent("register_enough"),
)  # fmt: skip
def register() -> ResponseReturnValue:
    """Send the confirmation link. The response is the same for known and unknown addresses."""
    ref, target = request.args.get("ref", "")[:REFERRAL_CODE], local_path(request.args.get("next"))
    form = RegisterForm.from_request() if request.method == "POST" else RegisterForm(ref=ref, next=target)
    if request.method != "POST":
        return render_template("accounts/register.html", form=form)
    if not form.validate():
        return render_template("accounts/register.html", form=form), 422
    email, name = form.email.data or "", form.full_name.data or ""
    code, onward = (form.ref.data or "")[:REFERRAL_CODE] or None, _onward(form.next.data)
    in_step(
        lambda: services.request_account(email=email, full_name=name, referred_by_code=code, onward=onward)
    )
    return render_template("accounts/check_inbox.html", email=email, reason="registered")


@bp.route("/confirm/<token>", methods=["GET", "POST"])
@limiter.limit("30 per hour", methods=["POST"], on_breach=CONFIRM_AGAIN)
def confirm(token: str) -> ResponseReturnValue:
    """Create the account with the password that is chosen on the page of the confirmation link."""
    claims = read_signed("register", token, max_age=CONFIRM_AGE)
    if claims is None:
        return _outdated("accounts.register")
    email, name, code, onward = claims
    to_sign_in = url_for("accounts.sign_in", next=onward)
    if queries.is_customer(email):
        return go_to(to_sign_in, notice="already_confirmed")
    form = ConfirmForm.from_request() if request.method == "POST" else ConfirmForm(full_name=name)
    form.about = (email, name, form.full_name.data or "")
    if request.method != "POST":
        return render_template("accounts/confirm.html", form=form, email=email)
    if not form.validate():
        return render_template("accounts/confirm.html", form=form, email=email), 422
    user_id = _create_account(form, email, code)
    if user_id is None:
        return go_to(to_sign_in, notice="already_confirmed")
    return open_session(user_id, email, onward, notice="confirmed")


@bp.route("/forgot", methods=["GET", "POST"])
@limit_attempts(
    "20 per hour", "5 per hour", "10 per 30 minutes",
    counted=rate_limits.accepted, again=FORGOT_AGAIN, enough=answer_when_enough_sent("reset_enough"),
)  # fmt: skip
def forgot() -> ResponseReturnValue:
    """Send a reset link. The response is the same for known and unknown addresses."""
    form = ForgotForm.from_request() if request.method == "POST" else ForgotForm()
    if request.method != "POST":
        return render_template("accounts/forgot.html", form=form)
    if not form.validate():
        return render_template("accounts/forgot.html", form=form), 422
    email = form.email.data or ""
    in_step(lambda: services.request_password_reset(email=email))
    return render_template("accounts/check_inbox.html", email=email, reason="reset")


@bp.route("/reset/<token>", methods=["GET", "POST"])
@limiter.limit("30 per hour", methods=["POST"], on_breach=RESET_AGAIN)
def reset(token: str) -> ResponseReturnValue:
    """Set a new password on the page of the reset link, which works once and for an hour."""
    signed = read_signed("password_reset", token, max_age=RESET_AGE)
    user = queries.find_user(UserId(UUID(signed[0]))) if signed else None
    if signed is None or user is None:
        return _outdated("accounts.forgot")
    form = ResetForm.from_request() if request.method == "POST" else ResetForm()
    form.about = (user.email or "", user.full_name)
    if request.method != "POST":
        return render_template("accounts/reset.html", form=form)
    if not form.validate():
        return render_template("accounts/reset.html", form=form), 422
    hashed, email = passwords.hash_password(form.password.data or ""), user.email or ""
    user_id, version = user.id, signed[1]
    try:
        in_step(lambda: services.set_password(user_id=user_id, version=version, password_hash=hashed))
    except NotFound:
        return _outdated("accounts.forgot")
    # The owner of the mailbox is known, so failed attempts of others do not delay the next sign-in.
    return remember_device(go_to(url_for("accounts.sign_in"), notice="password_set"), email)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this browser's session. The cart stays with the account."""
    if current_user.is_authenticated:
        token = current_user.token
        in_step(lambda: services.sign_out(token=token))
    logout_user()
    session.clear()
    return cookies.drop_guest_cookies(go_to(url_for("storefront.home"), notice="signed_out"))


def _create_account(form: ConfirmForm, email: str, code: str | None) -> UserId | None:
    """Create the account and return its id, or None if a concurrent request has created it."""
    hashed, name = passwords.hash_password(form.password.data or ""), form.full_name.data or ""
    try:
        user = in_step(
            lambda: services.register(
                email=email, password_hash=hashed, full_name=name, referred_by_code=code
            )
        )
    except AlreadyRegistered:
        return None
    return user.id


def _sign_in_user(user: User, password: str) -> ResponseReturnValue:
    """Open a session for a user with the right password."""
    user_id, email, stored = user.id, user.email or "", user.password_hash or ""
    if passwords.is_outdated(stored):
        fresh = passwords.hash_password(password)
        in_step(lambda: services.rehash_password(user_id=user_id, password_hash=fresh))
    return open_session(user_id, email, _wanted_page())


def open_session(
    user_id: UserId, email: str, target: str | None, *, notice: str | None = None
) -> ResponseReturnValue:
    """Open a session and go to ``target``, else to the first page of the person."""
    agent, guest = request.user_agent.string, cookies.guest_tokens()
    opened = in_step(lambda: services.sign_in(user_id=user_id, user_agent=agent, guest_tokens=guest))
    session.clear()
    session.permanent = True
    user = queries.find_signed_in_user(opened.token)
    login_user(user)
    answer = go_to(target or _home_of(user), notice=notice)
    return remember_device(response_effects.add_to(answer, opened.reports), email)


def _outdated(again: str) -> ResponseReturnValue:
    return render_template("accounts/link_outdated.html", again=url_for(again)), 404


def _onward(target: str | None) -> str | None:
    """Return the path of a page of this shop that is short enough for a link, or None."""
    path = local_path(target)
    return path if path and len(path) <= ONWARD_LENGTH else None


def _wanted_page() -> str | None:
    """Return the page of this shop that the visitor wanted before signing in."""
    return local_path(request.values.get("next"))


def _home_of(user: SignedInUser | None) -> str:
    """Return the first page after signing in: the back office for staff, the account for customers."""
    return url_for("backoffice.front" if user and user.roles else "storefront.account")
