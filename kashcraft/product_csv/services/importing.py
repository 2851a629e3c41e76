"""The import of a file as a whole: planned, its pictures stored, and written without blocking the shop."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from kashcraft.catalogue.queries import is_current
from kashcraft.core import activity_log
from kashcraft.core.autocommit import at_one_moment
from kashcraft.core.db import end_reading
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import UserId
from kashcraft.core.staging import ConcurrentChange, staged
from kashcraft.product_csv.rules.refusals import FileRefused
from kashcraft.product_csv.services.planning import Report, check_pictures, plan_file, store_pictures
from kashcraft.product_csv.services.writing import write_counts, write_pages

TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFile:
    """A product file with the folder of its pictures and the options of its import.

    Links to ``old_hosts`` in descriptions are changed to this shop. ``strict`` turns notes into errors.
    ``pictures`` has those fetched that are addresses.
    """

    data: bytes
    folder: Path
    currency: str
    old_hosts: Collection[str] = ()
    strict: bool = False
    pictures: bool = False


def import_file(
    *, file: ProductFile, media: Path, user_id: UserId | None = None, dry_run: bool = False
) -> Report:
    """Import a file, all or nothing, and return the report; a dry run changes nothing.

    The shop continues to sell during the import: see ``core.staging``. If products of the file are edited at
    the same time, it is planned again with their new values. Raises FileRefused with all refusals by row,
    NoDiskSpace, and DomainError('catalogue_is_being_changed') when five tries in a row were overtaken by
    edits.
    """
    for remaining in range(TRIES - 1, -1, -1):
        report = _planned(file, media, dry_run)
        try:
            written = _written(report, file.currency, user_id, dry_run)
        except ConcurrentChange as reason:
            if not remaining:
                raise (reason.__cause__ or DomainError("catalogue_is_being_changed")) from reason
            continue
        if not dry_run:
            activity_log.note(
                "import", action="products", products=len(written.plans), changed=len(written.touched())
            )
        return written
    raise AssertionError("an import is tried at least once")


def _planned(file: ProductFile, media: Path, dry_run: bool) -> Report:
    at_one_moment()
    report = plan_file(data=file.data, folder=file.folder, currency=file.currency, old_hosts=file.old_hosts)
    end_reading()
    report = report.strictly() if file.strict else report
    report = report.with_pictures() if file.pictures else report
    if dry_run or report.errors:
        report = check_pictures(report=report, folder=file.folder)
    else:
        report = store_pictures(report=report, folder=file.folder, media=media)
    if report.errors:
        raise FileRefused(report.errors)
    return report


def _written(report: Report, currency: str, user_id: UserId | None, dry_run: bool) -> Report:
    return staged(
        lambda: write_pages(report=report, currency=currency, user_id=user_id),
        lambda refused: write_counts(report=report, refused=refused, user_id=user_id),
        unchanged=lambda: report.edition is None or is_current(report.edition),
        dry_run=dry_run,
    )
