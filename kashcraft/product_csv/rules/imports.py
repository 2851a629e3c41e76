"""The states of a product file that staff have sent."""

from __future__ import annotations

from enum import StrEnum

# Larger than a file of 10,000 products, and small enough for the memory of a process.
LARGEST_FILE = 12 * 1024 * 1024
# How many lines of a report and of its errors are stored.
MOST_LINES = 1_000


class ImportState(StrEnum):
    """The state of a sent file: it is being checked, or was checked or refused; it is being imported, or was
    imported or failed.
    """

    CHECKING = "checking"
    CHECKED = "checked"
    REFUSED = "refused"
    IMPORTING = "importing"
    IMPORTED = "imported"
    FAILED = "failed"


WORKING = (ImportState.CHECKING, ImportState.IMPORTING)
