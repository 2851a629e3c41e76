"""Staff set up tax rates; what applies already changes from a day on or expressly."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts.models import Role
from kashcraft.audit.queries import list_entries_of
from kashcraft.core.db import step
from kashcraft.core.ids import TaxRateId
from kashcraft.taxes import queries, services
from kashcraft.taxes.rules import Destination, Rate
from tests.factories.delivery import make_rate
from tests.factories.people import signed_in

pytestmark = pytest.mark.usefixtures("frozen")
SENT = {"country": "FJ", "tax_class": "standard", "name": "VAT", "rate": "15"}
VAT = Rate(tax_class="standard", country="FJ", rate=150_000, name="VAT")


@pytest.fixture
def owner(app: Flask) -> FlaskClient:
    """The owner, who sets up taxes."""
    return signed_in(app, Role.OWNER)


@pytest.fixture
def rate_id(app: Flask) -> TaxRateId:
    """A rate that has always applied."""
    with app.app_context():
        return make_rate(VAT)


def text_of(answer: Any) -> str:
    """Return a page as people read it."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def error(answer: Any, field: str) -> str:
    """Return the first message beside a field."""
    found = re.search(rf'id="{field}-error">([^<]*)<', answer.text)
    return html.unescape(found[1]) if found else ""


def stored(app: Flask) -> list[Rate]:
    """Return all rates, the earliest first."""
    with app.app_context():
        found = [one.data for one in queries.list_stored_rates(day=date(2026, 3, 2))]
    return sorted(found, key=lambda rate: rate.valid_from or date.min)


def test_a_rate_is_created_and_listed_by_period(app: Flask, owner: FlaskClient) -> None:
    sent = {**SENT, "region": "ba", "postal_prefix": "10-2", "rate": "8.875", "valid_from": "2026-03-03"}
    assert owner.post("/backoffice/taxes/new", data=sent).status_code == 303

    assert stored(app) == [
        Rate(
            tax_class="standard", country="FJ", rate=88_750, name="VAT", region="BA", postal_prefix="102",
            valid_from=date(2026, 3, 3),
        )
    ]  # fmt: skip
    later = text_of(owner.get("/backoffice/taxes?tab=future&country=FJ"))
    assert "Fiji BA, 102… VAT standard Rate 8.875% From March 3, 2026 Later" in later
    assert "No tax rates" not in later
    assert "BA, 102" not in text_of(owner.get("/backoffice/taxes?tab=now"))
    assert "8.875%" in signed_in(app, Role.SUPPORT).get("/backoffice/taxes?format=csv").text


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"rate": "101"}, "rate", "Please enter a percentage, for example 8.875."),
        ({"rate": "8.87555"}, "rate", "Please enter a percentage"),
        ({"name": ""}, "name", "Please enter a name."),
        ({"valid_from": "2026-04-02", "valid_until": "2026-04-01"}, "valid_until", "must not be before"),
        ({"valid_from": "2027-01-01"}, "valid_from", "Another rate of this place and class, VAT,"),
        ({"country": "Fiji"}, "country", "Please choose a country."),
    ],
)
def test_a_wrong_rate_is_refused_beside_its_field(
    app: Flask, owner: FlaskClient, rate_id: TaxRateId, values: dict[str, str], field: str, message: str
) -> None:
    page = owner.post("/backoffice/taxes/new", data=SENT | values)

    assert (page.status_code, message in error(page, field)) == (422, True)
    assert stored(app) == [VAT]


def test_a_rate_in_force_changes_from_a_day_on(app: Flask, owner: FlaskClient, rate_id: TaxRateId) -> None:
    url = f"/backoffice/taxes/{rate_id}"
    refused = owner.post(url, data=SENT | {"rate": "9"})
    assert "This rate applies already." in error(refused, "since")
    for wrong in ("2026-03-01", "2100-01-01"):
        assert owner.post(url, data=SENT | {"rate": "9", "since": wrong}).status_code == 422
    assert stored(app) == [VAT]
    assert owner.post(url, data=SENT | {"rate": "9", "since": "2026-04-01"}).status_code == 303

    old, new = stored(app)
    assert (old.rate, old.valid_from, old.valid_until) == (150_000, None, date(2026, 3, 31))
    assert (new.rate, new.valid_from, new.valid_until) == (90_000, date(2026, 4, 1), None)
    with app.app_context():
        for day, rate in ((date(2026, 3, 31), 150_000), (date(2026, 4, 1), 90_000)):
            assert queries.list_rates_for(Destination("FJ"), on=day)["standard"].rate == rate
        entry = list_entries_of("tax rate", rate_id)[0]
        assert (entry.action, entry.after) == ("changed", {"valid_until": "2026-03-31"})


def test_a_mistake_is_corrected_expressly(app: Flask, owner: FlaskClient, rate_id: TaxRateId) -> None:
    answer = owner.post(f"/backoffice/taxes/{rate_id}", data=SENT | {"rate": "12.5", "retroactive": "y"})

    assert answer.status_code == 303
    assert [(one.rate, one.valid_from) for one in stored(app)] == [(125_000, None)]


def test_a_rate_ends_on_a_day_and_its_name_changes_freely(
    app: Flask, owner: FlaskClient, rate_id: TaxRateId
) -> None:
    sent = SENT | {"name": "Value added tax", "valid_until": "2026-03-31"}
    assert owner.post(f"/backoffice/taxes/{rate_id}", data=sent).status_code == 303

    (rate,) = stored(app)
    assert (rate.name, rate.valid_until) == ("Value added tax", date(2026, 3, 31))


def test_an_outdated_form_shows_both_versions(app: Flask, owner: FlaskClient, rate_id: TaxRateId) -> None:
    url = f"/backoffice/taxes/{rate_id}"
    version = re.search(r'name="version"[^>]*value="(\w+)"', owner.get(url).text)
    assert version
    with app.app_context(), step():
        services.change_rate(
            rate_id=rate_id,
            data=Rate(tax_class="standard", country="FJ", rate=150_000, name="GST"),
            today=date(2026, 3, 2),
        )
    page = owner.post(url, data=SENT | {"name": "Tax", "version": version[1]})

    assert page.status_code == 422
    assert "Name GST Tax" in text_of(page)
    assert stored(app)[0].name == "GST"


def test_a_deletion_says_what_is_lost(app: Flask, owner: FlaskClient, rate_id: TaxRateId) -> None:
    asked = text_of(owner.get(f"/backoffice/taxes/{rate_id}/delete"))
    assert "Fiji, class standard: 15%. Always. Without it a less specific rate applies there" in asked
    assert owner.post(f"/backoffice/taxes/{rate_id}/delete").status_code == 303
    assert stored(app) == []
