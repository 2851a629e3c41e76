"""Product files that staff have sent: a job checks each by a dry run, and imports it after their consent."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from kashcraft.core import activity_log, audit_trail, clock, jobs
from kashcraft.core.db import db, end_reading, in_step, rows_changed
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import ProductImportId, UserId, new_id
from kashcraft.core.settings import settings
from kashcraft.core.staging import NoDiskSpace
from kashcraft.product_csv.models import ProductImport
from kashcraft.product_csv.presenters.report import describe
from kashcraft.product_csv.rules.imports import LARGEST_FILE, MOST_LINES, WORKING, ImportState
from kashcraft.product_csv.rules.refusals import FileRefused
from kashcraft.product_csv.services.importing import ProductFile, import_file

STORED_DAYS = 30
OVERTAKEN = (
    "products of the file were edited during each of five tries; import it again when nobody edits them"
)


@jobs.reference("product_csv.work_on_file")
def working(*, import_id: str, user_id: str) -> None:
    """Check or import a file; implemented in ``product_csv.jobs``."""


@dataclass(frozen=True)
class WorkResult:
    """What has become of a file: its new state, its errors, its report, and how many products changed."""

    state: ImportState
    errors: list[str]
    lines: list[str]
    changed: int = 0


def receive_file(*, name: str, data: bytes, pictures: bool, user_id: UserId) -> ProductImportId:
    """Store a sent file, have it checked, and return the id of its import.

    Files of more than 30 days ago are deleted. Raises DomainError: file_empty, file_too_large.
    """
    if not data.strip():
        raise DomainError("file_empty", field="file")
    if len(data) > LARGEST_FILE:
        raise DomainError("file_too_large", field="file", megabytes=LARGEST_FILE // 1024**2)
    old = clock.now() - timedelta(days=STORED_DAYS)
    db.session.execute(sa.delete(ProductImport).where(ProductImport.created_at < old))
    row = ProductImport(id=new_id(), name=name[-255:] or "products.csv", data=data, pictures=pictures)
    db.session.add(row)
    working.enqueue(import_id=str(row.id), user_id=str(user_id))
    return row.id


def start_import(*, import_id: ProductImportId, user_id: UserId) -> bool:
    """Have a checked file imported; return False if it was started before. Raises NotFound."""
    if db.session.scalar(sa.select(ProductImport.id).where(ProductImport.id == import_id)) is None:
        raise NotFound("not_found", import_id=str(import_id))
    started = sa.update(ProductImport).where(
        ProductImport.id == import_id, ProductImport.state == ImportState.CHECKED
    )
    if not rows_changed(db.session.execute(started.values(state=ImportState.IMPORTING))):
        return False
    working.enqueue(import_id=str(import_id), user_id=str(user_id))
    return True


def work_on_file(*, import_id: ProductImportId, media: Path, user_id: UserId | None = None) -> None:
    """Check a file by a dry run, or import it, as its state says; nothing for another state.

    Runs outside of a step. It may run again: an import that is repeated changes nothing.
    """
    row = db.session.execute(
        sa.select(ProductImport.state, ProductImport.data, ProductImport.pictures).where(
            ProductImport.id == import_id
        )
    ).first()
    end_reading()
    if row is None or row.state not in WORKING or row.data is None:
        return
    with TemporaryDirectory() as empty:
        file = ProductFile(
            data=row.data,
            folder=Path(empty),
            currency=settings().shop_currency,
            pictures=row.pictures,
        )
        result = _result(file, media, user_id, is_check=row.state is ImportState.CHECKING)
    with activity_log.acting_as(f"staff:{user_id}") if user_id else nullcontext():
        in_step(lambda: _end(import_id, row.state, result))


def fail_import(*, import_id: ProductImportId, reason: str) -> None:
    """Record that a file could not be worked on, with the reason; the shop is unchanged by it."""
    result = WorkResult(ImportState.FAILED, [reason[:500]], [])
    for state in WORKING:
        _end(import_id, state, result)


def _result(file: ProductFile, media: Path, user_id: UserId | None, *, is_check: bool) -> WorkResult:
    try:
        report = import_file(file=file, media=media, user_id=user_id, dry_run=is_check)
    except FileRefused as refused:
        return WorkResult(ImportState.REFUSED, [str(one) for one in refused.errors], [])
    except NoDiskSpace as error:
        return WorkResult(ImportState.FAILED, [str(error)], [])
    except DomainError as error:
        if error.code != "catalogue_is_being_changed":
            raise
        return WorkResult(ImportState.FAILED, [OVERTAKEN], [])
    lines = list(describe(report.plans, report.notes, fetching=file.pictures))
    state = ImportState.CHECKED if is_check else ImportState.IMPORTED
    # The totals are the last line, which has to stay.
    shown = lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], lines[-1]]
    return WorkResult(state, [], shown, len(report.touched()))


def _end(import_id: ProductImportId, before: ImportState, result: WorkResult) -> None:
    ended = sa.update(ProductImport).where(ProductImport.id == import_id, ProductImport.state == before)
    values: dict[str, object] = {
        "state": result.state,
        "errors": result.errors[:MOST_LINES],
        "lines": result.lines,
        "ended_at": clock.now(),
    }
    if result.state is not ImportState.CHECKED:
        values["data"] = None
    is_first = rows_changed(db.session.execute(ended.values(**values))) == 1
    if not is_first or result.state is not ImportState.IMPORTED:
        return
    name = db.session.scalar(sa.select(ProductImport.name).where(ProductImport.id == import_id)) or ""
    audit_trail.record(
        "product file",
        action="imported",
        subject_id=import_id,
        title=name,
        after={"products": result.changed},
    )
