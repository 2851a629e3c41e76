"""Creating, changing and claiming vouchers within their limits, on both databases."""

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
    """The characters of the random source, first to last; then zeros."""
    characters: list[str] = []
    coming = chain(characters, repeat("0"))
    monkeypatch.setattr(secrets, "choice", lambda _: next(coming))
    yield characters
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


def test_voucher_stores_its_terms() -> None:
    shawls, stole = make_category("Shawls"), make_product("Stole")
    voucher = make_voucher(
        code="spring 10", max_discount=5_000, category_ids=(shawls.id, shawls.id),
        excluded_product_ids=(stole.id,), campaign="Spring",
    )  # fmt: skip
    stored = queries.get_voucher(voucher.id)
    assert (stored.code, stored.code_key, stored.max_discount, stored.campaign) == (
        "SPRING-10",
        "SPRING10",
        5_000,
        "Spring",
    )
    assert (stored.applicable_categories, stored.excluded_products) == ([shawls.id], [stole.id])
    assert (stored.current_usages, stored.is_active, stored.max_usage_per_user) == (0, True, 1)


def test_voucher_without_a_code_gets_a_random_one() -> None:
    codes = {make_voucher().code for _ in range(20)}
    assert len(codes) == 20
    assert all(CODE.fullmatch(code) for code in codes)


def test_existing_random_code_is_replaced(drawn: list[str]) -> None:
    drawn += "AAAAAA" + "AAAAAA" + "BBBBBB"
    assert [make_voucher().code, make_voucher().code] == ["VC-AAAAAA", "VC-BBBBBB"]


def test_code_is_unique() -> None:
    make_voucher(code="SPRING-10")
    with refused("voucher_code_taken") as refusal:
        make_voucher(code="spring10")
    assert refusal.value.field == "code"


def test_update_replaces_categories_and_products_but_not_uses() -> None:
    shawls, rugs, stole = make_category("Shawls"), make_category("Rugs"), make_product("Stole")
    voucher = make_voucher(code="SPRING", category_ids=(shawls.id,), excluded_product_ids=(stole.id,))
    use(voucher)
    new = voucher_input(name="Summer", discount_value=2_000, category_ids=(rugs.id,))
    changed = in_step(lambda: services.update_voucher(voucher_id=voucher.id, data=new))
    assert (changed.name, changed.discount_value, changed.code) == ("Summer", 2_000, "SPRING")
    stored = queries.get_voucher(voucher.id)
    assert (stored.applicable_categories, stored.excluded_products, stored.current_usages) == (
        [rugs.id],
        [],
        1,
    )


def test_update_refuses_an_existing_code_a_low_limit_and_a_missing_voucher() -> None:
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


def test_switch_stops_and_restarts_a_voucher() -> None:
    voucher = make_voucher()
    assert not in_step(lambda: services.switch(voucher_id=voucher.id, is_active=False)).is_active
    with refused("voucher_ended"):
        use(voucher)
    in_step(lambda: services.switch(voucher_id=voucher.id, is_active=True))
    assert use(voucher).slot == 1
    with pytest.raises(NotFound):
        in_step(lambda: services.switch(voucher_id=new_id(), is_active=True))


def test_bulk_codes_have_the_terms_of_their_pattern() -> None:
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


def test_existing_bulk_codes_are_replaced(drawn: list[str]) -> None:
    drawn += "AAAAAA" + "AAAAAABBBBBB" + "CCCCCC"
    pattern = make_voucher()
    issued = in_step(lambda: services.issue_codes(voucher_id=pattern.id, count=2))
    assert [one.code for one in issued] == ["VC-BBBBBB", "VC-CCCCCC"]


@pytest.mark.parametrize("count", [0, 10_001])
def test_number_of_bulk_codes_is_limited(count: int) -> None:
    pattern = make_voucher()
    with refused("voucher_count"):
        in_step(lambda: services.issue_codes(voucher_id=pattern.id, count=count))
    with pytest.raises(NotFound):
        in_step(lambda: services.issue_codes(voucher_id=new_id(), count=1))


def test_claim_stores_and_counts_the_use() -> None:
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


def test_order_claims_a_voucher_once() -> None:
    voucher, order_id = make_voucher(max_usages=1), an_order()
    first = use(voucher, order_id=order_id)
    assert use(voucher, order_id=order_id).id == first.id
    assert counted(voucher) == 1


def test_use_is_released_once_and_can_be_claimed_again() -> None:
    voucher, order_id = make_voucher(max_usages=1), an_order()
    first = use(voucher, order_id=order_id)
    assert in_step(lambda: services.release(order_id=order_id))
    assert not in_step(lambda: services.release(order_id=order_id))
    ada = queries.list_customer_hashes("ada@shop.example")[0]
    assert (counted(voucher), slots(voucher)) == (0, [(ada, 1, UsageStatus.RELEASED)])
    again = use(voucher, order_id=order_id)
    assert (again.id, again.status, again.released_at) == (first.id, UsageStatus.APPLIED, None)
    assert counted(voucher) == 1


