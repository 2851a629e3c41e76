"""Forms of members: their birthday, and the exchange of points for a reward."""

from __future__ import annotations

from wtforms.widgets import HiddenInput

from kashcraft.core.fields import BooleanField, HiddenField, InputRequired, Regexp, SelectField
from kashcraft.core.forms import MOST, Form, WholeField
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.settings import formats

ID = Regexp(r"[0-9a-fA-F-]{36}\Z", message=_l("Please try again."))


class BirthdayForm(Form):
    """A day and a month. The year is not needed."""

    day = WholeField(
        _l("Day"),
        least=1,
        most=31,
        missing=_l("Please enter the day."),
        words=_l("A day from %(least)s to %(most)s."),
    )
    month = SelectField(_l("Month"), coerce=int, choices=lambda: formats().months())


class ExchangeForm(Form):
    """The offer, the price in points that the button showed, and a key that makes the request unique."""

    offer_id = HiddenField(validators=[InputRequired(), ID])
    cost = WholeField(least=0, most=MOST - 1, widget=HiddenInput())
    key = HiddenField(validators=[InputRequired(), ID])
    sure = BooleanField()
