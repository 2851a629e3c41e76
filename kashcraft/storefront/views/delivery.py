"""The country for which delivery dates, prices and notes are shown."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.security import local_path
from kashcraft.shipping.views import set_visitor_country, visitor_country
from kashcraft.storefront import queries
from kashcraft.storefront.forms import DeliverToForm
from kashcraft.storefront.views.blueprint import bp

UNKNOWN = _l("Choose a country from the list.")


@bp.get("/deliver-to")
def deliver_to() -> Response:
    """Show the form for the country; ``next`` is the page to return to."""
    form = DeliverToForm(data={"country": visitor_country()})
    form.set_countries(queries.list_countries())
    return _shown(form, 200)


@bp.post("/deliver-to")
def set_deliver_to() -> ResponseReturnValue:
    """Store the country and return to the page."""
    form = DeliverToForm.from_request()
    form.set_countries(queries.list_countries())
    if not form.validate():
        form.country.errors = [str(UNKNOWN)]
        return _shown(form, 422)
    return set_visitor_country(make_response(redirect(_back(), 303)), form.country.data)


def _shown(form: DeliverToForm, status: int) -> Response:
    return make_response(render_template("storefront/deliver_to.html", form=form, back=_back()), status)


def _back() -> str:
    return local_path(request.values.get("next")) or "/"
