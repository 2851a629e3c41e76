"""Globals and filters of all templates, and the error pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug import exceptions
from werkzeug.exceptions import HTTPException

from kashcraft.accounts.rules import country_name
from kashcraft.cart.views.cookie import cart_cookie
from kashcraft.core import clock, completed_work, flash, logs, signing, stored_settings
from kashcraft.core.db import takes_no_writes
from kashcraft.core.errors import NotFound
from kashcraft.core.form_redirects import landing_page
from kashcraft.core.formats import age, iso, minutes_left
from kashcraft.core.htmx import go_to, trigger, wants_fragment
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.settings import Settings, formats, installation, settings
from kashcraft.shipping.views import visitor_country

ERROR_PAGES = (400, 403, 404, 405, 408, 409, 410, 411, 413, 422, 429, 500, 503)
TOO_OFTEN = _l("Too many attempts. Nothing you typed is lost; please try again in a few minutes.")
BUSY = _l("The shop is busy. Nothing was changed; please try again in a few seconds.")


def _setting(read: Callable[[Settings], object]) -> property:
    return property(lambda _: read(settings()))


class Shop:
    """The shop's name, currency and other settings for templates, as they are when a page is rendered."""

    name = _setting(lambda config: config.shop_name)
    currency = _setting(lambda config: config.shop_currency)
    locale = _setting(lambda config: config.shop_locale)
    support_email = _setting(lambda config: config.support_email)
    base_url = _setting(lambda config: config.base_url)
    address = _setting(lambda config: config.shop_address)
    tax_id = _setting(lambda config: config.shop_tax_id)
    country = _setting(lambda config: config.shop_country)
    only_test_payments = _setting(lambda config: config.only_test_payments)
    currency_symbol = _setting(lambda config: config.formats.currency_sign(config.shop_currency))

    @property
    def delivery_country_name(self) -> str:
        """Return the name of the country for which delivery is shown."""
        return country_name(visitor_country())

    @property
    def way_back(self) -> str | None:
        """Return the address to return to after choosing a country, or None where it may contain a secret.

        Secrets are the code of a gift card, the key of an order, and the token of a link.
        """
        if request.blueprint == "storefront":
            return flash.without_notice(request.full_path)
        return request.path if request.blueprint in ("cart", "gift_cards") else None


def init_app(app: Flask) -> None:
    """Install globals, filters, and the error pages."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(shop=Shop(), sign=signing.sign)
    app.jinja_env.filters["page_title"] = lambda text: page_title(text, settings().shop_name)
    add_formats(app)
    handle_unwritable_database(app)

    @app.context_processor
    def page_context() -> dict[str, object]:
        return {
            "cart_count": cart_cookie()[1],
            "formats": formats(),
            "page_notice": flash.text_of(request.args.get("notice")),
        }

    @app.errorhandler(NotFound)
    def not_found(_: NotFound) -> ResponseReturnValue:
        return http_error(exceptions.NotFound())

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        # A rate limit may respond with the sent form.
        if error.response is not None or error.code not in ERROR_PAGES:
            return error
        page = landing_page() if error.code == 405 else None
        if page is not None:
            return redirect(page, 303)
        response = make_response(error_page(error.code), error.code, error.get_headers())
        if wants_fragment():
            response.headers["HX-Reswap"] = "none"
            # The script expects the form to show this error, so the message is announced here.
            if error.code == 429:
                trigger(response, "announce", message=str(TOO_OFTEN))
        return response


def page_title(text: str, shop: str) -> str:
    """Return the title of a page with the shop's name."""
    name = Markup(text).strip()  # noqa: S704 - the output of a template
    return Markup("{} · {}").format(name, shop) if name else Markup.escape(shop)


flash.register({"partly_saved": _l("The shop was busy. This is what has been saved; please look at it.")})


def handle_unwritable_database(app: Flask) -> None:
    """Answer 503 where the database cannot be written to.

    Where nothing was changed, the page contains the sent form with a button to send it again; otherwise it
    links to the page that shows what was done.
    """

    @app.errorhandler(Exception)
    def busy(error: Exception) -> ResponseReturnValue:
        if not takes_no_writes(error):
            raise error
        logs.log.warning(
            "the database cannot be written to", endpoint=request.endpoint, reason=str(error)[:200]
        )
        partly = completed_work.was_noted()
        if partly and wants_fragment():
            return go_to(completed_work.shown_at(), notice="partly_saved")
        context = {"shown_at": completed_work.shown_at()} if partly else _as_sent()
        stored_settings.use_last_known(installation())
        page = current_app.jinja_env.get_template("errors/busy.html").render(partly=partly, **context)
        response = make_response(page, 503, {"Retry-After": "5", "Cache-Control": "no-store"})
        if wants_fragment():
            response.headers["HX-Reswap"] = "none"
            trigger(response, "announce", message=str(BUSY))
        return response


def _as_sent() -> dict[str, Any]:
    """Return the values to send the current form again, without secrets."""
    sent = [(name, text) for name, texts in request.form.lists() for text in texts]
    secret = any(logs.SECRET.search(name) or name in ("number", "cvc") for name, _ in sent)
    return {
        "fields": [] if secret else sent,
        "again": request.method == "POST" and not secret,
        "path": request.full_path,
    }


def add_formats(app: Flask) -> None:
    """Install the filters for amounts, dates, times and numbers."""

    def writer(name: str) -> Callable[..., str]:
        return lambda *values, **options: getattr(formats(), name)(*values, **options)

    written = ("amount", "number", "percent", "day", "span", "month", "time")
    app.jinja_env.filters.update({name: writer(name) for name in written})
    app.jinja_env.filters.update(iso=iso, age=lambda moment: age(moment, clock.now()))
    app.jinja_env.filters["minutes_left"] = lambda until: minutes_left(until, clock.now())


def error_page(status: int) -> str:
    """Return the page for a refused or failed request.

    The pages for 500 and 503 are rendered without the page context, whose data may be the cause of the error,
    and read nothing from the database.
    """
    if status >= 500:
        stored_settings.use_last_known(installation())
        shown_at = completed_work.shown_at() if completed_work.was_noted() else None
        return current_app.jinja_env.get_template(f"errors/{status}.html").render(shown_at=shown_at)
    return render_template(f"errors/{status}.html")
