"""Writing vouchers, and using them exactly as often as they may be, on both databases."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import chain, repeat

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.accounts import services as accounts
from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, in_step, step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import ALPHABET, new_id
from kashcraft.vouchers import queries, services
from kashcraft.vouchers.models import DiscountType, UsageStatus, Voucher, VoucherChangeKind, VoucherUsage
from kashcraft.vouchers.services import changes
from tests.factories.catalogue import make_category, make_product
from tests.factories.people import person
from tests.factories.vouchers import an_order, make_voucher, use, voucher_input

pytestmark = pytest.mark.usefixtures("database", "frozen")
CODE = re.compile(rf"VC-[{ALPHABET}]{{6}}")


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The letters that the random source gives, first to last; then zeros."""
    letters: list[str] = []
    coming = chain(letters, repeat("0"))
    monkeypatch.setattr(secrets, "choice", lambda _: next(coming))
    yield letters
    monkeypatch.undo()


def counted(voucher: Voucher) -> int:
    return db.session.scalar(sa.select(Voucher.current_usages).where(Voucher.id == voucher.id)) or 0


def slots(voucher: Voucher) -> list[tuple[str, int, UsageStatus]]:
    rows = (
        sa.select(VoucherUsage.customer_hash, VoucherUsage.slot, VoucherUsage.status)
        .where(VoucherUsage.voucher_id == voucher.id)
        .order_by(VoucherUsage.customer_hash, VoucherUsage.id)
    )
    return [tuple(row) for row in db.session.execute(rows)]


def refused(code: str) -> pytest.RaisesExc[DomainError]:
    return pytest.raises(DomainError, match=f"^{code}")


def test_a_voucher_keeps_what_it_was_told() -> None:
    shawls, stole = make_category("Shawls"), make_product("Stole")
    voucher = make_voucher(
        code="spring 10", max_discount=5_000, category_ids=(shawls.id, shawls.id),
        excluded_product_ids=(stole.id,), campaign="Spring",
    )  # fmt: skip
    kept = queries.get_voucher(voucher.id)
    assert (kept.code, kept.code_key, kept.max_discount, kept.campaign) == (
        "SPRING-10",
        "SPRING10",
        5_000,
        "Spring",
    )
    assert (kept.applicable_categories, kept.excluded_products) == ([shawls.id], [stole.id])
    assert (kept.current_usages, kept.is_active, kept.max_usage_per_user) == (0, True, 1)


def test_without_a_code_it_gets_one_of_its_own() -> None:
    codes = {make_voucher().code for _ in range(20)}
    assert len(codes) == 20
    assert all(CODE.fullmatch(code) for code in codes)


def test_a_code_that_exists_is_made_up_again(drawn: list[str]) -> None:
    drawn += "AAAAAA" + "AAAAAA" + "BBBBBB"
    assert [make_voucher().code, make_voucher().code] == ["VC-AAAAAA", "VC-BBBBBB"]


def test_two_vouchers_never_answer_to_one_code() -> None:
    make_voucher(code="SPRING-10")
    with refused("voucher_code_taken") as refusal:
        make_voucher(code="spring10")
    assert refusal.value.field == "code"


def test_a_change_replaces_categories_and_products_and_keeps_uses() -> None:
    shawls, rugs, stole = make_category("Shawls"), make_category("Rugs"), make_product("Stole")
    voucher = make_voucher(code="SPRING", category_ids=(shawls.id,), excluded_product_ids=(stole.id,))
    use(voucher)
    new = voucher_input(name="Summer", discount_value=2_000, category_ids=(rugs.id,))
    changed = in_step(lambda: services.update_voucher(voucher_id=voucher.id, data=new))
    assert (changed.name, changed.discount_value, changed.code) == ("Summer", 2_000, "SPRING")
    kept = queries.get_voucher(voucher.id)
    assert (kept.applicable_categories, kept.excluded_products, kept.current_usages) == ([rugs.id], [], 1)


def test_a_change_cannot_take_a_code_a_limit_below_its_uses_or_a_voucher_that_is_not_there() -> None:
    make_voucher(code="TAKEN")
    voucher = make_voucher(code="SPRING")
    use(voucher, "a@shop.example")
    use(voucher, "b@shop.example")

    def change(voucher_id: object = voucher.id, **values: object) -> None:
        in_step(lambda: services.update_voucher(voucher_id=voucher_id, data=voucher_input(**values)))  # type: ignore[arg-type]

    with refused("voucher_code_taken"):
        change(code="taken")
    with refused("voucher_limit_below_uses") as refusal:
        change(max_usages=1)
    assert (refusal.value.field, refusal.value.details) == ("max_usages", {"uses": 2})
    with pytest.raises(NotFound):
        change(new_id())
    change(code="spring", max_usages=2)
    with refused("voucher_used_up"):
        use(voucher, "c@shop.example")


