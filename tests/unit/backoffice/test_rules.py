"""Who may do what in the back office."""

from __future__ import annotations

import pytest

from kashcraft.accounts.models import Role
from kashcraft.backoffice.rules import ALLOWED, Act, acts_of, may

PACKS = {
    "see_front", "see_orders", "send_orders", "note_orders", "receive_returns", "keep_stock", "send_messages",
}  # fmt: skip


SERVES = {
    "see_front", "see_orders", "note_orders", "refund_orders", "answer_returns", "receive_returns",
    "see_vouchers", "see_gift_cards", "serve_gift_cards", "see_loyalty", "see_members", "serve_members",
    "send_messages",
}  # fmt: skip
WRITES = {"see_front", "see_vouchers", "keep_vouchers", "see_loyalty", "keep_offers"}


@pytest.mark.parametrize(
    ("role", "acts"),
    [
        (Role.OWNER, PACKS | SERVES | WRITES | {"keep_gift_cards", "keep_tiers"}),
        (Role.FULFILMENT, PACKS),
        (Role.SUPPORT, SERVES),
        (Role.EDITOR, WRITES),
    ],
)
def test_each_role_may_do_its_own_work(role: Role, acts: set[str]) -> None:
    assert acts_of([role]) == acts
    assert {act for act in Act if may([role], act)} == acts


def test_every_role_is_listed() -> None:
    assert set(ALLOWED) == set(Role)


def test_whoever_has_no_role_may_do_nothing() -> None:
    assert acts_of([]) == frozenset()
    assert not may([], Act.SEE_FRONT)


def test_roles_add_up() -> None:
    assert acts_of([Role.EDITOR, Role.SUPPORT]) == WRITES | SERVES
    everybody = acts_of([Role.EDITOR, Role.FULFILMENT, Role.SUPPORT])
    assert acts_of([Role.OWNER]) - everybody == {Act.KEEP_GIFT_CARDS, Act.KEEP_TIERS}
