"""Register, confirm, sign in and out, and reset."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from kashcraft.accounts import queries, services
from kashcraft.accounts.forms import ForgotForm, RegisterForm, ResetForm, SignInForm
from kashcraft.accounts.models import User
from kashcraft.core import notices, passwords
from kashcraft.core.context import cart_cookie, drop_cart_cookie
from kashcraft.core.db import in_step
from kashcraft.core.emails import comparable
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import gettext
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.limits import form_again
from kashcraft.core.security import local_path, read_signed
from kashcraft.extensions import limiter, login_manager

bp = Blueprint("accounts", __name__)

CONFIRM_AGE = 3 * 24 * 3600
RESET_AGE = 3600
REFERRAL_CODE = 16
SIGN_IN_AGAIN = form_again(SignInForm, "accounts/sign_in.html")
REGISTER_AGAIN = form_again(RegisterForm, "accounts/register.html")
FORGOT_AGAIN = form_again(ForgotForm, "accounts/forgot.html")
RESET_AGAIN = form_again(ResetForm, "accounts/reset.html")
SECRET_PAGES = {"accounts.confirm", "accounts.reset"}

notices.register(
    {
        "signed_out": _l("You are signed out."),
        "confirmed": _l("Your e-mail address is confirmed. Welcome."),
        "already_confirmed": _l("Your e-mail address was confirmed before. Please sign in."),
        "password_set": _l("Your new password is set. Please sign in with it."),
        "sign_in_first": _l("Please sign in to see this page."),
    }
)


def init_app(app: Flask) -> None:
    """Let Flask-Login find people by the token of their session."""
    login_manager.login_view = "accounts.sign_in"
    login_manager.session_protection = None
    login_manager.user_loader(queries.signed_in_user)

    @login_manager.unauthorized_handler
    def sign_in_first() -> Any:
        target = request.full_path.rstrip("?") if request.method == "GET" else None
        return go_to(url_for("accounts.sign_in", next=target), notice="sign_in_first")


@bp.after_request
def keep_secrets_out_of_caches(response: Any) -> Any:
    """Let no cache keep a page whose address is secret, or what is somebody's own."""
    if request.endpoint in SECRET_PAGES:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def account_in_form() -> str:
    """Return the key of the per-account limit: the address that was typed."""
    try:
        return comparable(request.form.get("email", "")[:254])
    except HTTPException:  # The limiter would take a form that cannot be read for a failure of its storage.
        return ""


@bp.route("/sign-in", methods=["GET", "POST"])
@limiter.limit("30 per 15 minutes", methods=["POST"], on_breach=SIGN_IN_AGAIN)
@limiter.limit("10 per 15 minutes", methods=["POST"], key_func=account_in_form, on_breach=SIGN_IN_AGAIN)
def sign_in() -> Any:
    """Ask for address and password, and open a session."""
    if current_user.is_authenticated:
        return go_to(_after_sign_in())
    form = SignInForm.from_request() if request.method == "POST" else SignInForm()
    if request.method != "POST":
        return render_template("accounts/sign_in.html", form=form)
    user = queries.user_by_email(form.email.data or "") if form.validate() else None
    known = form.errors or passwords.matches(user.password_hash if user else None, form.password.data or "")
    if form.errors or user is None or not known:
        if not form.errors:
            form.form_errors.append(gettext("This address and password do not belong together."))
        return render_template("accounts/sign_in.html", form=form), 422
    return _enter(user, form.password.data or "")


@bp.route("/register", methods=["GET", "POST"])
@limiter.limit("20 per hour", methods=["POST"], on_breach=REGISTER_AGAIN)
def register() -> Any:
    """Open an account; the answer is the same whether the address is known or not."""
    invited = RegisterForm(ref=request.args.get("ref", "")[:REFERRAL_CODE])
    form = RegisterForm.from_request() if request.method == "POST" else invited
    if request.method != "POST":
        return render_template("accounts/register.html", form=form)
    if not form.validate():
        return render_template("accounts/register.html", form=form), 422
    hashed = passwords.hash_password(form.password.data or "")
    email, name = form.email.data or "", form.full_name.data or ""
    code = (form.ref.data or "")[:REFERRAL_CODE] or None
    in_step(
        lambda: services.register(email=email, password_hash=hashed, full_name=name, referred_by_code=code)
    )
    return render_template("accounts/check_inbox.html", email=email, reason="registered")


