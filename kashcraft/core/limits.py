"""What somebody reads who repeats a step too often: the form as they sent it, and when to try again."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, make_response, render_template
from flask_limiter import RequestLimit

from kashcraft.core.forms import Form
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import ngettext

MINUTE, HOUR, DAY = 60, 3_600, 86_400


def too_often(limit: RequestLimit) -> str:
    """Return that a step was repeated too often, and after which time it surely works again."""
    seconds = limit.limit.get_expiry()
    if seconds >= DAY:
        return _("Too many attempts. Please try again tomorrow.")
    if seconds >= HOUR:
        return _("Too many attempts. Please try again in an hour.")
    return ngettext(
        "Too many attempts. Please try again in a minute.",
        "Too many attempts. Please try again in %(num)s minutes.",
        -(-seconds // MINUTE),
    )


def form_again(form: type[Form], page: str) -> Callable[[RequestLimit], Response]:
    """Return what a limit answers instead of the plain page: ``page`` with its form as it was sent."""

    def answer(limit: RequestLimit) -> Response:
        sent = form.from_request()
        sent.form_errors.append(too_often(limit))
        return make_response(render_template(page, form=sent), 429)

    return answer
