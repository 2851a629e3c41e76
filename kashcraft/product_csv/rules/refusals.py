"""The refusal of a file."""

from __future__ import annotations

from collections.abc import Sequence

from kashcraft.core.errors import DomainError
from kashcraft.product_csv.rules.document import Remark


class FileRefused(DomainError):
    """A file cannot be imported; ``errors`` are the refused rows and the reasons."""

    def __init__(self, errors: Sequence[Remark]) -> None:
        super().__init__("file_refused")
        self.errors = sorted(errors)
