"""Entries of the audit trail: written once, cut to their columns, not deleted with an account."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from kashcraft.accounts.models import User
from kashcraft.audit.models import AuditEntry
from kashcraft.audit.services import write_entry
from kashcraft.core.audit_trail import AuditChange
from kashcraft.core.db import db, step
from kashcraft.core.ids import UserId
from tests.factories.people import person


def test_long_titles_and_reasons_are_cut(database: Flask) -> None:
    with step():
        write_entry(
            change=AuditChange(
                subject="page", action="changed", actor="job:x", title="t" * 300, reason="r" * 600
            )
        )

    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (len(entry.title), len(entry.reason)) == (255, 500)


def test_an_entry_outlives_the_account_of_its_person(database: Flask) -> None:
    owner = UserId(person())
    with step():
        write_entry(
            change=AuditChange(subject="page", action="changed", actor=f"staff:{owner}", actor_id=owner)
        )
    with step():
        db.session.execute(sa.delete(User).where(User.id == owner))

    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.actor, entry.actor_id) == (f"staff:{owner}", None)