def test_the_switch_ends_and_restarts_a_voucher() -> None:
    voucher = make_voucher()
    assert not in_step(lambda: services.switch(voucher_id=voucher.id, is_active=False)).is_active
    with refused("voucher_ended"):
        use(voucher)
    in_step(lambda: services.switch(voucher_id=voucher.id, is_active=True))
    assert use(voucher).slot == 1
    with pytest.raises(NotFound):
        in_step(lambda: services.switch(voucher_id=new_id(), is_active=True))


def test_codes_in_bulk_are_like_their_pattern_each_for_itself() -> None:
    shawls, stole = make_category("Shawls"), make_product("Stole")
    pattern = make_voucher(
        code="PATTERN", max_usages=1, category_ids=(shawls.id,), excluded_product_ids=(stole.id,),
        campaign="Cards", is_active=False,
    )  # fmt: skip
    issued = in_step(lambda: services.issue_codes(voucher_id=pattern.id, count=1_201))
    assert len({one.code for one in issued}) == 1_201
    assert all(CODE.fullmatch(one.code) for one in issued)
    last = queries.get_voucher(issued[-1].id)
    assert (last.discount_value, last.max_usages, last.campaign, last.is_active, last.expires_at) == (
        1_000,
        1,
        "Cards",
        True,
        pattern.expires_at,
    )
    assert (last.applicable_categories, last.excluded_products) == ([shawls.id], [stole.id])
    use(issued[0])
    with refused("voucher_used_up"):
        use(issued[0], "other@shop.example")
    assert use(issued[1]).slot == 1


def test_codes_in_bulk_that_exist_are_made_up_again(drawn: list[str]) -> None:
    drawn += "AAAAAA" + "AAAAAABBBBBB" + "CCCCCC"
    pattern = make_voucher()
    issued = in_step(lambda: services.issue_codes(voucher_id=pattern.id, count=2))
    assert [one.code for one in issued] == ["VC-BBBBBB", "VC-CCCCCC"]


@pytest.mark.parametrize("count", [0, 10_001])
def test_codes_in_bulk_have_bounds(count: int) -> None:
    pattern = make_voucher()
    with refused("voucher_count"):
        in_step(lambda: services.issue_codes(voucher_id=pattern.id, count=count))
    with pytest.raises(NotFound):
        in_step(lambda: services.issue_codes(voucher_id=new_id(), count=1))


def test_a_use_is_written_down_and_counted() -> None:
    voucher, order_id = make_voucher(max_usages=3), an_order()
    used = use(voucher, order_id=order_id)
    assert (used.voucher_id, used.order_id, used.status, used.slot) == (
        voucher.id,
        order_id,
        UsageStatus.APPLIED,
        1,
    )
    assert (used.discount_amount, used.order_total, used.final_total) == (1_000, 10_000, 9_000)
    assert counted(voucher) == 1


def test_an_order_uses_a_voucher_once_however_often_it_claims() -> None:
    voucher, order_id = make_voucher(max_usages=1), an_order()
    first = use(voucher, order_id=order_id)
    assert use(voucher, order_id=order_id).id == first.id
    assert counted(voucher) == 1


def test_a_use_goes_back_once_and_can_be_taken_again() -> None:
    voucher, order_id = make_voucher(max_usages=1), an_order()
    first = use(voucher, order_id=order_id)
    assert in_step(lambda: services.release(order_id=order_id))
    assert not in_step(lambda: services.release(order_id=order_id))
    ada = queries.list_customer_hashes("ada@shop.example")[0]
    assert (counted(voucher), slots(voucher)) == (0, [(ada, 1, UsageStatus.RELEASED)])
    again = use(voucher, order_id=order_id)
    assert (again.id, again.status, again.released_at) == (first.id, UsageStatus.APPLIED, None)
    assert counted(voucher) == 1


def test_what_went_back_may_be_gone_when_it_is_wanted_again() -> None:
    voucher, order_id = make_voucher(max_usages=1), an_order()
    use(voucher, order_id=order_id)
    in_step(lambda: services.release(order_id=order_id))
    use(voucher, "quick@shop.example")
    with refused("voucher_used_up"):
        use(voucher, order_id=order_id)
    assert counted(voucher) == 1


def test_a_customer_takes_the_lowest_free_slot_up_to_the_limit() -> None:
    voucher, first, second = make_voucher(max_usage_per_user=2), an_order(), an_order()
    assert [use(voucher, order_id=first).slot, use(voucher, order_id=second).slot] == [1, 2]
    with refused("voucher_used_by_customer"):
        use(voucher)
    assert use(voucher, "other@shop.example").slot == 1
    assert counted(voucher) == 3
    in_step(lambda: services.release(order_id=first))
    assert use(voucher).slot == 1
    with refused("voucher_used_by_customer"):
        use(voucher, order_id=first)
    assert counted(voucher) == 3


