"""Texts become safe HTML that fits below the headings of a page."""

import pytest

from kashcraft.catalogue.rules import clean_html, plain_text, render_markdown


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Woven on a *kani* loom.", "<p>Woven on a <em>kani</em> loom.</p>"),
        ("# Title\n\n## Part", "<h3>Title</h3>\n<h4>Part</h4>"),
        ("## Part\n\nText", "<h3>Part</h3>\n<p>Text</p>"),
        ("~~old~~", "<p><s>old</s></p>"),
        ("a <b>bold</b> claim", "<p>a &lt;b&gt;bold&lt;/b&gt; claim</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
    ],
)
def test_markdown_is_rendered(text: str, html: str) -> None:
    assert render_markdown(text) == html


def test_tables_have_no_attributes() -> None:
    html = render_markdown("| Size | Length |\n|:--|--:|\n| M | 105 |")
    assert "<th>Size</th>" in html
    assert "<td>105</td>" in html


def test_the_highest_heading_has_the_given_level() -> None:
    assert render_markdown("## Shipping\n\n### Costs", top=2) == "<h2>Shipping</h2>\n<h3>Costs</h3>"
    assert clean_html("<h1>a</h1><h6>b</h6>", top=4) == "<h4>a</h4><h6>b</h6>"


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("<p onclick='x()'>Fine<script>alert(1)</script></p>", "<p>Fine</p>"),
        ("<p style='color:red' class='x'>Red</p>", "<p>Red</p>"),
        ("<p>&nbsp;</p><p></p><p>Left</p>", "<p>Left</p>"),
        ("<img src=x onerror=alert(1)>after", "after"),
        ("<iframe src='https://example.com'></iframe>", ""),
        (
            "<a href='https://example.com' target=_blank>out</a>",
            '<a href="https://example.com" rel="noopener noreferrer">out</a>',
        ),
        ("<a href='javascript:alert(1)'>out</a>", '<a rel="noopener noreferrer">out</a>'),
    ],
)
def test_foreign_html_has_harmless_tags_only(dirty: str, clean: str) -> None:
    assert clean_html(dirty) == clean


def test_plain_text_is_cut_between_words() -> None:
    assert plain_text("<p>One &amp; two</p><p>three</p>") == "One & two three"
    assert plain_text("<p>alpha beta gamma</p>", limit=12) == "alpha beta…"
    assert len(plain_text("x" * 400, limit=20)) == 20
