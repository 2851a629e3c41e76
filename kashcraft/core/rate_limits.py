"""Limits on repeated requests, and the response to a request beyond a limit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import chain
from typing import Any, cast

import structlog
from flask import Flask, Response, current_app, make_response, render_template, request
from flask_limiter import Limiter, RequestLimit
from limits import RateLimitItem, WindowStats
from limits.errors import StorageError
from limits.storage import MemoryStorage, SlidingWindowCounterSupport
from limits.strategies import STRATEGIES, RateLimiter, SlidingWindowCounterRateLimiter
from werkzeug.exceptions import HTTPException

from kashcraft.core.devices import known_device
from kashcraft.core.email_addresses import mailbox
from kashcraft.core.forms import Form
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import ngettext
from kashcraft.core.ids import keyed_hash
from kashcraft.core.security import visitor_network
from kashcraft.core.settings import installation

MINUTE, HOUR, DAY = 60, 3_600, 86_400
STRATEGY = "share-of-process"
log = structlog.get_logger()
_NO_LIMIT = 2**31 - 1


class ShareOfProcess(SlidingWindowCounterRateLimiter):
    """A sliding window counter; each process gets its share of a limit when counters are not shared."""

    def hit(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        """Count a request; return whether it is within the limit."""
        return super().hit(self._share(item), *identifiers, cost=cost)

    def test(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        """Return whether another request would be within the limit."""
        return super().test(self._share(item), *identifiers, cost=cost)

    def give_back(self, item: RateLimitItem, *identifiers: str) -> None:
        """Undo the last count.

        The count of a window that has ended is not undone; it expires.
        """
        shared, storage = self._share(item), cast(SlidingWindowCounterSupport, self.storage)
        key, seconds = shared.key_for(*identifiers), shared.get_expiry()
        _, _, in_this_window, _ = storage.get_sliding_window(key, seconds)
        if in_this_window > 0:
            storage.acquire_sliding_window_entry(key, _NO_LIMIT, seconds, -1)

    def get_window_stats(self, item: RateLimitItem, *identifiers: str) -> WindowStats:
        """Return how many requests remain, and until when."""
        return super().get_window_stats(self._share(item), *identifiers)

    def clear(self, item: RateLimitItem, *identifiers: str) -> None:
        """Reset the counter."""
        super().clear(self._share(item), *identifiers)

    def _share(self, item: RateLimitItem) -> RateLimitItem:
        processes: int = installation().processes
        if processes == 1 or not isinstance(self.storage, MemoryStorage):
            return item
        return type(item)(max(1, item.amount // processes), item.multiples, item.namespace)


STRATEGIES[STRATEGY] = ShareOfProcess


def counts_only(counted: Callable[[Response], bool]) -> Callable[[Any], Any]:
    """Return a decorator for a view with limits: only responses that are ``counted`` remain counted.

    A request is counted before the view runs and undone afterwards, so that concurrent requests cannot exceed
    a limit.
    """

    def mark(view: Any) -> Any:
        view.counted_answers = counted
        return view

    return mark


def init_app(app: Flask) -> None:
    """Undo the counts of responses that views exempt; call it after the limiter's own ``init_app``."""
    limiters: Collection[Limiter] = app.extensions.get("limiter", ())  # empty where limits are disabled

    @app.after_request
    def take_back(response: Response) -> Response:
        view = current_app.view_functions.get(request.endpoint or "")
        counted = getattr(view, "counted_answers", None)
        if counted is None or counted(response):
            return response
        for limit in chain.from_iterable(limiter.current_limits for limiter in limiters):
            if not limit.breached:
                _take_back(limit.limiter, limit.limit, limit.request_args)
        return response


def reserve(limiter: Limiter, counted: Sequence[tuple[RateLimitItem, tuple[str, ...]]]) -> bool:
    """Count a request in several limits, each with its key; return whether all of them allow it.

    When one limit is reached or its storage fails, the request is counted in none.
    """
    done: list[tuple[RateLimitItem, tuple[str, ...]]] = []
    for item, identifiers in counted:
        try:
            has_room = limiter.limiter.hit(item, *identifiers)
        except StorageError:
            log.exception("a limit could not be counted in")
            has_room = False
        if not has_room:
            give_back(limiter, done)
            return False
        done.append((item, identifiers))
    return True


def give_back(limiter: Limiter, counted: Sequence[tuple[RateLimitItem, tuple[str, ...]]]) -> None:
    """Undo the counts of ``reserve``."""
    for item, identifiers in counted:
        _take_back(limiter.limiter, item, identifiers)


def _take_back(strategy: RateLimiter, item: RateLimitItem, identifiers: Sequence[str]) -> None:
    """Undo a count; an expired counter or a failing storage does not stop the response."""
    try:
        cast(ShareOfProcess, strategy).give_back(item, *identifiers)
    except StorageError:
        log.exception("a try stays counted in a limit")


def too_often(limit: RequestLimit) -> str:
    """Return the message that there were too many attempts and when to try again."""
    seconds = limit.limit.get_expiry()
    if seconds >= DAY:
        return _("Too many attempts. Please try again tomorrow.")
    if seconds >= HOUR:
        return _("Too many attempts. Please try again in an hour.")
    return ngettext(
        "Too many attempts. Please try again in a minute.",
        "Too many attempts. Please try again in %(num)s minutes.",
        -(-seconds // MINUTE),
    )


def form_again(form: type[Form], page: str) -> Callable[[RequestLimit], Response]:
    """Return a handler of exceeded limits that renders ``page`` with the form as it was sent."""

    def answer(limit: RequestLimit) -> Response:
        sent = form.from_request()
        sent.form_errors.append(too_often(limit))
        return make_response(render_template(page, form=sent), 429)

    return answer


def typed_address() -> str:
    """Return a key for the mailbox of the e-mail address in the request, independent of its notation.

    It has a fixed length and is never empty, because the limiter ignores empty keys.
    """
    return keyed_hash(installation().secret_key, f"typed:{mailbox(_typed())}")[:32]


def address_and_network() -> str:
    """Return a key for the e-mail address in the request and the network of the visitor."""
    return f"{typed_address()} {visitor_network()}"


def address_and_device() -> str:
    """Return a key for the e-mail address in the request and this browser."""
    return f"{typed_address()} {known_device(_typed())}"


def from_known_device() -> bool:
    """Return whether this browser has signed in with the e-mail address before."""
    return known_device(_typed()) is not None


def from_elsewhere() -> bool:
    """Return whether this browser has never signed in with the e-mail address."""
    return not from_known_device()


def refused(response: Response) -> bool:
    """Return whether a response refuses the input, for limits that count failures."""
    return response.status_code == 422


def accepted(response: Response) -> bool:
    """Return whether a response confirms an action, for limits that count e-mails."""
    return response.status_code == 200


def _typed() -> str:
    try:
        return " ".join(request.form.get("email", "").split())
    except HTTPException:  # Otherwise the limiter would treat an unreadable form as a failure of its storage.
        return ""
