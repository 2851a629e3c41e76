"""Responses with cached content.

The layout around it is rendered per request where it depends on the visitor.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from flask import Response, current_app, make_response, render_template, request
from markupsafe import Markup

from kashcraft.core import fragments
from kashcraft.core.htmx import wants_fragment
from kashcraft.core.settings import installation
from kashcraft.product_cards.rules import FACETS, Card
from kashcraft.storefront.views.frames import PageHead, framed

# The query parameters of pages whose layout is cached.
KNOWN_PARAMETERS = {
    "q",
    *FACETS,
    "price_from",
    "price_to",
    "sort",
    "page",
    "choice",
    "option1",
    "option2",
    "option3",
}


class HashedKey:
    """A key whose hash is calculated once, because a cache asks for it several times; that of a card with its
    pictures and prices costs more than the look-up.
    """

    __slots__ = ("_hash", "_parts")

    def __init__(self, parts: tuple[Hashable, ...]) -> None:
        self._parts = parts
        self._hash = hash(parts)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HashedKey) and self._hash == other._hash and self._parts == other._parts


def cached_content(template: str, key: tuple[Hashable, ...], build: Callable[[], Mapping[str, Any]]) -> bytes:
    """Return the content from the cache, or render it from the values that ``build`` returns.

    It is rendered without the page context, because it must not depend on the visitor.
    """

    return cached_bytes(
        (template, *key), lambda: current_app.jinja_env.get_template(template).render(**build()).encode()
    )


def cached_bytes(key: Hashable, make: Callable[[], bytes]) -> bytes:
    """Return the content of ``key`` from the cache, or make it where it is not cached."""
    return fragments.get_bytes(key, make) if current_app.config["KEEP_CONTENTS"] else make()


def cached_part(template: str, key: tuple[Hashable, ...], **context: Any) -> Markup:
    """Return a part that depends on its key only, so that it is never outdated.

    Such parts are cached even where contents are not.
    """
    return fragments.get_markup(
        HashedKey((template, *key)), lambda: current_app.jinja_env.get_template(template).render(**context)
    )


def card_list(cards: Sequence[Card], *, eager: int = 0, heading: str = "h3") -> list[Markup]:
    """Return rendered cards; the pictures of the first ``eager`` cards load at once."""
    return [
        cached_part(
            "storefront/_card.html",
            (card, place < eager, heading),
            card=card,
            eager=place < eager,
            heading=heading,
        )
        for place, card in enumerate(cards)
    ]


def page(
    content: str,
    part: str,
    key: tuple[Hashable, ...],
    head: Callable[[], PageHead],
    build: Callable[[], Mapping[str, Any]],
) -> Response:
    """Return the template ``part`` to htmx, and the whole page around the template ``content`` otherwise."""
    if wants_fragment():
        return make_response(cached_content(part, key, build))
    return in_layout(head, cached_content(content, key, build))


def in_layout(head: Callable[[], PageHead], content: bytes) -> Response:
    """Return ``content`` inside the layout of the shop.

    The layout is cached (``frames``). With unknown parameters, such as a notice, and for a form that was sent
    it is rendered for the request.
    """
    is_known = request.method != "POST" and request.args.keys() <= KNOWN_PARAMETERS
    whole = framed(head, content) if is_known else None
    if whole is None:
        text = Markup(content.decode())  # noqa: S704 - the output of a template
        return make_response(render_template("storefront/page.html", head=head(), content=text))
    return make_response(whole)


def full_url(path: str) -> str:
    """Return the absolute address of a path."""
    return f"{installation().base_url}{path}"


def data_block(*data: Mapping[str, Any]) -> Markup:
    """Return structured data as script elements; the data cannot end an element early."""
    blocks = (
        json.dumps(one, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c") for one in data
    )
    return Markup("").join(
        Markup('<script type="application/ld+json">{}</script>').format(Markup(block))  # noqa: S704 - escaped above
        for block in blocks
    )
