"""The four forms of the code box, as each page registers them."""

from __future__ import annotations

import pytest
from flask import Flask


@pytest.mark.parametrize("page", ["cart", "checkout"])
def test_each_page_has_the_four_forms(shop: Flask, page: str) -> None:
    routes = {
        rule.endpoint: rule.rule for rule in shop.url_map.iter_rules() if "POST" in (rule.methods or ())
    }
    assert {
        name: routes[f"{page}.{name}"]
        for name in ("add_code", "remove_code", "spend_points", "choose_reward")
    } == {
        "add_code": f"/{page}/codes",
        "remove_code": f"/{page}/codes/<uuid:code_id>/remove",
        "spend_points": f"/{page}/points",
        "choose_reward": f"/{page}/reward",
    }


def test_the_limiter_distinguishes_the_pages(shop: Flask) -> None:
    """Under one name the limit of unknown codes would count each of them twice."""
    names = [shop.view_functions[f"{page}.add_code"].__qualname__ for page in ("cart", "checkout")]
    assert names == ["cart.add_code", "checkout.add_code"]
