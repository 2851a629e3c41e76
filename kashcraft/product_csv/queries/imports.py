"""Reads of product files that staff have sent."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from kashcraft.core.db import db
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import ProductImportId
from kashcraft.product_csv.models import ProductImport

MOST_LISTED = 10


def get_import(import_id: ProductImportId) -> ProductImport:
    """Return a sent file with its report, without its contents. Raises NotFound. One statement."""
    found = db.session.scalar(sa.select(ProductImport).where(ProductImport.id == import_id))
    if found is None:
        raise NotFound("not_found", import_id=str(import_id))
    return found


def list_imports() -> Sequence[ProductImport]:
    """Return the last ten sent files, the newest first. One statement."""
    newest = sa.select(ProductImport).order_by(ProductImport.id.desc()).limit(MOST_LISTED)
    return db.session.scalars(newest).all()
