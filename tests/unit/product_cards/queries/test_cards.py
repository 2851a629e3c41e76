"""Cards come in one statement, in the given order, with live stock."""

from collections.abc import Callable
from typing import Any

import pytest

from kashcraft.catalogue import services
from kashcraft.catalogue.models import Status
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import step
from kashcraft.core.ids import new_id
from kashcraft.core.money import Money
from kashcraft.inventory import jobs
from kashcraft.inventory import services as inventory
from kashcraft.inventory.models import HolderKind
from kashcraft.product_cards.queries import list_cards
from tests.factories.catalogue import make_category, make_product, make_product_with_variants, variants_of
from tests.factories.orders import uncounted

pytestmark = pytest.mark.usefixtures("database")


def test_cards_are_in_the_given_order(frozen: FrozenClock) -> None:
    category = make_category("Bowls")
    bowl = make_product("Bowl", price="40.00", stock=2, categories=[category], picture=True)
    cap = make_product_with_variants("Cap", prices=("30.00", "35.00"), stocks=(0, 4, 0))
    found = list_cards([cap.id, new_id(), bowl.id], frozen.moment)
    assert [(one.name, one.price, one.price_from, one.available, one.state) for one in found] == [
        ("Cap", Money(3000, "USD"), True, 4, "in_stock"),
        ("Bowl", Money(4000, "USD"), False, 2, "low"),
    ]
    assert (found[1].category_name, found[1].purchasable_id, found[1].picture.widths) == (
        "Bowls", bowl.id, (320, 640, 960, 1280),
    )  # fmt: skip


def test_archived_variants_do_not_count_for_the_card(frozen: FrozenClock) -> None:
    cap = make_product_with_variants("Cap", prices=("30.00", "35.00", "40.00"), stocks=(5,))
    cheapest, *others = variants_of(cap)
    with step():
        services.archive_product(product_id=cheapest.id)
    (card,) = list_cards([cap.id], frozen.moment)
    assert (card.price, card.available, card.variants_note) == (Money(3500, "USD"), 10, "2 sizes")
    for one in others:
        with step():
            services.archive_product(product_id=one.id)
    assert list_cards([cap.id], frozen.moment) == []


def test_drafts_have_no_card_and_missing_stock_is_sold_out(frozen: FrozenClock) -> None:
    draft = make_product(status=Status.DRAFT)
    sold_out = make_product(stock=0)
    assert [one.state for one in list_cards([draft.id, sold_out.id], frozen.moment)] == ["sold_out"]


def test_a_sale_is_shown_during_its_window(frozen: FrozenClock) -> None:
    product = make_product(
        price="40.00", sale_price="30.00", sold={"sale_ends_at": frozen.moment.replace(hour=11)}
    )
    (during,) = list_cards([product.id], frozen.moment)
    (after,) = list_cards([product.id], frozen.moment.replace(hour=11))
    assert (during.price, during.compare_at) == (Money(3000, "USD"), Money(4000, "USD"))
    assert (after.price, after.compare_at) == (Money(4000, "USD"), None)


def test_the_number_of_statements_does_not_depend_on_the_number_of_cards(
    frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    products = [make_product().id for _ in range(6)] + [make_product_with_variants().id for _ in range(3)]
    list_cards(products[:1], frozen.moment)
    with count_statements() as few:
        list_cards(products[:2], frozen.moment)
    with count_statements() as many:
        list_cards(products, frozen.moment)
    assert len(few) == len(many)
    with count_statements() as none:
        assert list_cards([], frozen.moment) == []
    assert len(none) == 0


def test_card_contents_are_cached_by_version_and_stock_is_read_every_time(
    frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    bowl, cap = make_product("Bowl", stock=2), make_product_with_variants("Cap", stocks=(0, 4, 0))
    asked = [bowl.id, cap.id, new_id()]
    list_cards(asked, frozen.moment)
    with step():
        inventory.adjust(product_id=bowl.id, change=-1, key="count")
    with count_statements() as seen:
        assert [one.available for one in list_cards(asked, frozen.moment)] == [1, 4]
    assert [text.split("FROM")[-1].split()[0] for text in seen.texts] == ["catalogue_version", "inventories"]

    with step():
        services.set_price(product_id=bowl.id, price=Money(4100, "USD"))
        services.set_rating(product_id=cap.id, count=2, total=9)
    found = list_cards(asked, frozen.moment)
    assert (found[0].price.minor, found[1].rating_average) == (4100, 4.5)


def test_an_archived_product_has_no_card(frozen: FrozenClock) -> None:
    bowl = make_product("Bowl")
    list_cards([bowl.id], frozen.moment)
    with step():
        services.archive_product(product_id=bowl.id)
    assert list_cards([bowl.id], frozen.moment) == []


@pytest.mark.parametrize(
    ("kind", "state"),
    [(HolderKind.ORDER, "held"), (HolderKind.QUICK_CHECKOUT, "held"), (HolderKind.WAITLIST, "sold_out")],
)
def test_units_of_an_unpaid_order_are_held_until_they_are_released(
    frozen: FrozenClock, kind: HolderKind, state: str
) -> None:
    bowl, cap = make_product("Bowl", stock=1), make_product_with_variants("Cap", stocks=(1, 0, 0))

    def states() -> list[str]:
        return [one.state for _ in range(2) for one in list_cards([bowl.id, cap.id], frozen.moment)]

    assert states() == ["low", "low"] * 2
    with step():
        inventory.hold(
            holder_kind=kind, holder_id=new_id(), lines=[(bowl.id, 1), (variants_of(cap)[0].id, 1)],
            expires_at=frozen.moment,
        )  # fmt: skip
    assert states() == [state, state] * 2
    jobs.release_expired()
    assert states() == ["low", "low"] * 2


def test_units_that_are_not_held_are_shown(frozen: FrozenClock) -> None:
    bowl = make_product("Bowl", stock=3)
    with step():
        inventory.hold(
            holder_kind=HolderKind.ORDER, holder_id=new_id(), lines=[(bowl.id, 1)], expires_at=frozen.moment
        )
    assert [(one.state, one.available) for one in list_cards([bowl.id], frozen.moment)] == [("low", 2)]


def test_a_product_that_is_not_counted_is_in_stock(frozen: FrozenClock) -> None:
    blend, cap = uncounted(name="Tea blend"), make_product_with_variants("Cap", stocks=(0, 0, 2))
    with step():
        inventory.stop_counting(product_id=variants_of(cap)[0].id)
    for _ in range(2):
        assert [one.state for one in list_cards([blend.id, cap.id], frozen.moment)] == [
            "in_stock",
            "in_stock",
        ]
