"""Codes, checks of terms, and reasons for refusal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from kashcraft.core.errors import DomainError
from kashcraft.core.ids import ALPHABET, new_id
from kashcraft.core.money import LARGEST_MINOR
from kashcraft.pricing.rules import VoucherKind
from kashcraft.vouchers import rules
from kashcraft.vouchers.models import DiscountType, Voucher
from kashcraft.vouchers.presenters import REFUSALS
from tests.factories.rows import LATER, NOW


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("VC-7K4MXQ", "VC7K4MXQ"),
        (" vc 7k4 mxq\t", "VC7K4MXQ"),
        ("vc\u20137k4\u2011mxq", "VC7K4MXQ"),
        ("Spring-10", "SPRING10"),
        (" - ", ""),
    ],
)
def test_codes_are_matched_without_case_blanks_and_dashes(typed: str, key: str) -> None:
    assert rules.code_key(typed) == key


def test_random_codes_have_no_look_alike_characters() -> None:
    characters = set("".join(rules.new_code().removeprefix("VC-") for _ in range(200)))
    assert characters <= set(ALPHABET)
    assert not characters & set("ILOUZ")
    assert len(characters) > 25


@pytest.mark.parametrize(
    ("typed", "written"),
    [("spring 10", "SPRING-10"), ("VC-7K4MXQ", "VC-7K4MXQ"), ("abc", "ABC"), ("A" * 40, "A" * 40)],
)
def test_chosen_code_is_formatted_in_capitals(typed: str, written: str) -> None:
    assert rules.format_code(typed) == written


@pytest.mark.parametrize(
    "typed",
    ["", "AB", "A" * 41, "SPRING!", "ÉTÉ", "-AB", "A--B", "GC-7K4M-XQ2P-9HTW-3FRD", "GC7K4MXQ2P9HTW3FRD"],
)
def test_invalid_code_or_gift_card_code_is_refused(typed: str) -> None:
    with pytest.raises(DomainError, match="voucher_code") as refusal:
        rules.format_code(typed)
    assert refusal.value.field == "code"


@drawn(st.text(max_size=60))
def test_accepted_code_is_found_as_it_was_typed(typed: str) -> None:
    try:
        written = rules.format_code(typed)
    except DomainError:
        return
    assert rules.code_key(written) == rules.code_key(typed)


PERCENTAGE: dict[str, Any] = {"discount_type": DiscountType.PERCENTAGE, "discount_value": 1_000}
FIXED: dict[str, Any] = {"discount_type": DiscountType.FIXED, "discount_value": 500, "currency": "USD"}


@pytest.mark.parametrize(
    "values",
    [
        PERCENTAGE,
        FIXED,
        PERCENTAGE | {"discount_value": 100},
        PERCENTAGE | {"discount_value": 10_000, "max_discount": 1},
        FIXED | {"min_discount": 0, "min_order_value": 500, "max_order_value": 500},
        PERCENTAGE | {"max_usages": 1, "max_usage_per_user": None},
    ],
)
def test_consistent_terms_are_accepted(values: dict[str, Any]) -> None:
    rules.check(rules.VoucherInput(name="Spring", start_date=NOW, expires_at=LATER, **values))


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        (PERCENTAGE | {"discount_value": 0}, "voucher_value", "discount_value"),
        (FIXED | {"discount_value": -1}, "voucher_value", "discount_value"),
        (PERCENTAGE | {"discount_value": 99}, "voucher_percentage", "discount_value"),
        (PERCENTAGE | {"discount_value": 10_001}, "voucher_percentage", "discount_value"),
        (FIXED | {"currency": None}, "voucher_currency", "currency"),
        (PERCENTAGE | {"expires_at": NOW}, "voucher_dates", "expires_at"),
        (
            PERCENTAGE | {"min_order_value": 2, "max_order_value": 1},
            "voucher_order_values",
            "max_order_value",
        ),
        (PERCENTAGE | {"max_discount": 0}, "voucher_amount", "max_discount"),
        (FIXED | {"min_discount": -1}, "voucher_amount", "min_discount"),
        (PERCENTAGE | {"min_order_value": -1}, "voucher_amount", "min_order_value"),
        (PERCENTAGE | {"max_usages": 0}, "voucher_limit", "max_usages"),
        (PERCENTAGE | {"max_usage_per_user": 0}, "voucher_limit", "max_usage_per_user"),
        (PERCENTAGE | {"max_usages": 1_000_000_001}, "voucher_limit", "max_usages"),
        (FIXED | {"discount_value": LARGEST_MINOR + 1}, "voucher_value", "discount_value"),
        (PERCENTAGE | {"max_order_value": LARGEST_MINOR + 1}, "voucher_amount", "max_order_value"),
        (FIXED | {"min_discount": 501}, "voucher_never", "min_discount"),
    ],
)
def test_contradictory_terms_are_refused_with_their_field(
    values: dict[str, Any], code: str, field: str
) -> None:
    voucher_input = rules.VoucherInput(**{"name": "Spring", "start_date": NOW, "expires_at": LATER} | values)
    with pytest.raises(DomainError) as refusal:
        rules.check(voucher_input)
    assert (refusal.value.code, refusal.value.field) == (code, field)


def a_voucher(**values: Any) -> Voucher:
    """Return a voucher for March 2026: two uses in total, one per customer."""
    limits = {
        "is_active": True,
        "start_date": NOW,
        "expires_at": LATER,
        "max_usages": 2,
        "max_usage_per_user": 1,
    }
    return Voucher(**(limits | values))


@pytest.mark.parametrize(
    ("values", "moment", "uses", "own_uses", "code"),
    [
        ({}, NOW, 1, 0, None),
        ({}, LATER - timedelta(microseconds=1), 0, 0, None),
        ({"is_active": False}, NOW, 0, 0, "voucher_ended"),
        ({}, LATER, 0, 0, "voucher_ended"),
        ({}, NOW - timedelta(microseconds=1), 0, 0, "voucher_not_started"),
        ({}, NOW, 2, 1, "voucher_used_up"),
        ({}, NOW, 1, 1, "voucher_used_by_customer"),
        ({"max_usages": None, "max_usage_per_user": None}, NOW, 9_999, 9_999, None),
    ],
)
def test_a_refusal_names_the_first_reason(
    values: dict[str, Any], moment: Any, uses: int, own_uses: int, code: str | None
) -> None:
    answer = rules.refusal(a_voucher(**values), moment=moment, uses=uses, own_uses=own_uses)
    assert answer == code
    assert code is None or str(REFUSALS[code]).endswith(".")


def test_terms_contain_everything_that_pricing_needs() -> None:
    category, product = new_id(), new_id()
    voucher = Voucher(
        id=new_id(), code="SPRING", currency="USD", max_discount=None, min_discount=300,
        min_order_value=1_000, max_order_value=9_000, requires_code=False,
        discount_type=DiscountType.FIXED, discount_value=500,
    )  # fmt: skip
    terms = rules.terms_of(voucher, categories=[category], products=[product])
    assert (terms.reference, terms.code, terms.kind, terms.value, terms.currency) == (
        voucher.id,
        "SPRING",
        VoucherKind.FIXED,
        500,
        "USD",
    )
    assert (terms.max_discount, terms.min_discount, terms.min_order_value, terms.max_order_value) == (
        None,
        300,
        1_000,
        9_000,
    )
    assert terms.applicable_categories == {category}
    assert terms.excluded_products == {product}
    assert terms.requires_code is False


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("vc-i0l7kq", ("VCI0L7KQ", "VC1017KQ")),
        ("VC-1017KQ", ("VC1017KQ", "VC1017KQ")),
        ("oil 10", ("OIL10", "OIL10")),
        ("VC-LOIO", ("VCLOIO", "VCLOIO")),
        ("x" * 99, ("X" * 41, "X" * 41)),
    ],
)
def test_look_alike_characters_are_replaced_in_random_codes_only(typed: str, keys: tuple[str, str]) -> None:
    assert rules.code_keys(typed) == keys


@pytest.mark.parametrize(
    ("values", "moment", "state"),
    [
        ({}, NOW, "running"),
        ({}, LATER - timedelta(microseconds=1), "running"),
        ({}, NOW - timedelta(microseconds=1), "scheduled"),
        ({}, LATER, "ended"),
        ({"current_usages": 2}, NOW, "used_up"),
        ({"current_usages": 2}, LATER, "ended"),
        ({"current_usages": 9, "max_usages": None}, NOW, "running"),
        ({"is_active": False, "current_usages": 2}, LATER, "off"),
    ],
)
def test_state_of_a_voucher_at_a_moment(values: dict[str, Any], moment: datetime, state: str) -> None:
    assert rules.state_of(a_voucher(**({"current_usages": 0} | values)), moment) == state


def test_differences_contain_changed_fields_only() -> None:
    shawls, rugs = UUID(int=1), UUID(int=2)
    before = {"name": "Spring", "start_date": NOW, "category_ids": [rugs, shawls], "max_usages": None}
    after = {
        "name": "Summer", "start_date": NOW, "category_ids": (shawls, rugs), "max_usages": 5,
        "discount_type": DiscountType.FIXED,
    }  # fmt: skip
    assert rules.differences(before, after) == {
        "name": ["Spring", "Summer"],
        "max_usages": [None, 5],
        "discount_type": [None, "fixed"],
    }
