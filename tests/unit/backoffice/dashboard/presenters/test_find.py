"""What the search for everything shows of each list, and a single hit."""

from __future__ import annotations

from kashcraft.backoffice.dashboard.presenters.find import SEARCHED, FoundGroup, only_hit, searched_texts
from kashcraft.backoffice.presenters.tables import Cell, TableColumn, TableRow, plain_table
from kashcraft.backoffice.rules import Permission


def group(total: int, href: str = "/orders/1") -> FoundGroup:
    row = TableRow(id="1", cells=[Cell(text="KC-1", href=href)])
    return FoundGroup(
        "Orders", plain_table("Orders", [TableColumn(key="a", label="A")], [row]), total, "/orders"
    )


def test_each_list_is_shown_with_columns_that_it_has_the_first_of_them_first() -> None:
    assert [str(label) for _, label, _ in SEARCHED] == [
        "Orders", "Products", "Members", "Vouchers", "Gift cards",
    ]  # fmt: skip
    for outline, _, keys in SEARCHED:
        assert keys[0] == outline.columns[0].key
        assert set(keys) <= {column.key for column in outline.columns}


def test_a_group_has_more_where_its_list_has_more_rows() -> None:
    assert (group(1).has_more, group(2).has_more) == (False, True)


def test_a_single_hit_has_an_address_and_several_have_none() -> None:
    assert only_hit([group(1)]) == "/orders/1"
    assert [only_hit(groups) for groups in ([group(1), group(1)], [group(2)], [])] == [None, None, None]


def test_what_can_be_searched_for_depends_on_permissions() -> None:
    assert searched_texts({Permission.MANAGE_STOCK}) == ["Products: name or SKU"]
    assert len(searched_texts(frozenset(Permission))) == 5
