"""Saving the choices of a family makes them exactly what is said."""

from dataclasses import replace

import pytest

from kashcraft.catalogue import services
from kashcraft.catalogue.models import Status
from kashcraft.catalogue.queries import version
from kashcraft.catalogue.rules import ChoiceFacts, SoldFacts
from kashcraft.core.db import step
from kashcraft.core.errors import DomainError
from kashcraft.core.money import Money
from tests.factories.catalogue import choices_of, make_family, make_product

pytestmark = pytest.mark.usefixtures("database")


def choice(sku: str, size: str, price: int = 4000) -> ChoiceFacts:
    return ChoiceFacts(option_values={"Size": size}, sold=SoldFacts(sku=sku, price=Money(price, "USD")))


def test_choices_are_added_changed_and_archived() -> None:
    family = make_family(options={"Size": ("S", "M")})
    small, medium = choices_of(family)
    with step():
        changes = services.save_choices(
            product_id=family.id,
            option_names=["Size"],
            choices=[choice(small.sku or "", "S", 4500), choice("NEW", "L")],
        )
    rows = {one.sku: one for one in choices_of(family)}
    assert changes.changed == (small.id,)
    assert changes.archived == (medium.id,)
    assert changes.added == (rows["NEW"].id,)
    assert rows[small.sku].price == 4500
    assert rows[medium.sku].status is Status.ARCHIVED


def test_the_same_choices_again_change_nothing() -> None:
    family = make_family(options={"Size": ("S", "M")})
    same = [choice(one.sku or "", one.option_values["Size"]) for one in choices_of(family)]
    with step():
        changes = services.save_choices(product_id=family.id, option_names=["Size"], choices=same)
    assert not changes


def test_options_in_another_order_raise_the_version() -> None:
    family = make_family(options={"Size": ("S",), "Colour": ("Red", "Blue")})
    same = [
        replace(choice(one.sku or "", "S"), option_values=dict(one.option_values))
        for one in choices_of(family)
    ]
    before = version()
    with step():
        services.save_choices(product_id=family.id, option_names=["Colour", "Size"], choices=same)
    assert version() > before


def test_an_archived_choice_comes_back() -> None:
    family = make_family(options={"Size": ("S", "M")})
    both = [choice(one.sku or "", one.option_values["Size"]) for one in choices_of(family)]
    for choices in (both[:1], both):
        with step():
            services.save_choices(product_id=family.id, option_names=["Size"], choices=choices)
    assert [one.status for one in choices_of(family)] == [Status.ACTIVE, Status.ACTIVE]


def test_a_piece_has_no_choices() -> None:
    piece = make_product()
    with pytest.raises(DomainError, match="not_a_family"), step():
        services.save_choices(product_id=piece.id, option_names=["Size"], choices=[choice("X", "S")])
