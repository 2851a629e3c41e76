"""Entries of the audit trail as pages read them, and what a reader asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kashcraft.core.ids import AnyId, UserId


class RecordedChange(Protocol):
    """An entry: who made a change, when, on what, and the values of the changed fields."""

    id: AnyId
    subject: str
    subject_id: AnyId | None
    title: str
    action: str
    actor: str
    actor_id: UserId | None
    before: dict[str, object]
    after: dict[str, object]
    reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter:
    """Which entries a reader asks for; what is None leaves nothing out.

    ``begins`` is the first moment of a range of days, ``ends`` the first one after it. ``without_person``
    asks for the entries of jobs, commands and deleted accounts.
    """

    actor_id: UserId | None = None
    without_person: bool = False
    subject: str | None = None
    begins: datetime | None = None
    ends: datetime | None = None


def changed_fields(
    before: Mapping[str, object], after: Mapping[str, object]
) -> list[tuple[str, object, object]]:
    """Return each changed field with its values before and after, None where a side has none."""
    return [(name, before.get(name), after.get(name)) for name in {**before, **after}]