def test_a_limit_that_is_set_later_counts_what_was_used_before() -> None:
    voucher, first = make_voucher(max_usage_per_user=None), an_order()
    assert [use(voucher, order_id=first).slot, use(voucher).slot, use(voucher).slot] == [1, 2, 3]
    in_step(lambda: services.update_voucher(voucher_id=voucher.id, data=voucher_input(max_usage_per_user=2)))
    in_step(lambda: services.release(order_id=first))
    with refused("voucher_used_by_customer"):
        use(voucher)
    assert counted(voucher) == 2


def test_a_voucher_is_used_within_its_dates_only(frozen: FrozenClock) -> None:
    voucher = make_voucher(start_date=frozen.moment, expires_at=frozen.moment + timedelta(minutes=5))
    use(voucher, "a@shop.example")
    frozen.advance(minutes=5)
    with refused("voucher_ended"):
        use(voucher, "b@shop.example")
    frozen.advance(minutes=-6)
    with refused("voucher_ended"):
        use(voucher, "b@shop.example")


def test_a_voucher_that_is_not_there_cannot_be_used() -> None:
    with refused("voucher_ended"):
        use(Voucher(id=new_id()))


def test_a_refused_use_leaves_nothing_behind() -> None:
    voucher = make_voucher()
    use(voucher)
    with refused("voucher_used_by_customer"):
        use(voucher)
    assert (counted(voucher), len(slots(voucher))) == (1, 1)


def test_an_account_is_no_second_helping() -> None:
    voucher = make_voucher()
    use(voucher, "ada@shop.example")
    with step():
        accounts.register(email="Ada@Shop.example", password_hash="-", full_name="Ada King")
    key = queries.find_customer_key(user_id=None, email=" ada@shop.EXAMPLE ")
    assert key is not None
    assert slots(voucher) == [(queries.list_customer_hashes(key)[0], 1, UsageStatus.APPLIED)]
    with refused("voucher_used_by_customer"):
        use(voucher, key)


def test_nothing_tells_whose_a_use_was() -> None:
    use(make_voucher(), "ada@shop.example")
    kept = db.session.execute(sa.text("SELECT * FROM voucher_usages")).mappings().one()
    assert [name for name, value in kept.items() if "@" in str(value)] == []
    assert re.fullmatch("[0-9a-f]{64}", kept["customer_hash"])


def test_a_use_counts_after_the_keys_were_rotated(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    twice = make_voucher(max_usage_per_user=2)
    use(twice)
    old = app.config["SETTINGS"]
    keys = ["a newer key of the shop", *old.encryption_keys]
    monkeypatch.setitem(app.config, "SETTINGS", replace(old, encryption_keys=keys))
    assert (
        queries.get_code_lookups([twice.code], moment=clock.now(), customer_key="ada@shop.example")[0][
            0
        ].terms
        is not None
    )
    use(twice)
    with refused("voucher_used_by_customer"):
        use(twice)
    (asked,), _ = queries.get_code_lookups([twice.code], moment=clock.now(), customer_key="ada@shop.example")
    assert asked.refusal == "voucher_used_by_customer"
    hashes = queries.list_customer_hashes("ada@shop.example")
    assert sorted(slots(twice)) == sorted(
        (hashed, slot, UsageStatus.APPLIED) for hashed, slot in zip(hashes, (2, 1), strict=True)
    )


def test_a_fixed_voucher_needs_its_currency() -> None:
    with refused("voucher_currency"):
        make_voucher(discount_type=DiscountType.FIXED)


def test_copies_of_a_voucher_that_needs_no_code_would_all_apply_by_themselves() -> None:
    offer = make_voucher(requires_code=False)
    with refused("voucher_automatic"):
        in_step(lambda: services.issue_codes(voucher_id=offer.id, count=2))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Voucher)) == 1


def test_codes_may_have_a_limit_of_their_own_and_are_made_once() -> None:
    pattern, asha = make_voucher(max_usages=None), person()

    def issue(**values: object) -> list[Voucher]:
        wanted = {"count": 2, "max_usages": 3, "key": "codes-1", "created_by": asha, **values}
        return in_step(lambda: services.issue_codes(voucher_id=pattern.id, **wanted))  # type: ignore[arg-type]

    assert [one.max_usages for one in issue()] == [3, 3]
    assert issue() == []
    for limit in (0, 1_000_000_001):
        with refused("voucher_limit"):
            issue(max_usages=limit, key="codes-2")
    issued, created = queries.list_changes(pattern.id)
    assert (issued.kind, issued.actor_id, issued.data) == ("codes_issued", asha, {"count": 2})
    assert created.kind == "created"


