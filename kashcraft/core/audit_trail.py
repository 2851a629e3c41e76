"""The audit trail: what staff changed, with who changed it, when, and the values before and after.

Services of every rank call ``record`` inside their step. The package ``audit`` stores the entries and is
connected at the start of the application, so that low packages need not know it. Entries are
never deleted; the activity log gets a line without values for each of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from kashcraft.core import activity_log
from kashcraft.core.db import in_a_step
from kashcraft.core.ids import AnyId, UserId

# Values as JSON stores them: amounts in minor units, days and times in ISO 8601.
Values = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditChange:
    """One change: the kind of its subject, which one it was, and the values of the changed fields.

    ``actor`` is named as in the activity log; ``actor_id`` is the person, None for jobs and commands. ``key``
    identifies a request that must not be recorded twice.
    """

    subject: str
    action: str
    actor: str
    actor_id: UserId | None = None
    subject_id: AnyId | None = None
    title: str = ""
    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)
    reason: str = ""
    key: str | None = None


class Writer(Protocol):
    """Stores a change."""

    def __call__(self, *, change: AuditChange) -> bool:
        """Store it; return False for a key that was recorded before."""


_writer: list[Writer] = []


def connect(writer: Writer) -> None:
    """Store changes by ``writer``, which returns False for a key that was recorded before."""
    _writer[:] = [writer]


def record(
    subject: str,
    *,
    action: str,
    subject_id: AnyId | None = None,
    title: str = "",
    before: Values | None = None,
    after: Values | None = None,
    reason: str = "",
    key: str | None = None,
) -> bool:
    """Record a change in the current step and return whether it is new.

    ``subject`` is the kind of thing ("tax rate"), ``title`` what staff call this one. ``before`` and
    ``after`` have the changed fields only, without secrets. The person is the actor of the activity log: the
    sender of the request, or the name of ``activity_log.acting_as``. With a ``key`` that was recorded
    before, nothing is recorded. Raises RuntimeError outside of a step.
    """
    if not in_a_step():
        raise RuntimeError("a change is recorded in the step that makes it")
    actor = activity_log.actor()
    change = AuditChange(
        subject=subject,
        action=action,
        actor=actor,
        actor_id=person_of(actor),
        subject_id=subject_id,
        title=title,
        before=before or {},
        after=after or {},
        reason=reason,
        key=key,
    )
    is_new = _writer[0](change=change)
    if is_new:
        activity_log.note("change", action=action, subject=subject, subject_id=subject_id)
    return is_new


def differences(before: Values, after: Values) -> tuple[dict[str, object], dict[str, object]]:
    """Return the values of the fields that differ, before and after; a field of one side only is None on the
    other.
    """
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}


def person_of(actor: str) -> UserId | None:
    """Return the id of the person whom the activity log calls ``actor``; None for a guest, a job or a
    command.
    """
    try:
        return UserId(UUID(actor.removeprefix("staff:")))
    except ValueError:
        return None
