"""What a process keeps of what it worked out, and what a request remembers until it is answered."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

Caches = dict[str, dict[Any, Any]]

_caches: ContextVar[Caches | None] = ContextVar("caches", default=None)
_memory: ContextVar[dict[str, Any] | None] = ContextVar("memory", default=None)


def kept(name: str) -> dict[Any, Any]:
    """Return the dictionary ``name`` of this process, which lives as long as the application.

    For what is worked out from the database and can be worked out again. Raises LookupError where no
    application runs.
    """
    found = _caches.get()
    if found is None:
        raise LookupError("no caches outside of an application's context")
    return found.setdefault(name, {})


def use(found: Caches | None) -> Caches | None:
    """Make ``found`` the caches of what runs from here on; return those that it had before."""
    before = _caches.get()
    _caches.set(found)
    return before


def remembered() -> dict[str, Any]:
    """Return a dictionary that lives as long as the current request; outside of requests always a new one."""
    found = _memory.get()
    return {} if found is None else found


def begin_request() -> None:
    """Remember nothing of an earlier request."""
    _memory.set({})


def end_request() -> None:
    """Forget what the request remembered."""
    _memory.set(None)
