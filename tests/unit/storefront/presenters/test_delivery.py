"""The table of delivery prices."""

from kashcraft.core.formats import Formats
from kashcraft.shipping.rules import Band, ListedZone, Method, Zone
from kashcraft.storefront.presenters import price_tables


def method(name: str, *bands: tuple[int, int], limit: int | None = None) -> Method:
    return Method(
        code=name.lower(),
        name=name,
        bands=tuple(Band(price=price, over_grams=over) for over, price in bands),
        handling_days=1,
        transit_days_min=2,
        transit_days_max=4,
        max_weight_grams=limit,
    )


def zone(name: str, *methods: Method, countries: tuple[str, ...] = (), free: int | None = None) -> ListedZone:
    return ListedZone(
        zone=Zone(name=name, currency="USD", methods=methods, free_above=free),
        countries=countries,
        is_rest_of_world=not countries,
    )


def test_each_row_is_a_weight_class_of_any_method() -> None:
    india = zone(
        "India",
        method("Standard", (0, 300), (3000, 800), (8000, 2000)),
        method("Express", (0, 700), (3000, 1600), limit=15_000),
        method("Courier", (0, 2000), limit=3000),
        countries=("IN",),
        free=6000,
    )
    (table,) = price_tables([india], "IN", Formats())
    assert table.rows == (
        ("Up to 3 kg", ("$3.00", "$7.00", "$20.00")),
        ("Up to 8 kg", ("$8.00", "$16.00", "Not available")),
        ("Over 8 kg", ("$20.00", "$16.00, up to 15 kg", "Not available")),
    )
    assert table.methods[0] == ("Standard", "3–5 working days")
    assert (table.places, table.free, table.is_own) == (
        (), "Standard delivery is free from $60.00.", True,
    )  # fmt: skip


def test_the_visitors_zone_is_first_and_other_countries_use_the_rest_of_the_world() -> None:
    one = method("Standard", (0, 900))
    zones = [zone("Europe", one, countries=("DE", "FR")), zone("Rest of the world", one), zone("Empty")]
    named = {
        country: [(table.name, table.is_own) for table in price_tables(zones, country, Formats())]
        for country in ("FR", "JP")
    }
    assert named == {
        "FR": [("Europe", True), ("Rest of the world", False)],
        "JP": [("Rest of the world", True), ("Europe", False)],
    }
    assert price_tables(zones, "FR", Formats())[0].places == ("France", "Germany")
    assert price_tables(zones, "FR", Formats())[0].rows == (("Any weight", ("$9.00",)),)


def test_days_have_a_singular_and_weights_follow_the_locale() -> None:
    quick = Method(
        code="express",
        name="Express",
        bands=(Band(price=700, over_grams=0), Band(price=900, over_grams=1500)),
        handling_days=0,
        transit_days_min=1,
        transit_days_max=1,
    )
    (table,) = price_tables([zone("Germany", quick, countries=("DE",))], "DE", Formats("de_DE"))
    assert table.methods == (("Express", "1 working day"),)
    assert [row[0] for row in table.rows] == ["Up to 1,5 kg", "Over 1,5 kg"]
