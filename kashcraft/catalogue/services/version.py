"""The catalogue version: one number that rises in the step that changes what catalogue pages show."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from kashcraft.catalogue.models import CatalogueVersion
from kashcraft.catalogue.queries import forget_version
from kashcraft.core import versions
from kashcraft.core.db import db, in_a_step, rows_changed

_TOUCHED = "catalogue_touched"


def touch() -> None:
    """Raise the catalogue version at the end of the current step, once however often it is asked for.

    The one row that every change of the catalogue locks comes last, so that nobody waits for it while
    holding it. Raises RuntimeError outside a step.
    """
    if not in_a_step():
        raise RuntimeError("the catalogue changes inside a step")
    session = db.session()
    # A session begins by itself with its first statement, and a step may have made none yet.
    session.connection()
    session.info[_TOUCHED] = session.get_transaction()


@event.listens_for(Session, "before_commit")
def _raise_version(session: Session) -> None:
    if session.in_nested_transaction() or _TOUCHED not in session.info:
        return
    # What an abandoned step has left behind names its own transaction, not this one.
    if session.info.pop(_TOUCHED) is not session.get_transaction():
        return
    session.flush()  # the rows first, then the number that announces them
    raised = sa.update(CatalogueVersion).values(version=versions.raised(CatalogueVersion.version))
    if not rows_changed(session.execute(raised, execution_options={"synchronize_session": False})):
        session.execute(sa.insert(CatalogueVersion).values(id=1, version=1))
    forget_version()
