import pytest

from kashcraft.pricing.rules import tax_inside, tax_on_top


@pytest.mark.parametrize(
    ("net", "rate", "tax"),
    [
        (4312, 200_000, 862),
        (2588, 200_000, 518),
        (500, 200_000, 100),
        (10000, 88_750, 888),
        (5, 100_000, 1),
        (4, 100_000, 0),
    ],
)
def test_tax_is_added_to_a_net_price(net: int, rate: int, tax: int) -> None:
    assert tax_on_top(net, rate) == tax


@pytest.mark.parametrize(
    ("gross", "rate", "tax"),
    [(4666, 100_000, 424), (11900, 190_000, 1900), (12000, 200_000, 2000), (100, 0, 0), (0, 200_000, 0)],
)
def test_tax_is_extracted_from_a_gross_price(gross: int, rate: int, tax: int) -> None:
    assert tax_inside(gross, rate) == tax
