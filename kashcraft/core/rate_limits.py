"""What somebody reads who repeats a step too often: the form as they sent it, and when to try again."""

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
from kashcraft.core.settings import settings

MINUTE, HOUR, DAY = 60, 3_600, 86_400
STRATEGY = "share-of-process"
log = structlog.get_logger()
_NO_LIMIT = 2**31 - 1


class ShareOfProcess(SlidingWindowCounterRateLimiter):
    """Counts in a sliding window; where each process counts for itself, it has its share of every limit."""

    def hit(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        """Count something; return whether it was within the limit."""
        return super().hit(self._share(item), *identifiers, cost=cost)

    def test(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        """Return whether something would be within the limit."""
        return super().test(self._share(item), *identifiers, cost=cost)

    def give_back(self, item: RateLimitItem, *identifiers: str) -> None:
        """Take back what was counted last.

        Of a window that has ended meanwhile nothing is taken back: its count fades by itself.
        """
        shared, storage = self._share(item), cast(SlidingWindowCounterSupport, self.storage)
        key, seconds = shared.key_for(*identifiers), shared.get_expiry()
        _, _, in_this_window, _ = storage.get_sliding_window(key, seconds)
        if in_this_window > 0:
            storage.acquire_sliding_window_entry(key, _NO_LIMIT, seconds, -1)

    def get_window_stats(self, item: RateLimitItem, *identifiers: str) -> WindowStats:
        """Return how much is left, and until when."""
        return super().get_window_stats(self._share(item), *identifiers)

    def clear(self, item: RateLimitItem, *identifiers: str) -> None:
        """Forget what was counted."""
        super().clear(self._share(item), *identifiers)

    def _share(self, item: RateLimitItem) -> RateLimitItem:
        processes: int = settings().processes
        if processes == 1 or not isinstance(self.storage, MemoryStorage):
            return item
        return type(item)(max(1, item.amount // processes), item.multiples, item.namespace)


STRATEGIES[STRATEGY] = ShareOfProcess


def counts_only(counted: Callable[[Response], bool]) -> Callable[[Any], Any]:
    """Return a decorator for a view with limits: only answers that are ``counted`` stay counted in them.

    A request is counted before it is looked at and taken back afterwards, so that requests at the very same
    moment never exceed a limit.
    """

    def mark(view: Any) -> Any:
        view.counted_answers = counted
        return view

    return mark


def init_app(app: Flask) -> None:
    """Take back what views need not have counted; called after the limiter's own."""
    limiters: Collection[Limiter] = app.extensions.get("limiter", ())  # none where limits are switched off

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
    """Count something in several limits, each with what it counts by; return whether all of them have room.

    Where one has none, or cannot be counted in now, it counts in no other either.
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
    """Take back what ``reserve`` has counted."""
    for item, identifiers in counted:
        _take_back(limiter.limiter, item, identifiers)


def _take_back(strategy: RateLimiter, item: RateLimitItem, identifiers: Sequence[str]) -> None:
    """Take back what was counted; counters that are gone meanwhile keep no answer back."""
    try:
        cast(ShareOfProcess, strategy).give_back(item, *identifiers)
    except StorageError:
        log.exception("a try stays counted in a limit")


def too_often(limit: RequestLimit) -> str:
    """Return that a step was repeated too often, and after which time it surely works again."""
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
    """Return what a limit answers instead of the plain page: ``page`` with its form as it was sent."""

    def answer(limit: RequestLimit) -> Response:
        sent = form.from_request()
        sent.form_errors.append(too_often(limit))
        return make_response(render_template(page, form=sent), 429)

    return answer


def typed_address() -> str:
    """Return what stands for the mailbox of the e-mail address that was sent, however it was typed.

    Of bounded length, and never empty: the limiter counts nothing for an empty key.
    """
    return keyed_hash(settings().secret_key, f"typed:{mailbox(_typed())}")[:32]


def address_and_network() -> str:
    """Return what stands for the typed address as somebody in this network types it."""
    return f"{typed_address()} {visitor_network()}"


def address_and_device() -> str:
    """Return what stands for the typed address as it is typed in this browser."""
    return f"{typed_address()} {known_device(_typed())}"


def from_known_device() -> bool:
    """Return whether the typed address has been signed in to in this browser, so that what others try counts
    for nothing here.
    """
    return known_device(_typed()) is not None


def from_elsewhere() -> bool:
    """Return whether the typed address has never been signed in to in this browser."""
    return not from_known_device()


def refused(response: Response) -> bool:
    """Return whether an answer says that something typed was wrong, for limits that count failures."""
    return response.status_code == 422


def accepted(response: Response) -> bool:
    """Return whether an answer says that something was done, for limits that count e-mails."""
    return response.status_code == 200


def _typed() -> str:
    try:
        return " ".join(request.form.get("email", "").split())
    except HTTPException:  # The limiter would take a form that cannot be read for a failure of its storage.
        return ""
