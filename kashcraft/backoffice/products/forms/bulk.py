"""What a change of many products needs: a tag, or by how much prices change."""

from __future__ import annotations

from wtforms import Field
from wtforms.validators import StopValidation

from kashcraft.core.forms import MOST, AmountField, CurrencyForm, Form, Text, VersionField
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.settings import formats

MOST_PERCENT = 1_000


def _percent(form: PricesForm, field: Field) -> None:
    """Read the signed percentage into ``form.basis_points``, with at most two decimal places."""
    form.basis_points = 0
    if not field.data:
        return
    try:
        points = formats().parse_number(field.data) * 100
    except ValueError:
        points = None
    if points is None or points % 1 or not -10_000 <= points <= MOST_PERCENT * 100:
        raise StopValidation(_("Please enter a percentage from -100 to 1000, for example -12.5."))
    form.basis_points = int(points)


class ChangeForm(Form):
    """A change without input. ``seen`` is the version of what the preview showed."""

    seen = VersionField()


class TagForm(ChangeForm):
    """The tag to add or to remove."""

    tag = Text(_l("Tag"), maximum=255, missing=_l("Please enter a tag."))


class PricesForm(ChangeForm, CurrencyForm):
    """By how much prices change: a percentage and an amount, each with a sign."""

    basis_points = 0

    percent = Text(_l("Percent"), _percent, optional=True, maximum=12)
    amount = AmountField(_l("Amount"), least=-MOST, optional=True)

    def validate(self, extra_validators: object = None) -> bool:
        """Return whether the input is valid and changes a price at all."""
        valid = super().validate(extra_validators)
        if valid and not self.basis_points and not self.amount.minor:
            self.percent.errors = [_("Please enter a percentage or an amount.")]
            return False
        return valid
