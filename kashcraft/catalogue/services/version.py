"""The catalogue version: a number that rises in each step that changes what catalogue pages show.

The row of the version stays locked until the step has committed, so that versions are committed in their
order. The change log lists what each of them has changed, so that processes follow the changes of single
products without reading the whole catalogue again.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from kashcraft.catalogue.models import CatalogueChange, CatalogueVersion, ChangeScope, Product
from kashcraft.catalogue.queries import forget_version
from kashcraft.core import reference_version
from kashcraft.core.db import db, last_in_step, rows_changed, table_of
from kashcraft.core.ids import ProductId

# With more products than this, one row says that everything has changed.
MOST_PRODUCTS = 2000
STORED_CHANGES = 10_000
LOG = table_of(CatalogueChange)
_CHANGED = "catalogue_changes"


def touch(*, product_ids: Collection[ProductId] = (), scope: ChangeScope = ChangeScope.EVERYTHING) -> None:
    """Raise the catalogue version at the end of the current step, once per step, and log what has changed.

    These are the pages of ``product_ids`` (pages or variants), otherwise ``scope``. Every change of the
    catalogue locks the row of the version. It comes last so that other transactions wait as briefly as
    possible. Raises RuntimeError outside a step.
    """
    last_in_step(_raise_version)
    changed: set[ProductId | ChangeScope] = db.session().info.setdefault(_CHANGED, set())
    changed.update(product_ids or {scope})


def purge_changes(*, limit: int = 1000) -> int:
    """Delete changes before the last 10,000, ``limit`` at a time, and return their number.

    A process that is further behind reads the whole catalogue.
    """
    newest = sa.select(sa.func.max(CatalogueChange.id)).scalar_subquery()
    old = sa.select(CatalogueChange.id).where(CatalogueChange.id <= newest - STORED_CHANGES).limit(limit)
    removed = sa.delete(CatalogueChange).where(CatalogueChange.id.in_(old))
    return rows_changed(db.session.execute(removed, execution_options={"synchronize_session": False}))


def _raise_version() -> None:
    db.session.flush()  # the rows first, then the number that announces them
    raised = (
        sa.update(CatalogueVersion)
        .values(version=reference_version.raised(CatalogueVersion.version))
        .returning(CatalogueVersion.version)
    )
    version = db.session.scalar(raised, execution_options={"synchronize_session": False})
    if version is None:
        version = 1
        db.session.execute(sa.insert(CatalogueVersion).values(id=1, version=version))
    _log(version, db.session().info.pop(_CHANGED))
    forget_version()


def _log(version: int, changed: set[ProductId | ChangeScope]) -> None:
    """Insert the rows of a version; no other transaction can raise it before they are committed."""
    scopes = {one for one in changed if isinstance(one, ChangeScope)}
    products = sorted(changed - scopes)
    if ChangeScope.EVERYTHING in scopes or len(products) > MOST_PRODUCTS:
        scopes, products = {ChangeScope.EVERYTHING}, []
    if products:
        pages = (
            sa.select(
                sa.literal(version, sa.BigInteger()),
                sa.literal(ChangeScope.PRODUCT.value),
                sa.func.coalesce(Product.parent_id, Product.id),
            )
            .where(Product.id.in_(products))
            .distinct()
        )
        logged = sa.insert(LOG).from_select(["version", "scope", "product_id"], pages)
        if not db.session.execute(logged.returning(LOG.c.product_id)).all():
            scopes.add(ChangeScope.PAGES)  # none of them exists, but every version has a row
    for scope in sorted(scopes):
        db.session.execute(sa.insert(CatalogueChange).values(version=version, scope=scope))
