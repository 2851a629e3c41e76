"""The settings of the shop, in groups."""

from __future__ import annotations

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kashcraft.backoffice.presenters.saved_values import list_saved_values
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.settings import presenters
from kashcraft.backoffice.settings.forms import REFUSALS, SettingsForm, shown_settings, without_stated
from kashcraft.backoffice.settings.presenters import GROUPS
from kashcraft.backoffice.settings.queries import list_amount_holders
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.core import flash, stored_settings
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.settings import settings as shop_settings
from kashcraft.core.stored_settings import SettingsRefused, state_of

flash.register({"settings_saved": _l("Saved. It applies everywhere from now on.")})
FIRST = "shop"


@bp.get("/settings")
@requires(Permission.MANAGE_SETTINGS)
def settings() -> ResponseReturnValue:
    """Show the first group of settings."""
    return settings_group(FIRST)


@bp.get("/settings/<any(shop, region, orders, loyalty, email):group>")
@requires(Permission.MANAGE_SETTINGS)
def settings_group(group: str) -> ResponseReturnValue:
    """Show a group of settings with its form."""
    form = _form(group)
    form.version.data = state_of(form.names, shop_settings())
    return _page(group, form)


@bp.post("/settings/<any(shop, region, orders, loyalty, email):group>")
@requires(Permission.MANAGE_SETTINGS)
def save_settings(group: str) -> ResponseReturnValue:
    """Save a group of settings, or show the form again with the reasons."""
    form = _form(group, sent=True)
    if form.validate() and _saved(form):
        return go_to(url_for("backoffice.settings_group", group=group), notice="settings_saved")
    return _page(group, form)


def _form(group: str, *, sent: bool = False) -> SettingsForm:
    found = shop_settings()
    given = {"formdata": request.form} if sent else {"data": shown_settings(found)}
    form = GROUPS[group].form(**given, currency=found.shop_currency)
    return without_stated(form, found.in_environment)


def _saved(form: SettingsForm) -> bool:
    """Save what was entered and return True, or put the reasons into the form."""
    values, seen, currency = form.entered(), form.version.data or "", shop_settings().shop_currency

    def work() -> bool:
        if values.get("shop_currency", currency) != currency and (held := list_amount_holders()):
            what = presenters.holders_text(held)
            raise DomainError("currency_in_use", field="shop_currency", currency=currency, what=what)
        return stored_settings.save(values=values, seen=seen)

    try:
        in_step(work)
    except SettingsRefused as refused:
        for name, fault in refused.faults.items():
            form.refuse(DomainError(fault.code, field=name, bound=fault.bound), REFUSALS)
    except DomainError as refusal:
        form.refuse(refusal, REFUSALS)
    return not form.errors


def _page(group: str, form: SettingsForm) -> Response:
    """Return the page of a group; where the form is outdated, with what is saved now and its version."""
    found = shop_settings()
    saved: list[tuple[str, str]] = []
    if form.version.data != (state := state_of(form.names, found)):
        texts = presenters.value_texts(found)
        saved = list_saved_values(form._fields, {name: texts[name] for name in form.names})
        form.version.data = state
    page = render_template(
        "backoffice/settings/page.html",
        form=form,
        group=group,
        groups=GROUPS,
        saved=saved,
        hints=presenters.HINTS,
        stated=presenters.stated_settings(GROUPS[group].form(currency=found.shop_currency), found),
    )
    return make_response(page, 422 if form.errors else 200)
