"""Reactions of carts to sign-ins."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from kashcraft.cart import handlers, services
from kashcraft.cart.rules import MEMBER, MergeReport, Owner
from kashcraft.core.db import in_step
from kashcraft.core.ids import UserId
from kashcraft.events.accounts import SignedIn
from tests.factories import shopping


def sign_in(user_id: UUID, **tokens: str) -> MergeReport:
    return in_step(lambda: handlers.merge_at_sign_in(SignedIn(user_id=UserId(user_id), guest_tokens=tokens)))


def test_a_sign_in_merges_the_guest_cart_and_reports_it(database: Flask) -> None:
    ada, bowl, tray = (
        shopping.customer(),
        shopping.add_product(stock=10),
        shopping.add_product("Tray", stock=10),
    )
    in_step(lambda: services.add_line(owner=Owner(user_id=UserId(ada)), product_id=tray))
    token = in_step(lambda: services.add_line(owner=Owner(), product_id=bowl, quantity=2)).token
    assert token is not None

    assert sign_in(ada, cart=token) == MergeReport(added=1, count=3)
    assert sign_in(ada, cart=token) == MergeReport(count=3)


@pytest.mark.parametrize("tokens", [{}, {"cart": MEMBER}, {"cart": "made up"}, {"lists": "another"}])
def test_a_sign_in_without_a_guest_cart_reports_the_members_units(
    database: Flask, tokens: dict[str, str]
) -> None:
    ada, bowl = shopping.customer(), shopping.add_product(stock=10)
    in_step(lambda: services.add_line(owner=Owner(user_id=UserId(ada)), product_id=bowl, quantity=3))

    assert sign_in(ada, **tokens) == MergeReport(count=3)