def test_a_voucher_is_written_once_however_often_its_form_is_sent() -> None:
    def create() -> Voucher:
        return in_step(lambda: services.create_voucher(data=voucher_input(), key="new-1"))

    assert create().id == create().id
    written = create().id
    with refused("voucher_done_before"), step():
        changes.write(written, VoucherChangeKind.CREATED, {}, actor_id=None, key="new-1")


def test_what_orders_and_letters_name_stays_once_it_was_used() -> None:
    fixed = {"discount_type": DiscountType.FIXED, "currency": "USD"}
    voucher, order_id = make_voucher(code="SPRING", **fixed), an_order()
    use(voucher, order_id=order_id)
    in_step(lambda: services.release(order_id=order_id))

    def change(**values: object) -> None:
        wanted = voucher_input(**{**fixed, **values})
        in_step(lambda: services.update_voucher(voucher_id=voucher.id, data=wanted))

    for field, values in (
        ("code", {"code": "SUMMER"}),
        ("discount_type", {"discount_type": DiscountType.PERCENTAGE}),
        ("currency", {"currency": "EUR"}),
    ):
        with refused("voucher_fixed_once_used") as refusal:
            change(**values)
        assert refusal.value.field == field
    change(code="spr-ing", discount_value=2_000)
    kept = queries.get_voucher(voucher.id)
    assert (kept.code, kept.discount_value, kept.currency) == ("SPR-ING", 2_000, "USD")


def test_an_unused_voucher_may_become_another_one() -> None:
    voucher = make_voucher(code="SPRING")
    new = voucher_input(code="SUMMER", discount_type=DiscountType.FIXED, currency="USD")
    changed = in_step(lambda: services.update_voucher(voucher_id=voucher.id, data=new))
    assert (changed.code, changed.discount_type, changed.currency) == ("SUMMER", "fixed", "USD")


def test_every_change_is_kept_with_who_and_from_what_to_what() -> None:
    shawls, asha = make_category("Shawls"), person()
    voucher = make_voucher(code="SPRING", category_ids=(shawls.id,))
    new = voucher_input(name="Summer", max_usages=5)
    for _ in range(2):
        in_step(lambda: services.update_voucher(voucher_id=voucher.id, data=new, actor_id=asha))
    for _ in range(2):
        in_step(lambda: services.switch(voucher_id=voucher.id, is_active=False, actor_id=asha))
    off, changed, created = queries.list_changes(voucher.id)
    assert (created.kind, created.actor_id, created.data) == ("created", None, {})
    assert (changed.kind, changed.actor_id, changed.data) == (
        "changed",
        asha,
        {
            "fields": {
                "name": ["Spring", "Summer"],
                "max_usages": [None, 5],
                "category_ids": [[str(shawls.id)], []],
            }
        },
    )
    assert (off.kind, off.actor_id, off.data) == ("switched_off", asha, {})


def test_all_codes_of_a_letter_that_leaked_are_switched_off_together() -> None:
    pattern = make_voucher()
    issued = in_step(lambda: services.issue_codes(voucher_id=pattern.id, count=3))
    in_step(lambda: services.switch(voucher_id=issued[0].id, is_active=False))
    in_step(lambda: services.switch(voucher_id=pattern.id, is_active=False, with_copies=True))
    states = db.session.scalars(sa.select(Voucher.is_active).execution_options(populate_existing=True))
    assert set(states) == {False}
    assert queries.list_changes(pattern.id)[0].data == {"copies": 2}


def test_a_change_while_an_order_waits_for_its_money_leaves_its_use_alone() -> None:
    voucher, order_id = make_voucher(max_usages=3), an_order()
    use(voucher, order_id=order_id)
    new = voucher_input(discount_value=500, max_usages=1, expires_at=clock.now())
    in_step(lambda: services.update_voucher(voucher_id=voucher.id, data=new))
    in_step(lambda: services.switch(voucher_id=voucher.id, is_active=False))
    again = use(voucher, order_id=order_id)
    assert (again.discount_amount, counted(voucher)) == (1_000, 1)
    in_step(lambda: services.release(order_id=order_id))
    with refused("voucher_ended"):
        use(voucher, order_id=order_id)
    assert counted(voucher) == 0


def test_nobody_changes_over_what_somebody_else_has_just_done() -> None:
    voucher = make_voucher()
    seen = queries.list_changes(voucher.id)[0].id
    in_step(lambda: services.switch(voucher_id=voucher.id, is_active=False))
    with refused("voucher_changed_meanwhile"):
        in_step(
            lambda: services.update_voucher(voucher_id=voucher.id, data=voucher_input(name="Mine"), seen=seen)
        )
    now_seen = queries.list_changes(voucher.id)[0].id
    changed = in_step(
        lambda: services.update_voucher(voucher_id=voucher.id, data=voucher_input(name="Mine"), seen=now_seen)
    )
    assert (changed.name, changed.is_active) == ("Mine", False)
