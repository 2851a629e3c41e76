"""What is saved now, beside a form that was opened before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from kashcraft.core.i18n import gettext as _


class ShownField(Protocol):
    """A field of a form: its label, and what was typed."""

    @property
    def label(self) -> object:
        """Return its label, a text or an object with the attribute ``text``."""

    @property
    def data(self) -> object:
        """Return what was typed."""


def list_saved_values(fields: Mapping[str, ShownField], saved: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return label and saved value of each field that contains another one; empty values are named."""
    return [
        (str(getattr(fields[name].label, "text", fields[name].label)), text or _("(empty)"))
        for name, text in saved.items()
        if name in fields and str(fields[name].data or "").replace("\r\n", "\n").strip() != text
    ]