def test_released_use_can_be_claimed_by_another_order() -> None:
    voucher, order_id = make_voucher(max_usages=1), an_order()
    use(voucher, order_id=order_id)
    in_step(lambda: services.release(order_id=order_id))
    use(voucher, "quick@shop.example")
    with refused("voucher_used_up"):
        use(voucher, order_id=order_id)
    assert counted(voucher) == 1


def test_customer_gets_the_lowest_free_slot_up_to_the_limit() -> None:
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


def test_later_limit_includes_earlier_uses() -> None:
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


def test_missing_voucher_cannot_be_claimed() -> None:
    with refused("voucher_ended"):
        use(Voucher(id=new_id()))


def test_refused_claim_changes_nothing() -> None:
    voucher = make_voucher()
    use(voucher)
    with refused("voucher_used_by_customer"):
        use(voucher)
    assert (counted(voucher), len(slots(voucher))) == (1, 1)


def test_limit_includes_uses_as_a_guest() -> None:
    voucher = make_voucher()
    use(voucher, "ada@shop.example")
    with step():
        accounts.register(email="Ada@Shop.example", password_hash="-", full_name="Ada King")
    key = queries.find_customer_key(user_id=None, email=" ada@shop.EXAMPLE ")
    assert key is not None
    assert slots(voucher) == [(queries.list_customer_hashes(key)[0], 1, UsageStatus.APPLIED)]
    with refused("voucher_used_by_customer"):
        use(voucher, key)


def test_use_does_not_reveal_the_customer() -> None:
    use(make_voucher(), "ada@shop.example")
    stored = db.session.execute(sa.text("SELECT * FROM voucher_usages")).mappings().one()
    assert [name for name, value in stored.items() if "@" in str(value)] == []
    assert re.fullmatch("[0-9a-f]{64}", stored["customer_hash"])


def test_use_counts_after_a_rotation_of_keys(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_automatic_voucher_cannot_be_copied() -> None:
    offer = make_voucher(requires_code=False)
    with refused("voucher_automatic"):
        in_step(lambda: services.issue_codes(voucher_id=offer.id, count=2))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Voucher)) == 1


def test_bulk_codes_can_have_their_own_limit_and_are_created_once() -> None:
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


def test_voucher_is_created_once_per_key() -> None:
    def create() -> Voucher:
        return in_step(lambda: services.create_voucher(data=voucher_input(), key="new-1"))

    assert create().id == create().id
    written = create().id
    with refused("voucher_done_before"), step():
        changes.write(written, VoucherChangeKind.CREATED, {}, actor_id=None, key="new-1")


def test_code_type_and_currency_are_fixed_after_the_first_use() -> None:
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
    stored = queries.get_voucher(voucher.id)
    assert (stored.code, stored.discount_value, stored.currency) == ("SPR-ING", 2_000, "USD")


def test_unused_voucher_can_change_completely() -> None:
    voucher = make_voucher(code="SPRING")
    new = voucher_input(code="SUMMER", discount_type=DiscountType.FIXED, currency="USD")
    changed = in_step(lambda: services.update_voucher(voucher_id=voucher.id, data=new))
    assert (changed.code, changed.discount_type, changed.currency) == ("SUMMER", "fixed", "USD")


def test_every_change_is_recorded_with_actor_and_values() -> None:
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


def test_switch_several_returns_the_vouchers_that_changed() -> None:
    first, second = make_voucher(code="FIRST"), make_voucher(code="SECOND", is_active=False)
    ids = [first.id, second.id, new_id()]
    switched = in_step(lambda: services.switch_several(voucher_ids=ids, is_active=False))
    assert switched == {first.id: "FIRST"}
    assert [queries.get_voucher(one.id).is_active for one in (first, second)] == [False, False]
    assert [change.kind for change in queries.list_changes(second.id)] == [VoucherChangeKind.CREATED]


def test_all_copies_are_switched_off_together() -> None:
    pattern = make_voucher()
    issued = in_step(lambda: services.issue_codes(voucher_id=pattern.id, count=3))
    in_step(lambda: services.switch(voucher_id=issued[0].id, is_active=False))
    in_step(lambda: services.switch(voucher_id=pattern.id, is_active=False, with_copies=True))
    states = db.session.scalars(sa.select(Voucher.is_active).execution_options(populate_existing=True))
    assert set(states) == {False}
    assert queries.list_changes(pattern.id)[0].data == {"copies": 2}


def test_update_does_not_change_the_use_of_an_unpaid_order() -> None:
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


def test_update_is_refused_after_a_newer_change() -> None:
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
