from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from kashcraft.backoffice.taxes.forms import RateForm, shown_rate
from kashcraft.core.stale_forms import sent_values
from kashcraft.taxes.rules import Rate


@pytest.mark.parametrize("parts", [0, 1, 88_750, 200_000, 1_000_000])
def test_a_stored_rate_is_entered_unchanged(database: Flask, parts: int) -> None:
    rate = Rate(
        tax_class="food", country="US", rate=parts, name="Tax", region="NY", postal_prefix="100",
        valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31),
    )  # fmt: skip
    shown = RateForm(data=shown_rate(rate))
    form = RateForm(MultiDict([pair for field in shown for pair in sent_values(field)]))

    assert form.validate(), form.errors
    assert form.input == rate
