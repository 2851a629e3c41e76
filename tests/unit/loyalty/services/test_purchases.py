"""Spending points on orders, earning by them, and what refunds do to both."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kashcraft.core import clock
from kashcraft.core.db import step
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import new_id
from kashcraft.loyalty import services
from kashcraft.loyalty.services import Reversal
from tests.factories.members import (
    account,
    an_order,
    balance,
    bought,
    entries,
    lots,
    member,
    spent,
)
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("database", "frozen")


def test_a_purchase_earns_at_the_multiplier_of_the_tier_before_it() -> None:
    user_id = member()
    bought(user_id, 600_00)
    assert balance(user_id) == 600
    assert account(user_id).current_tier == "silver"
    bought(user_id, 69_00)
    assert balance(user_id) == 600 + 86
