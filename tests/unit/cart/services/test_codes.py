"""Entering a code, on both databases: how often its voucher is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from kashcraft.cart.rules import Owner
from kashcraft.cart.services import add_line, enter_code
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError
from tests.factories.orders import member, stocked, voucher_terms

pytestmark = pytest.mark.usefixtures("database", "frozen")


def reads_of_vouchers(statements: Any) -> int:
    return sum("AS own_uses" in text for text in statements.texts)


@pytest.mark.parametrize(("signed_in", "statements"), [(False, 4), (True, 6)])
def test_a_replacing_code_reads_both_vouchers_in_one_statement(
    database: Flask, count_statements: Callable[[], Any], signed_in: bool, statements: int
) -> None:
    product = stocked(5)
    owner = Owner(user_id=member()) if signed_in else Owner()
    token = in_step(lambda: add_line(owner=owner, product_id=product.id)).token
    owner = owner if signed_in else Owner(token=token)
    small, large = voucher_terms(10), voucher_terms(20)
    in_step(lambda: enter_code(owner=owner, code=small.code))
    with count_statements() as seen:
        entered = in_step(lambda: enter_code(owner=owner, code=large.code))
    assert (entered.name, entered.text, entered.instead_of) == (large.code, "$8.00 off", small.code)
    assert (reads_of_vouchers(seen), len(seen)) == (1, statements)


def test_an_unknown_code_needs_no_further_statement(
    database: Flask, count_statements: Callable[[], Any]
) -> None:
    product = stocked(5)
    owner = Owner(token=in_step(lambda: add_line(owner=Owner(), product_id=product.id)).token)
    small = voucher_terms(10)
    in_step(lambda: enter_code(owner=owner, code=small.code))
    with count_statements() as seen, pytest.raises(DomainError, match="code_unknown"):
        in_step(lambda: enter_code(owner=owner, code="NOBODY-KNOWS"))
    assert reads_of_vouchers(seen) == 1
