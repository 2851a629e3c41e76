"""Each value of an option leads to the choice that a person would expect."""

from uuid import UUID

from kashcraft.product_cards.rules import Sellable
from kashcraft.storefront.rules import axes_of, chosen_of


def choice(number: int, size: str, colour: str, free: int = 5) -> Sellable:
    return Sellable(UUID(int=number), price=1000, regular=1000, free=free, values=(size, colour))


RUGS = [
    choice(1, "Small", "Red"),
    choice(2, "Small", "Blue", free=0),
    choice(3, "Large", "Red"),
    choice(4, "Large", "Green"),
]


def leads(chosen: int) -> dict[str, tuple[int, str | None]]:
    axes = axes_of(["Size", "Colour"], RUGS, RUGS[chosen - 1])
    return {value.text: (value.choice_id.int, value.note) for axis in axes for value in axis.values}


def test_a_value_changes_nothing_else_where_it_can() -> None:
    assert leads(1) == {
        "Small": (1, None),
        "Large": (3, None),
        "Red": (1, None),
        "Blue": (2, "sold out"),
        "Green": (4, "changes to Large, Green"),
    }


def test_a_value_that_is_not_made_leads_to_the_nearest() -> None:
    assert leads(4)["Small"] == (1, "changes to Small, Red")
    assert leads(4)["Blue"] == (2, "sold out")


def test_the_first_choice_in_stock_is_shown_unless_another_is_asked_for() -> None:
    sold = [choice(1, "S", "Red", free=0), choice(2, "M", "Red")]
    assert chosen_of(sold, None).id.int == 2
    assert chosen_of(sold, UUID(int=1)).id.int == 1
    assert chosen_of(sold, UUID(int=9)).id.int == 2
    assert chosen_of(sold[:1], None).id.int == 1
