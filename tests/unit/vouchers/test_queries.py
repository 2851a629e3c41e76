"""Lookups of codes, automatic vouchers, and reads for staff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from kashcraft.catalogue.models import Product
from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, in_step
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import new_id
from kashcraft.pricing.rules import VoucherTerms
from kashcraft.vouchers import queries, rules, services
from kashcraft.vouchers.models import DiscountType, UsageStatus
from kashcraft.vouchers.queries import VoucherStatistics
from kashcraft.vouchers.rules import CodeLookup, VoucherState
from tests.factories.catalogue import make_category, make_product, make_product_with_variants
from tests.factories.shopping import customer
from tests.factories.vouchers import an_order, make_voucher, use
from tests.support.plans import recorded

pytestmark = pytest.mark.usefixtures("database", "frozen")
ADA = "ada@shop.example"


def ask(code: str, who: str | None = ADA, **values: Any) -> CodeLookup:
    return queries.get_code_lookups([code], moment=clock.now(), customer_key=who, **values)[0][0]


def automatic(who: str | None = ADA) -> list[str]:
    return [terms.code for terms in queries.get_code_lookups([], moment=clock.now(), customer_key=who)[1]]


def terms(code: str) -> VoucherTerms:
    found = ask(code).terms
    assert found is not None
    return found


@pytest.mark.parametrize("typed", ["SPRING-10", "spring10", " Spring 10 ", "SPRING–10"])
def test_code_is_found_in_any_spelling(typed: str) -> None:
    voucher = make_voucher(code="SPRING-10")
    assert ask(typed).terms == rules.terms_of(voucher, categories=(), products=())


@pytest.mark.parametrize("typed", ["", "WINTER", "SPRING-1", "x" * 500, "%", "SPRING_10"])
def test_unknown_code_is_refused(typed: str) -> None:
    make_voucher(code="SPRING-10")
    assert ask(typed or "-") == CodeLookup(refusal="voucher_unknown")


def test_voucher_includes_subcategories() -> None:
    shawls = make_category("Shawls")
    pashmina = make_category("Pashmina", parent=shawls)
    kani = make_category("Kani", parent=pashmina)
    make_category("Rugs")
    make_voucher(code="SPRING", category_ids=(shawls.id,))
    make_voucher(code="SUMMER", category_ids=(kani.id, pashmina.id))
    assert terms("SPRING").applicable_categories == {shawls.id, pashmina.id, kani.id}
    assert terms("SUMMER").applicable_categories == {pashmina.id, kani.id}


def test_excluded_product_excludes_its_variants() -> None:
    parent, stole = make_product_with_variants("Pheran"), make_product("Stole")
    choices = set(db.session.scalars(sa.select(Product.id).where(Product.parent_id == parent.id)))
    make_voucher(code="SPRING", excluded_product_ids=(parent.id, stole.id))
    assert len(choices) == 3
    assert terms("SPRING").excluded_products == {parent.id, stole.id, *choices}


def test_automatic_voucher_is_returned_without_a_code_while_it_runs(frozen: FrozenClock) -> None:
    soon = frozen.moment + timedelta(days=1)
    late = make_voucher(code="LATE", requires_code=False)
    make_voucher(code="SOON", requires_code=False, expires_at=soon)
    make_voucher(code="ASKED")
    make_voucher(code="OFF", requires_code=False, is_active=False)
    make_voucher(code="COMING", requires_code=False, start_date=soon)
    empty = make_voucher(code="EMPTY", requires_code=False, max_usages=1)
    use(empty, "other@shop.example")
    assert automatic() == ["SOON", "LATE"]
    use(late)
    assert automatic() == ["SOON"]
    assert automatic("other@shop.example") == ["SOON", "LATE"]
    assert automatic(None) == ["SOON", "LATE"]
    frozen.advance(days=1)
    assert automatic("other@shop.example") == ["LATE", "COMING"]


def test_code_of_an_automatic_voucher_can_be_entered() -> None:
    make_voucher(code="LATE", requires_code=False)
    (found,), automatic_ones = queries.get_code_lookups(["late"], moment=clock.now(), customer_key=ADA)
    assert found.terms == automatic_ones[0]


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"is_active": False}, "voucher_ended"),
        ({"max_usages": 1}, "voucher_used_up"),
        ({"max_usages": 2}, "voucher_used_by_customer"),
        ({"max_usage_per_user": 2}, None),
    ],
)
def test_refused_code_states_the_reason(values: dict[str, Any], refusal: str | None) -> None:
    voucher = make_voucher(code="SPRING", **{**values, "is_active": True})
    use(voucher)
    in_step(lambda: services.switch(voucher_id=voucher.id, is_active=values.get("is_active", True)))
    found = ask("SPRING")
    assert found.refusal == refusal
    assert (found.terms is None) == (refusal is not None)


def test_limit_per_customer_is_not_checked_for_an_unknown_customer() -> None:
    use(make_voucher(code="SPRING"))
    assert ask("SPRING", None).terms is not None
    assert ask("SPRING", ADA).refusal == "voucher_used_by_customer"


def test_own_use_of_an_order_does_not_count_against_it() -> None:
    voucher, order_id = make_voucher(code="SPRING", max_usages=1), an_order()
    use(voucher, order_id=order_id)
    assert ask("SPRING", order_id=order_id).terms is not None
    assert ask("SPRING", "other@shop.example", order_id=new_id()).refusal == "voucher_used_up"
    in_step(lambda: services.release(order_id=order_id))
    assert ask("SPRING", order_id=order_id).terms is not None


def test_code_and_automatic_vouchers_take_one_statement(count_statements: Callable[[], Any]) -> None:
    category = make_category("Shawls")
    for number in range(5):
        make_voucher(code=f"AUTO-{number}", requires_code=False, category_ids=(category.id,))
    make_voucher(code="SPRING")
    with count_statements() as seen:
        (found,), automatic_ones = queries.get_code_lookups(["SPRING"], moment=clock.now(), customer_key=ADA)
    assert (found.terms is not None, len(automatic_ones), len(seen)) == (True, 5, 1)


def test_claiming_takes_two_statements(count_statements: Callable[[], Any]) -> None:
    order_id, voucher = an_order(), make_voucher()
    with count_statements() as seen:
        use(voucher, order_id=order_id)
    assert len(seen) == 2


def test_withheld_answer_is_the_same_for_every_customer() -> None:
    for values in ({"code": "SPRING"}, {"code": "LATER", "requires_code": False}):
        use(make_voucher(**values))
    make_voucher(code="FREE", max_usage_per_user=None)
    answers = [
        queries.get_code_lookups(["SPRING"], moment=clock.now(), customer_key=who, withheld=True)
        for who in (ADA, "eve@shop.example")
    ]
    assert answers == [([CodeLookup(refusal="voucher_withheld")], [])] * 2
    assert ask("FREE", ADA, withheld=True).terms is not None


def test_lookup_states_whether_an_earlier_use_decided() -> None:
    use(make_voucher(code="SPRING"))
    assert ask("SPRING") == CodeLookup(refusal="voucher_used_by_customer", used_before=True)
    assert not ask("SPRING", "eve@shop.example").used_before
    use(make_voucher(code="LATER", requires_code=False))
    assert queries.get_code_lookups([None], moment=clock.now(), customer_key=ADA)[0][0].used_before


def test_members_and_guests_with_one_mailbox_are_one_customer() -> None:
    ada = customer("ada.king@gmail.com")
    assert queries.find_customer_key(user_id=ada, email="other@shop.example") == "adaking@gmail.com"
    for typed in (" Ada.King@gmail.com ", "adaking+shawls@googlemail.com"):
        assert queries.find_customer_key(user_id=None, email=typed) == "adaking@gmail.com"
    assert queries.find_customer_key(user_id=None, email="Guest@Shop.Example") == "guest@shop.example"
    assert queries.find_customer_key(user_id=None, email="  ") is None
    assert queries.find_customer_key(user_id=None, email=None) is None


def test_statistics_count_applied_and_not_released_uses() -> None:
    spring = make_voucher(campaign="Spring", max_usage_per_user=None)
    make_voucher(campaign="Spring")
    plain, order_id = make_voucher(), an_order()
    use(spring)
    use(spring)
    use(plain, order_id=order_id)
    in_step(lambda: services.release(order_id=order_id))
    assert queries.get_statistics(spring.id) == VoucherStatistics(
        uses=2, released=0, discounts=2_000, revenue=18_000
    )
    assert queries.get_statistics(plain.id) == VoucherStatistics(uses=0, released=1, discounts=0, revenue=0)
    assert [(one.name, one.vouchers, one.statistics) for one in queries.list_campaigns()] == [
        ("", 1, VoucherStatistics(released=1)),
        ("Spring", 2, VoucherStatistics(uses=2, discounts=2_000, revenue=18_000)),
    ]
    uses, total = queries.list_uses(plain.id)
    assert [(one.status, one.discount, one.code) for one in uses] == [
        (UsageStatus.RELEASED, 1_000, plain.code)
    ]
    assert total == 1
    assert queries.list_statistics([spring.id, plain.id]) == {
        spring.id: queries.get_statistics(spring.id),
        plain.id: queries.get_statistics(plain.id),
    }


def test_statistics_include_copies() -> None:
    pattern = make_voucher(code="LETTER")
    first, second = in_step(lambda: services.issue_codes(voucher_id=pattern.id, count=2, max_usages=1))
    use(first)
    use(second)
    assert queries.get_statistics(pattern.id) == VoucherStatistics(uses=2, discounts=2_000, revenue=18_000)
    assert queries.list_statistics([pattern.id]) == {pattern.id: queries.get_statistics(pattern.id)}
    assert queries.get_statistics(first.id).uses == 1
    found, total = queries.list_uses(pattern.id, size=1)
    assert ([one.code for one in found], total) == ([second.code], 2)
    assert [(one.code, one.uses, one.max_usages) for one in queries.list_copies(pattern.id)] == [
        (first.code, 1, 1),
        (second.code, 1, 1),
    ]
    source = queries.find_pattern(first.id)
    assert source is not None
    assert (source.id, queries.find_pattern(pattern.id)) == (pattern.id, None)


def test_bulk_codes_are_listed_only_when_searched() -> None:
    pattern = make_voucher(code="LETTER")
    (copy,) = in_step(lambda: services.issue_codes(voucher_id=pattern.id, count=1))

    def codes(**asked: Any) -> list[str]:
        found, total = queries.list_vouchers(page=1, size=9, moment=clock.now(), **asked)
        assert total == len(found)
        return [one.code for one in found]

    assert codes() == ["LETTER"]
    assert codes(text=copy.code) == [copy.code]
    assert codes(copies_of=pattern.id) == [copy.code]
    assert codes(copies_of=copy.id) == []


def test_list_and_rules_agree_on_the_state() -> None:
    now = clock.now()
    used = make_voucher(code="USED", max_usages=1)
    use(used)
    make_voucher(code="SOON", start_date=now + timedelta(days=1))
    make_voucher(code="OVER", expires_at=now)
    make_voucher(code="HERE", max_usages=2)
    make_voucher(code="FREE", start_date=now, expires_at=now + timedelta(seconds=1))
    over = make_voucher(code="GONE", start_date=now - timedelta(2), expires_at=now)
    in_step(lambda: services.switch(voucher_id=over.id, is_active=False))
    found = {}
    for state in VoucherState:
        vouchers, _ = queries.list_vouchers(page=1, size=9, moment=now, state=state)
        assert {rules.state_of(one, now) for one in vouchers} == {state}
        found[state] = sorted(one.code for one in vouchers)
    assert found == {
        VoucherState.RUNNING: ["FREE", "HERE"],
        VoucherState.SCHEDULED: ["SOON"],
        VoucherState.USED_UP: ["USED"],
        VoucherState.ENDED: ["OVER"],
        VoucherState.OFF: ["GONE"],
    }


@pytest.mark.parametrize("typed", ["vc-i0l7kq", "VC 1O17KQ", "vc‑loi7kq", "VC-1017KQ"])
def test_random_code_is_found_with_look_alike_characters(typed: str) -> None:
    made_up = make_voucher(code="VC-1017KQ")
    terms = ask(typed).terms
    assert terms is not None
    assert (terms.reference, terms.code) == (made_up.id, "VC-1017KQ")


def test_chosen_code_with_look_alike_characters_is_exact() -> None:
    other = make_voucher(code="VC-1010AA")
    chosen = make_voucher(code="VC-LOIOAA")
    make_voucher(code="OIL10")
    terms = ask("vc-loioaa").terms
    assert terms is not None
    assert (terms.reference, terms.reference == other.id) == (chosen.id, False)
    assert ask("011-10").refusal == "voucher_unknown"
    assert ask("0IL10").refusal == "voucher_unknown"


def test_staff_find_vouchers_by_code_name_and_campaign() -> None:
    make_voucher(code="SPRING-10", name="Ten percent", campaign="Spring")
    make_voucher(code="SPRING-20", name="100% wool")
    make_voucher(code="WINTER", name="Fixed", discount_type=DiscountType.FIXED, currency="USD")

    def codes(**asked: Any) -> tuple[list[str], int]:
        found, total = queries.list_vouchers(**({"page": 1, "size": 2, "moment": clock.now()} | asked))
        return [one.code for one in found], total

    assert codes() == (["WINTER", "SPRING-20"], 3)
    assert codes(page=2) == (["SPRING-10"], 3)
    assert codes(text="spring1") == (["SPRING-10"], 1)
    assert codes(text="100%") == (["SPRING-20"], 1)
    assert codes(campaign="Spring") == (["SPRING-10"], 1)
    assert codes(campaign="", text="win") == (["WINTER"], 1)
    assert codes(text="spring", state=VoucherState.OFF) == ([], 0)
    with pytest.raises(NotFound):
        queries.get_voucher(new_id())


def test_no_growing_table_is_scanned() -> None:
    category, parent = make_category("Shawls"), make_product_with_variants("Pheran")
    voucher = make_voucher(
        code="SPRING", requires_code=False, category_ids=(category.id,), excluded_product_ids=(parent.id,)
    )
    order_id, member = an_order(), customer()
    with recorded(db.engine) as seen:
        queries.get_code_lookups(["SPRING"], moment=clock.now(), customer_key=ADA, order_id=order_id)
        use(voucher, order_id=order_id)
        queries.list_uses(voucher.id)
        queries.get_statistics(voucher.id)
        in_step(lambda: services.release(order_id=order_id))
        use(voucher, order_id=order_id)
        in_step(lambda: services.assign_guest_uses(user_id=member, email=ADA))
    growing = {"vouchers", "voucher_usages", "products", "voucher_excluded_products", "voucher_categories"}
    assert [(table, text) for table, text in seen.scans() if table in growing] == []