@bp.route("/confirm/<token>", methods=["GET", "POST"])
@limiter.limit("30 per hour", methods=["POST"])
def confirm(token: str) -> Any:
    """Confirm an address by the link of the letter: a page with one button, because reading never writes."""
    signed = read_signed("confirm_email", token, max_age=CONFIRM_AGE)
    if signed is None:
        return render_template("accounts/link_outdated.html", again=url_for("accounts.sign_in")), 404
    if request.method != "POST":
        return render_template("accounts/confirm.html", email=signed[1])
    try:
        user = in_step(lambda: services.confirm_email(user_id=UUID(signed[0]), email=signed[1]))
    except NotFound:
        return render_template("accounts/link_outdated.html", again=url_for("accounts.sign_in")), 404
    except DomainError:
        return go_to(url_for("accounts.sign_in"), notice="already_confirmed")
    return _open_session(user.id, go_to(url_for("storefront.account"), notice="confirmed"))


@bp.route("/forgot", methods=["GET", "POST"])
@limiter.limit("10 per hour", methods=["POST"], on_breach=FORGOT_AGAIN)
@limiter.limit("5 per hour", methods=["POST"], key_func=account_in_form, on_breach=FORGOT_AGAIN)
def forgot() -> Any:
    """Send a reset link; the answer is the same whether the address is known or not."""
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
def reset(token: str) -> Any:
    """Choose a new password by the link of the letter, which works once and for an hour."""
    signed = read_signed("password_reset", token, max_age=RESET_AGE)
    if signed is None:
        return render_template("accounts/link_outdated.html", again=url_for("accounts.forgot")), 404
    form = ResetForm.from_request() if request.method == "POST" else ResetForm()
    if request.method != "POST":
        return render_template("accounts/reset.html", form=form)
    if not form.validate():
        return render_template("accounts/reset.html", form=form), 422
    hashed = passwords.hash_password(form.password.data or "")
    try:
        in_step(
            lambda: services.set_password(user_id=UUID(signed[0]), version=signed[1], password_hash=hashed)
        )
    except NotFound:
        return render_template("accounts/link_outdated.html", again=url_for("accounts.forgot")), 404
    return go_to(url_for("accounts.sign_in"), notice="password_set")


@bp.post("/sign-out")
def sign_out() -> Any:
    """End this browser's session; its cart stays with the account."""
    if current_user.is_authenticated:
        token = current_user.token
        in_step(lambda: services.sign_out(token=token))
    logout_user()
    session.clear()
    return drop_cart_cookie(go_to(url_for("storefront.home"), notice="signed_out"))


def _enter(user: User, password: str) -> Any:
    """Open a session for a person whose password was right, once their address is confirmed."""
    user_id, email, stored = user.id, user.email or "", user.password_hash or ""
    if not user.is_confirmed:
        in_step(lambda: services.resend_confirmation(user_id=user_id))
        return render_template("accounts/check_inbox.html", email=email, reason="unconfirmed")
    if passwords.is_outdated(stored):
        fresh = passwords.hash_password(password)
        in_step(lambda: services.rehash_password(user_id=user_id, password_hash=fresh))
    return _open_session(user_id, go_to(_after_sign_in()))


def _open_session(user_id: UUID, answer: Response) -> Response:
    cart_token, _ = cart_cookie()
    agent = request.user_agent.string
    token = in_step(lambda: services.sign_in(user_id=user_id, user_agent=agent, cart_token=cart_token))
    session.clear()
    session.permanent = True
    login_user(queries.signed_in_user(token))
    return answer


def _after_sign_in() -> str:
    return local_path(request.values.get("next")) or url_for("storefront.account")
