"""The catalogue version: a number that rises in each step that changes what catalogue pages show."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.catalogue.models import CatalogueVersion
from kashcraft.catalogue.queries import forget_version
from kashcraft.core import reference_version
from kashcraft.core.db import db, last_in_step, rows_changed


def touch() -> None:
    """Raise the catalogue version at the end of the current step, once per step.

    Every change of the catalogue locks this row. It comes last so that other transactions wait as briefly as
    possible. Raises RuntimeError outside a step.
    """
    last_in_step(_raise_version)


def _raise_version() -> None:
    db.session.flush()  # the rows first, then the number that announces them
    raised = sa.update(CatalogueVersion).values(version=reference_version.raised(CatalogueVersion.version))
    if not rows_changed(db.session.execute(raised, execution_options={"synchronize_session": False})):
        db.session.execute(sa.insert(CatalogueVersion).values(id=1, version=1))
    forget_version()
