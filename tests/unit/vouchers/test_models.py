"""The code key, categories and dates of a voucher."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from kashcraft.core.db import db, step
from kashcraft.vouchers.models import DiscountType, Voucher, VoucherCategory, VoucherExcludedProduct
from tests.factories.rows import LATER, NOW, add_row


def a_voucher(**values: object) -> Voucher:
    """Return a voucher of 10% from March 2 to April 1, 2026."""
    defaults = {
        "code": "VC-7K4MXQ",
        "name": "Spring",
        "discount_type": DiscountType.PERCENTAGE,
        "discount_value": 1_000,
        "start_date": NOW,
        "expires_at": LATER,
        "is_active": True,
    }
    return Voucher(**(defaults | values))


@pytest.mark.usefixtures("database")
def test_code_key_ignores_case_and_dashes() -> None:
    with step() as session:
        voucher = a_voucher(code="vc-7k4-mxq")
        session.add(voucher)
    assert voucher.code == "vc-7k4-mxq"
    assert db.session.scalar(sa.select(Voucher.code_key)) == "VC7K4MXQ"


@pytest.mark.usefixtures("database")
def test_categories_and_exclusions_read_as_lists_of_ids() -> None:
    with step() as session:
        shawls, stole = add_row("categories"), add_row("products")
        voucher = a_voucher(
            category_links=[VoucherCategory(category_id=shawls)],
            exclusion_links=[VoucherExcludedProduct(product_id=stole)],
        )
        session.add(voucher)
    db.session.expire_all()
    links = (selectinload(Voucher.category_links), selectinload(Voucher.exclusion_links))
    read = db.session.scalars(sa.select(Voucher).options(*links)).one()
    assert read.applicable_categories == [shawls]
    assert read.excluded_products == [stole]


@pytest.mark.usefixtures("database")
def test_a_category_that_limits_a_voucher_cannot_be_deleted() -> None:
    with step():
        add_row("voucher_categories")
    with pytest.raises(sa.exc.IntegrityError), step() as session:
        session.execute(sa.text("DELETE FROM categories"))


@pytest.mark.parametrize(
    ("moment", "is_active", "running"),
    [
        (NOW - timedelta(microseconds=1), True, False),
        (NOW, True, True),
        (LATER - timedelta(microseconds=1), True, True),
        (LATER, True, False),
        (NOW, False, False),
    ],
)
def test_voucher_runs_from_its_start_until_before_its_end(
    moment: object, is_active: bool, running: bool
) -> None:
    assert a_voucher(is_active=is_active).is_running(moment) is running  # type: ignore[arg-type]
