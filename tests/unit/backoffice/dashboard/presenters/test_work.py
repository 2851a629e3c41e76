"""Sentences of the first page."""

from __future__ import annotations

from datetime import UTC, datetime

from kashcraft.backoffice.dashboard.presenters.work import work_lines
from kashcraft.backoffice.dashboard.rules import WorkKind
from kashcraft.core.backlog import Backlog

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def test_a_line_says_how_much_waits_since_when_and_where() -> None:
    pack, refunds, low = work_lines(
        {
            WorkKind.TO_PACK: Backlog(8, MORNING),
            WorkKind.REFUSED_REFUNDS: Backlog(1, MORNING),
            WorkKind.LOW_STOCK: Backlog(35),
        }
    )

    assert pack.text == "8 orders are waiting to be packed"
    assert (pack.endpoint, pack.query, pack.count, pack.oldest) == ("backoffice.orders", {}, 8, MORNING)
    assert refunds.text == "1 refund was refused by the payment processor"
    assert (low.text, low.endpoint, low.oldest) == ("35 products are running low", "backoffice.stock", None)
    assert [line.is_fault for line in (pack, refunds, low)] == [False, True, False]


def test_every_kind_of_work_has_a_sentence_and_a_list() -> None:
    lines = work_lines({kind: Backlog(2) for kind in WorkKind})

    assert len({line.text for line in lines}) == len(WorkKind)
    assert {line.endpoint for line in lines} == {
        "backoffice.orders", "backoffice.returns", "backoffice.stock", "backoffice.not_sent",
    }  # fmt: skip
    assert all(line.text.startswith("2 ") for line in lines)


def test_returns_lead_to_the_tab_of_their_next_step() -> None:
    kinds = (WorkKind.RETURNS_TO_ANSWER, WorkKind.RETURNS_TO_RECEIVE, WorkKind.RETURNS_TO_REFUND)

    assert [line.query for line in work_lines({kind: Backlog(1) for kind in kinds})] == [
        {}, {"tab": "receive"}, {"tab": "refund"},
    ]  # fmt: skip
