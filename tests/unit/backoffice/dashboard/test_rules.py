"""Work is shown to those who may do it."""

from __future__ import annotations

import pytest

from kashcraft.accounts.rules import Role
from kashcraft.backoffice.dashboard.rules import NEEDED, WorkKind
from kashcraft.backoffice.rules import permissions_of

PARCELS = {WorkKind.TO_PACK, WorkKind.TO_SHIP, WorkKind.ON_THE_WAY, WorkKind.LOW_STOCK}
MONEY = {WorkKind.RETURNS_TO_ANSWER, WorkKind.RETURNS_TO_REFUND, WorkKind.REFUSED_REFUNDS}


@pytest.mark.parametrize(
    ("role", "hidden"),
    [
        (Role.OWNER, set()),
        (Role.EDITOR, set(WorkKind)),
        (Role.FULFILMENT, MONEY),
        (Role.SUPPORT, PARCELS),
    ],
)
def test_each_role_sees_the_work_that_it_may_do(role: Role, hidden: set[WorkKind]) -> None:
    permissions = permissions_of([role])

    assert {kind for kind in WorkKind if NEEDED[kind] not in permissions} == hidden
