"""Concurrent claims of one voucher stay within its limits, on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.core.db import db, in_step, step
from kashcraft.core.errors import DomainError
from kashcraft.vouchers import services
from kashcraft.vouchers.models import UsageStatus, Voucher, VoucherUsage
from kashcraft.vouchers.services import terms
from tests.factories.vouchers import an_order, make_voucher, voucher_input
from tests.support.races import at_once, codes


def claimer(voucher_id: UUID, order_id: UUID, customer: str) -> Callable[[], Any]:
    """Return a call that claims the voucher for an order."""
    return lambda: in_step(
        lambda: services.claim(
            voucher_id=voucher_id, order_id=order_id, customer_key=customer, user_id=None, discount=100,
            order_total=1_000, final_total=900,
        ).slot
    )  # fmt: skip


def releaser(order_id: UUID) -> Callable[[], Any]:
    """Return a call that releases the order's use."""
    return lambda: in_step(lambda: services.release(order_id=order_id))


def applied() -> list[tuple[str, int]]:
    rows = sa.select(VoucherUsage.customer_hash, VoucherUsage.slot).where(
        VoucherUsage.status == UsageStatus.APPLIED
    )
    return [tuple(row) for row in db.session.execute(rows)]


def counter_is(number: int) -> bool:
    """Return whether the counter and the applied uses are both this number."""
    return db.session.scalar(sa.select(Voucher.current_usages)) == number == len(applied())


def test_five_of_sixty_four_claims_succeed_with_a_limit_of_five(database: Flask) -> None:
    voucher_id = make_voucher(max_usages=5, max_usage_per_user=1).id
    orders = [(an_order(), f"customer{number % 8}@shop.example") for number in range(64)]
    answers = at_once(database, [claimer(voucher_id, *order) for order in orders])
    assert codes(answers)["ok"] == 5
    assert set(codes(answers)) <= {"ok", "voucher_used_up", "voucher_used_by_customer"}
    assert counter_is(5)
    assert max(Counter(customer for customer, _ in applied()).values()) == 1


def test_one_customer_gets_no_more_uses_than_slots(database: Flask) -> None:
    voucher_id = make_voucher(max_usage_per_user=3).id
    answers = at_once(database, [claimer(voucher_id, an_order(), "ada@shop.example") for _ in range(16)])
    assert codes(answers) == {"ok": 3, "voucher_used_by_customer": 13}
    assert sorted(slot for _, slot in applied()) == [1, 2, 3]
    assert counter_is(3)


def test_concurrent_claims_of_one_order_count_once(database: Flask) -> None:
    voucher_id, order_id = make_voucher(max_usages=1).id, an_order()
    again = claimer(voucher_id, order_id, "ada@shop.example")
    assert [again(), *at_once(database, [again] * 12)] == [1] * 13
    assert counter_is(1)


def test_concurrent_releases_and_claims_keep_the_counter(database: Flask) -> None:
    voucher_id = make_voucher(max_usages=4).id
    holding = [an_order() for _ in range(4)]
    for number, order_id in enumerate(holding):
        claimer(voucher_id, order_id, f"first{number}@shop.example")()
    coming = [claimer(voucher_id, an_order(), f"next{number}@shop.example") for number in range(12)]
    answers = at_once(database, [*(releaser(order_id) for order_id in holding * 4), *coming])
    assert sum(answer is True for answer in answers[:16]) == 4
    taken = codes(answers[16:])["ok"]
    assert taken <= 4
    assert counter_is(taken)


def test_lowered_limit_is_never_below_concurrent_uses(database: Flask) -> None:
    voucher_id = make_voucher(max_usages=20, max_usage_per_user=None).id

    def lower() -> Any:
        return in_step(
            lambda: (
                services.update_voucher(voucher_id=voucher_id, data=voucher_input(max_usages=6)).max_usages
            )
        )

    buyers = [claimer(voucher_id, an_order(), f"{number}@shop.example") for number in range(12)]
    answers = at_once(database, [*buyers[:6], lower, *buyers[6:]])
    voucher = db.session.scalars(sa.select(Voucher).execution_options(populate_existing=True)).one()
    assert counter_is(voucher.current_usages)
    if codes(answers)["voucher_limit_below_uses"]:
        assert (voucher.max_usages, voucher.current_usages) == (20, 12)
    else:
        assert (voucher.max_usages, voucher.current_usages) == (6, 6)


def test_concurrent_requests_with_one_key_count_once(database: Flask) -> None:
    def create() -> Any:
        return in_step(lambda: services.create_voucher(data=voucher_input(), key="new").id)

    answers = codes(at_once(database, [create] * 8))
    assert set(answers) <= {"ok", "voucher_done_before"}
    (voucher_id,) = db.session.scalars(sa.select(Voucher.id)).all()

    def issue() -> Any:
        return in_step(lambda: len(services.issue_codes(voucher_id=voucher_id, count=3, key="codes")))

    assert codes(at_once(database, [issue] * 8)) == {"ok": 8}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Voucher)) == 1 + 3


def test_one_of_several_editors_gets_the_same_code(
    database: Flask,
) -> None:
    voucher_ids = [make_voucher(code=f"OLD-{number}").id for number in range(8)]

    def rename(voucher_id: UUID) -> Callable[[], Any]:
        return lambda: in_step(
            lambda: services.update_voucher(voucher_id=voucher_id, data=voucher_input(code="SPRING")).code
        )

    answers = at_once(database, [rename(voucher_id) for voucher_id in voucher_ids])

    assert codes(answers) == {"ok": 1, "voucher_code_taken": 7}
    stored = db.session.scalars(sa.select(Voucher.code)).all()
    assert "SPRING" in stored
    assert sum(code.startswith("OLD-") for code in stored) == 7


def test_code_that_was_taken_concurrently_is_refused(
    database: Flask,
) -> None:
    first, second = make_voucher(code="ONE").id, make_voucher(code="TWO").id
    with database.app_context(), pytest.raises(DomainError) as refusal, step() as session:
        session.execute(sa.update(Voucher).where(Voucher.id == first).values(code="SPRING"))
        terms._write(second, {"code": "SPRING"})

    assert (refusal.value.code, refusal.value.field) == ("voucher_code_taken", "code")
    db.session.rollback()
    assert set(db.session.scalars(sa.select(Voucher.code))) == {"ONE", "TWO"}
