"""Properties of gift cards."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.core import signing
from kashcraft.core.db import step
from kashcraft.gift_cards.models import GiftCard, GiftCardUsage
from kashcraft.gift_cards.queries import find_code
from tests.factories.rows import NOW, add_row


def test_code_is_readable_only_while_it_is_stored(database: Flask) -> None:
    code = "GC-7K4M-XQ2P-9HTW-3FRD"
    card = GiftCard(code_encrypted=signing.encrypt(code))
    assert code not in str(card.code_encrypted)
    assert find_code(card) == code
    card.code_encrypted = None
    assert find_code(card) is None


def test_card_is_used_when_its_balance_is_zero() -> None:
    assert GiftCard(current_balance=0).is_used
    assert not GiftCard(current_balance=1).is_used


def test_a_card_without_a_last_day_never_expires() -> None:
    assert not GiftCard(expires_at=None).is_expired(NOW + timedelta(days=36_500))
    assert not GiftCard(expires_at=NOW).is_expired(NOW - timedelta(microseconds=1))
    assert GiftCard(expires_at=NOW).is_expired(NOW)


@pytest.mark.parametrize(("amount", "used"), [(-1_250, 1_250), (5_000, -5_000)])
def test_amount_used_is_the_negated_amount(amount: int, used: int) -> None:
    assert GiftCardUsage(amount=amount).amount_used == used


@pytest.mark.usefixtures("database")
def test_a_card_with_a_ledger_cannot_be_deleted() -> None:
    with step():
        add_row("gift_card_usages")
    with pytest.raises(sa.exc.IntegrityError), step() as session:
        session.execute(sa.delete(GiftCard))
