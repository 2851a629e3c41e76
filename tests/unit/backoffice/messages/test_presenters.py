"""The lists of failed messages and failed jobs."""

from __future__ import annotations

from datetime import UTC, datetime

from kashcraft.backoffice.messages.presenters import job_row, jobs_table, message_row
from kashcraft.backoffice.presenters.tables import BulkAction, Cell

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ID = "01a22b65"


def test_a_message_has_its_recipient_subject_reason_and_age() -> None:
    row = message_row(
        ID, recipient="ada@shop.example", template="gift_card", reason="No such mailbox", created_at=NOW
    )

    assert (row.id, row.title) == (ID, "ada@shop.example")
    assert list(row.cells) == [
        Cell(text="ada@shop.example"),
        Cell(text="Gift card"),
        Cell(text="No such mailbox"),
        Cell(at=NOW),
        Cell(),
    ]


def test_a_message_of_an_unknown_template_is_named_by_it() -> None:
    row = message_row(ID, recipient="", template="new_kind", reason=None, created_at=NOW)

    assert [cell.text for cell in row.cells[1:3]] == ["new_kind", ""]


def test_failed_jobs_can_be_selected_and_run_again() -> None:
    row = job_row(ID, name="jobs.purge", reason="The disk is full", failed_at=NOW)
    table = jobs_table([row], url="/again")

    assert list(row.cells) == [Cell(text="jobs.purge"), Cell(text="The disk is full"), Cell(at=NOW), Cell()]
    assert (table.id, table.bulk) == ("jobs", [BulkAction(label="Run again", url="/again")])
