"""Results of the search for everything, as tables."""

from __future__ import annotations

from kashcraft.backoffice.dashboard.presenters.find import found_groups, only_hit, searched_texts
from kashcraft.backoffice.dashboard.rules import Found, FoundGiftCard, FoundMember, FoundProduct, Hits
from kashcraft.backoffice.rules import Permission
from kashcraft.core.formats import Formats
from kashcraft.core.ids import GiftCardId, ProductId, UserId, new_id
from kashcraft.core.money import Money

CARD = FoundGiftCard(GiftCardId(new_id()), "7K2P", "Ada", Money(5000, "USD"))
BOWL = FoundProduct(ProductId(new_id()), "Walnut bowl", "Size: S", "KC-BOWL", 1200)
ADA = FoundMember(UserId(new_id()), "Ada King", "ada@shop.example", 8576)


def address(endpoint: str, **values: object) -> str:
    return f"{endpoint}?{','.join(values)}"


def test_sections_with_hits_are_tables_in_the_order_of_the_navigation() -> None:
    found = Found(members=Hits([ADA], 1), products=Hits([BOWL], 7), gift_cards=Hits([CARD], 1))
    products, members, cards = found_groups(found, "bowl", Formats(), address)

    assert [group.label for group in (products, members, cards)] == ["Products", "Members", "Gift cards"]
    assert (products.total, products.has_more, members.has_more) == (7, True, False)
    assert products.list_url == "backoffice.stock?find"
    bowl = products.table.rows[0].cells
    assert [cell.text for cell in bowl] == ["Walnut bowl", "KC-BOWL", "1,200"]
    assert (bowl[0].note, bowl[0].href) == ("Size: S", "backoffice.stock_history?product_id")
    assert [cell.text for cell in members.table.rows[0].cells] == ["Ada King", "ada@shop.example", "8,576"]
    assert [cell.text for cell in cards.table.rows[0].cells] == ["…7K2P", "Ada", "$50.00"]


def test_a_single_hit_has_an_address_and_several_have_none() -> None:
    one = found_groups(Found(gift_cards=Hits([CARD], 1)), "7K2P", Formats(), address)
    two = found_groups(Found(gift_cards=Hits([CARD], 1), members=Hits([ADA], 1)), "a", Formats(), address)
    more = found_groups(Found(products=Hits([BOWL], 2)), "bowl", Formats(), address)

    assert only_hit(one) == "backoffice.gift_card?card_id"
    assert [only_hit(groups) for groups in (two, more, [])] == [None, None, None]


def test_what_can_be_searched_for_depends_on_permissions() -> None:
    assert searched_texts({Permission.MANAGE_STOCK}) == ["Products: name or SKU"]
    assert len(searched_texts(frozenset(Permission))) == 5
