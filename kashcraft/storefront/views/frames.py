"""The layout of the shop around a page, shared by all pages with the same header.

What differs between pages (title, description, addresses, picture) and between visitors with one country and
one state of signing in (the badge of the cart) is put into its places for each response.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import NamedTuple

from flask import current_app, render_template, request, url_for
from flask_login import current_user
from markupsafe import Markup, escape

from kashcraft.cart.views.cookie import cart_cookie
from kashcraft.catalogue.queries import get_version
from kashcraft.content.queries import get_site_content
from kashcraft.core.caches import Cache
from kashcraft.core.flash import without_notice
from kashcraft.core.settings import settings
from kashcraft.shipping.queries import find_free_above
from kashcraft.shipping.views import visitor_country

NO_INDEX = Markup('<meta name="robots" content="noindex, follow">')
DEFAULT_PICTURE = "img/social.jpg"
# The places of a frame. They are comments, so that no text of a page can contain one.
PLACES = ("title", "description", "path", "image", "deliver_to", "badge", "content")
MARKS = {place: Markup(f"<!-- {place} -->") for place in PLACES}  # noqa: S704 - constants
_MARK = re.compile(f"<!-- ({'|'.join(PLACES)}) -->")

# Pages with parameters have their own caches, so that invented filters
# cannot evict other pages.
FRAMES: Cache[Hashable, Frame] = Cache("frames", most=32)
PARAMETER_FRAMES: Cache[Hashable, Frame] = Cache("asked frames", most=32)
HEADS: Cache[Hashable, Head | None] = Cache("heads", most=1024)
PARAMETER_HEADS: Cache[Hashable, Head | None] = Cache("asked heads", most=128)
BADGES: Cache[int, bytes] = Cache("badges", most=64)


@dataclass(frozen=True)
class PageHead:
    """The head of a page; ``path`` is the canonical path, ``image`` a preview picture."""

    title: str
    description: str
    path: str
    body_class: str = ""
    image: str | None = None
    kind: str = "website"
    indexed: bool = True

    @property
    def robots(self) -> Markup:
        """Return the robots element, empty for indexed pages."""
        return Markup("") if self.indexed else NO_INDEX


class Head(NamedTuple):
    """The head of a page as HTML, and what its frame depends on."""

    title: str
    description: str
    path: str
    image: str
    deliver_to: str
    body_class: str
    kind: str
    indexed: bool


class Frame(NamedTuple):
    """The layout in UTF-8: its ``texts``, with a place between each two of them."""

    texts: tuple[bytes, ...]
    places: tuple[str, ...]


def framed(head: Callable[[], PageHead], content: bytes) -> bytes | None:
    """Return a page with ``content``, or None where it has to be rendered as a whole.

    That is so in debug mode, where templates are edited, and for a title that is empty or begins or ends with
    a blank. ``head`` is called where the head of the address is not cached.
    """
    if current_app.debug:
        return None
    version, path = get_version(), request.full_path
    heads = PARAMETER_HEADS if request.args else HEADS
    shown = heads.get_or_compute((path, version, settings().shown_key), lambda: _head(head()))
    if shown is None:
        return None
    count = cart_cookie()[1]
    values = {"content": content, "badge": BADGES.get_or_compute(count, lambda: _badge(count))}
    frame = _frame(shown, version)
    parts = [frame.texts[0]]
    for name, text in zip(frame.places, frame.texts[1:], strict=True):
        parts += (values[name] if name in values else getattr(shown, name).encode(), text)
    return b"".join(parts)


def _head(given: PageHead) -> Head | None:
    if not given.title or given.title != given.title.strip():
        return None
    return Head(
        title=str(escape(given.title)),
        description=str(escape(given.description)),
        path=str(escape(given.path)),
        image=str(escape(given.image or current_app.extensions["assets"].url(DEFAULT_PICTURE))),
        deliver_to=str(escape(url_for("storefront.deliver_to", next=without_notice(request.full_path)))),
        body_class=given.body_class,
        kind=given.kind,
        indexed=given.indexed,
    )


def _badge(count: int) -> bytes:
    return current_app.jinja_env.get_template("layouts/_cart_badge.html").render(cart_count=count).encode()


def _frame(head: Head, version: int) -> Frame:
    """Return the frame of a page for the current visitor.

    Of the visitor it depends on the country of delivery and on whether they are signed in, of the page on
    the kind of its head, the link to itself in the menu, and the words in the search field.
    """
    country = visitor_country()
    key = (
        (version, settings().shown_key),
        _path_in_menu(),
        request.args.get("q", ""),
        country,
        find_free_above(country),
        bool(request.cookies) and bool(current_user.is_authenticated),
        head.body_class,
        head.kind,
        head.indexed,
    )
    cache = PARAMETER_FRAMES if request.args else FRAMES
    return cache.get_or_compute(key, lambda: _rendered(head))


def _path_in_menu() -> str:
    """Return the current path where the menu contains it, otherwise an empty text."""
    path = request.path
    return path if path in get_site_content().header_paths else ""


def _rendered(head: Head) -> Frame:
    marked = PageHead(
        title=MARKS["title"],
        description=MARKS["description"],
        path=MARKS["path"],
        body_class=head.body_class,
        image=MARKS["image"],
        kind=head.kind,
        indexed=head.indexed,
    )
    marks = {name: MARKS[name] for name in ("content", "badge", "deliver_to")}
    parts = _MARK.split(render_template("storefront/page.html", head=marked, **marks))
    return Frame(tuple(text.encode() for text in parts[::2]), tuple(parts[1::2]))
