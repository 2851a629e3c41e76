"""How the back office runs a change and answers: refusals beside their fields, notices, and undo."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from flask import Response, request

from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.forms import Form
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import LazyText
from kashcraft.core.signing import read_signed, sign

R = TypeVar("R")
# How long a toast offers to undo a change, and how long a page that is loaded again offers it.
UNDO_SECONDS, UNDO_ACCEPTED = 10, 30


def attempt(
    work: Callable[[], R], form: Form, refusals: Mapping[str, LazyText], *, field: str | None = None
) -> R | None:
    """Run ``work`` in one transaction and return its result, or None where it was refused.

    The reason then stands in ``form``: beside the field that the refusal names, else beside ``field``. Work
    that may return None on success says so by another way. Raises NotFound, and a refusal without words.
    """
    try:
        return in_step(work)
    except NotFound:
        raise
    except DomainError as refusal:
        named = DomainError(refusal.code, field=refusal.field or field, **refusal.details)
        form.refuse(named, refusals)
        return None


def try_step(work: Callable[[], R], refusals: Collection[str]) -> tuple[R | None, str]:
    """Run ``work`` in one transaction and return its result, or None with the code of a refusal.

    ``refusals`` are the codes that are returned; other refusals and NotFound are raised.
    """
    try:
        return in_step(work), ""
    except NotFound:
        raise
    except DomainError as refusal:
        if refusal.code not in refusals:
            raise
        return None, refusal.code


def run(
    work: Callable[[], object], url: str, *, done: str = "", refused: Mapping[str, str] | None = None
) -> Response:
    """Run ``work`` in one transaction and go to ``url`` with the notice ``done``.

    ``refused`` names the notice for each code with which the work may be refused; other refusals are raised.
    """
    notices = refused or {}
    _, refusal = try_step(work, notices)
    return go_to(url, notice=notices[refusal] if refusal else done)


def go_with_undo(
    url: str, text: str, undo_url: str, fields: Sequence[tuple[str, str]], *, seconds: int = UNDO_SECONDS
) -> Response:
    """Go to ``url``, where a toast says ``text`` and offers a POST of ``fields`` to ``undo_url``."""
    offer = sign("undo", {"text": text, "url": undo_url, "fields": list(fields), "seconds": seconds})
    address, mark, anchor = url.partition("#")
    joint = "&" if "?" in address else "?"
    return go_to(f"{address}{joint}undo={offer}{mark}{anchor}")


def offered_undo() -> Mapping[str, object] | None:
    """Return what the present page offers to undo: text, url, fields and seconds; None without an offer."""
    offer = request.args.get("undo", "")
    found: Mapping[str, object] | None = read_signed("undo", offer, max_age=UNDO_ACCEPTED) if offer else None
    return found
