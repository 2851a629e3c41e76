"""The layout around cached pages: rendered once for pages with the same header, with each page's own head."""

from __future__ import annotations

import re

from flask import Flask, render_template
from flask.testing import FlaskClient
from markupsafe import Markup

from kashcraft.storefront.views.frames import FRAMES, HEADS, PARAMETER_FRAMES, PageHead, framed
from tests.factories.catalogue import make_category, make_product


def head_of(client: FlaskClient, path: str) -> dict[str, str]:
    """Return what the head of a page says about it."""
    text = client.get(path).text
    found = {
        "title": r"<title>(.*)</title>",
        "description": r'<meta name="description" content="(.*)">',
        "canonical": r'<link rel="canonical" href="http://[^/]+(.*)">',
        "kind": r'<meta property="og:type" content="(.*)">',
        "named": r'<meta property="og:title" content="(.*)">',
        "delivery": r'<a href="(/deliver-to[^"]*)"',
    }
    return {name: "".join(re.findall(pattern, text)) for name, pattern in found.items()}


def test_products_share_a_frame_and_keep_their_own_heads(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_product(name="Bowl & <lid>", slug="bowl", summary='A "fine" bowl')
        make_product(name="Vase", slug="vase", summary="A vase")

    bowl, vase = head_of(client, "/p/bowl"), head_of(client, "/p/vase")

    assert bowl == {
        "title": "Bowl &amp; &lt;lid&gt; · Kashcraft",
        "description": "A &#34;fine&#34; bowl",
        "canonical": "/p/bowl",
        "kind": "product",
        "named": "Bowl &amp; &lt;lid&gt;",
        "delivery": "/deliver-to?next=/p/bowl",
    }
    assert vase == bowl | {
        "title": "Vase · Kashcraft",
        "description": "A vase",
        "canonical": "/p/vase",
        "named": "Vase",
        "delivery": "/deliver-to?next=/p/vase",
    }
    with app.app_context():
        assert (len(FRAMES), len(HEADS)) == (1, 2)


def test_the_menu_marks_the_current_category(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_category(name="Bowls", slug="bowls")
        make_category(name="Shawls", slug="shawls")

    for path in ("/c/bowls", "/c/shawls", "/products"):
        assert re.findall(r'<li><a href="([^"]+)" aria-current="page">', client.get(path).text) == [path]


def test_the_search_field_keeps_the_words_of_its_own_search(app: Flask, client: FlaskClient) -> None:
    for words in ("red", "blue"):
        assert f'id="q" name="q" value="{words}"' in client.get(f"/search?q={words}").text
    with app.app_context():
        assert (len(FRAMES), len(PARAMETER_FRAMES)) == (0, 2)


def test_a_framed_page_is_the_page_rendered_as_a_whole(app: Flask) -> None:
    head = PageHead("A & B", "C < D", "/e?f=1&g=2", "page-product", "/media/h.webp", "product", indexed=False)

    with app.test_request_context("/help/about"):
        whole = render_template("storefront/page.html", head=head, content=Markup("<p>Text</p>"))
        assert framed(lambda: head, b"<p>Text</p>") == whole.encode()


def test_a_title_with_outer_blanks_is_rendered_as_a_whole(app: Flask) -> None:
    for title in ("", " Bowl", "Bowl "):
        with app.test_request_context(f"/help/{len(title)}"):
            assert framed(lambda title=title: PageHead(title, "", "/"), b"") is None
