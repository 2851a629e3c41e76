"""SKUs for products without one."""

from kashcraft.product_csv.rules.skus import derive_sku


def test_handle_and_options_make_the_sku() -> None:
    assert derive_sku("leather-anchor", ("Gold",)) == "LEATHER-ANCHOR-GOLD"
    assert derive_sku("galaxy-earrings", ()) == "GALAXY-EARRINGS"
    assert derive_sku("shirt", ("Öko-Grün", "XL / tall")) == "SHIRT-OKO-GRUN-XL-TALL"


def test_a_taken_sku_gets_the_end_of_its_own_hash_every_time() -> None:
    first = derive_sku("a", ("b c",))
    second = derive_sku("a-b", ("c",), taken={first})

    assert first == "A-B-C"
    assert second == "A-B-C-E0959407"
    assert second == derive_sku("a-b", ("c",), taken={first})
    assert second != derive_sku("a", ("b-c",), taken={first})


def test_a_long_one_is_cut_to_64_characters_and_stays_unique() -> None:
    one, other = derive_sku("x" * 80, ("one",)), derive_sku("x" * 80, ("two",))

    assert len(one) <= 64
    assert one != other
