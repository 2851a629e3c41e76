"""The forms of products and the input that they make."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from kashcraft.backoffice.products.forms.bulk import PricesForm, TagForm
from kashcraft.backoffice.products.forms.filter_values import FilterValuesForm, read_values
from kashcraft.backoffice.products.forms.product import SoldProductForm, shown_product
from kashcraft.catalogue.rules import PageInput, SafetyInput, SkuInput
from kashcraft.catalogue.rules.kinds import Status
from kashcraft.catalogue.rules.product_input import ProductInput
from kashcraft.core.ids import CategoryId, ProductId
from kashcraft.core.money import Money

WOOD, METAL = CategoryId(UUID(int=1)), CategoryId(UUID(int=2))
INDIA = ZoneInfo("Asia/Kolkata")
BOWL = ProductInput(
    page=PageInput(
        name="Bowl", slug="bowl", description="One\n\nTwo", status=Status.DRAFT, category_ids=(WOOD, METAL),
        materials=("walnut", "wax"), publish_at=datetime(2026, 4, 1, 3, 30, 7, tzinfo=UTC),
        safety=SafetyInput(maker_address="Srinagar\nIndia", hs_code="4419.90", origin_country="IN"),
    ),
    sold=SkuInput(
        sku="KC-1", price=Money(123450, "USD"), sale_price=Money(100000, "USD"), weight_grams=450,
        sale_ends_at=datetime(2026, 5, 1, tzinfo=UTC), is_gift_card=False, one_of_a_kind=True,
    ),
    related_ids=(ProductId(UUID(int=9)),),
)  # fmt: skip


def form_of(sent: MultiDict[str, str] | None = None, data: ProductInput | None = None) -> SoldProductForm:
    return SoldProductForm(
        sent,
        currency="USD",
        categories=[(WOOD, "Wood"), (METAL, "Metal")],
        countries=[("IN", "India")],
        tax_classes=["books"],
        data=shown_product(data, INDIA) if data else None,
        related=data.related_ids if data else (),
    )


def sent_as_shown() -> MultiDict[str, str]:
    """Return what a browser sends when nothing is typed."""
    shown = form_of(data=BOWL)
    sent: MultiDict[str, str] = MultiDict()
    for name, field in shown._fields.items():
        if name == "categories":
            sent.setlist(name, list(field.data))
        elif field.data is not False:
            sent[name] = field._value() if hasattr(field, "_value") else str(field.data)
    sent["description"] = "One\r\n\r\nTwo\r\n"
    sent.setlist("related", [str(one) for one in shown.chosen])
    return sent


def test_a_form_that_is_sent_as_shown_has_the_same_values(app: Flask) -> None:
    with app.test_request_context():
        form = form_of(sent_as_shown())

        assert form.validate(), form.errors
        assert form.entered(INDIA, BOWL) == BOWL
        assert form.version.data == BOWL.version


@pytest.mark.parametrize(
    ("wrong", "errors"),
    [
        ({"name": " "}, {"name": ["Please enter a name."]}),
        ({"price": "", "sku": ""}, {"price": ["Please enter a price."], "sku": ["Please enter a SKU."]}),
        ({"hs_code": "44"}, {"hs_code": ["Please enter 4 to 10 digits, for example 6214.20."]}),
        ({"publish_at": "1999-01-01T10:00"}, {"publish_at": ["Please enter a date from 2000 to 2099."]}),
        (
            {"status": "active"},
            {"publish_at": ["Only a draft can have a time. Choose the status “Draft”."]},
        ),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    app: Flask, wrong: dict[str, str], errors: dict[str, list[str]]
) -> None:
    with app.test_request_context():
        sent = sent_as_shown()
        sent.update(wrong)
        for name in wrong:
            sent.setlist(name, [wrong[name]])
        form = form_of(sent)

        assert not form.validate()
        assert form.errors == errors


def test_times_are_those_of_the_shop(app: Flask) -> None:
    with app.test_request_context():
        sent = sent_as_shown()
        sent.setlist("publish_at", ["2026-04-02T10:00"])
        form = form_of(sent)
        assert form.validate()
        entered = form.entered(INDIA, BOWL)

        assert entered.page.publish_at == datetime(2026, 4, 2, 4, 30, tzinfo=UTC)
        assert replace(entered, page=replace(entered.page, publish_at=BOWL.page.publish_at)) == BOWL


def test_values_are_separated_by_commas_and_lines(app: Flask) -> None:
    with app.test_request_context():
        form = FilterValuesForm(MultiDict({"tags": " warm, soft ,warm\r\nlight,, "}))

        assert read_values(form.tags) == ("warm", "soft", "light")
        assert read_values(form.sizes) == ()


@pytest.mark.parametrize(
    ("percent", "amount", "points", "minor"),
    [("-12.5", "", -1250, 0), ("", "-5.00", 0, -500), ("10", "0.50", 1000, 50)],
)
def test_prices_change_by_a_percentage_and_an_amount(
    app: Flask, percent: str, amount: str, points: int, minor: int
) -> None:
    with app.test_request_context():
        form = PricesForm(MultiDict({"percent": percent, "amount": amount}), currency="USD")

        assert form.validate(), form.errors
        assert (form.basis_points, form.amount.minor) == (points, minor)


@pytest.mark.parametrize(
    ("percent", "error"),
    [
        ("", "Please enter a percentage or an amount."),
        ("much", "Please enter a percentage from -100 to 1000, for example -12.5."),
        ("-101", "Please enter a percentage from -100 to 1000, for example -12.5."),
        ("1.234", "Please enter a percentage from -100 to 1000, for example -12.5."),
    ],
)
def test_a_change_of_nothing_and_an_unreadable_one_are_refused(app: Flask, percent: str, error: str) -> None:
    with app.test_request_context():
        form = PricesForm(MultiDict({"percent": percent, "amount": ""}), currency="USD")

        assert (form.validate(), form.errors) == (False, {"percent": [error]})
        assert not TagForm(MultiDict({"tag": " "})).validate()
