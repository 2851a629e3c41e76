"""That a file cannot be written."""

from __future__ import annotations

from collections.abc import Sequence

from kashcraft.core.errors import DomainError
from kashcraft.product_csv.rules.document import Remark


class FileRefused(DomainError):
    """A file cannot be written; ``errors`` say which rows of it are refused, and why."""

    def __init__(self, errors: Sequence[Remark]) -> None:
        super().__init__("file_refused")
        self.errors = sorted(errors)
