"""Foreign HTML becomes Markdown that shows the same and harms nobody."""

import pytest

from kashcraft.catalogue.rules.text import render_markdown
from kashcraft.product_csv.rules.story import to_markdown


@pytest.mark.parametrize(
    ("body", "story"),
    [
        ("<p>Classic blown clay pot</p>", "Classic blown clay pot"),
        ("<p>One</p>\n<p>Two<br>lines</p>", "One\n\nTwo\\\nlines"),
        ("Black. <ul>\n<li>14k</li>\n<li>Length, 12\"</li>\n</ul>", 'Black.\n\n- 14k\n- Length, 12"'),
        ("<ol><li>a</li><li>b</li></ol><ul><li>c</li></ul>", "1. a\n2. b\n\n- c"),
        ("<ul><li>one<ul><li>deep</li></ul></li><li>two</li></ul>", "- one\n    - deep\n- two"),
        ("<h1>Care</h1>Wash <b>cold </b>and <i>slowly</i>.", "## Care\n\nWash **cold** and *slowly*."),
        ('<a href="https://a.example/x">here</a>', "[here](<https://a.example/x>)"),
        ("<blockquote><p>q</p><p>r</p></blockquote>", "> q\n>\n> r"),
        ("5 * 3 _x_ [y] `z` <", "5 \\* 3 \\_x\\_ \\[y\\] \\`z\\` \\<"),
        ("<p>1. not a list</p><p># not a heading</p><p>- nor this</p>",
         "1\\. not a list\n\n\\# not a heading\n\n\\- nor this"),
        ("&lt;b&gt; &amp;amp;", "\\<b\\> \\&amp;"),
        ("<b> </b><p></p><br>", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_what_html_shows_is_written_as_markdown(body: str, story: str) -> None:
    assert to_markdown(body) == story


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script><p onclick='x()'>fine</p><style>p{}</style>",
        "<p>fine<img src=x onerror=alert(1)></p><iframe src='//x'></iframe>",
        "<a href='javascript:alert(1)'>fine</a>",
        "<p>fine</p><!-- comment --><object data=x>inner</object>",
    ],
)
def test_nothing_harmful_is_left(body: str) -> None:
    assert to_markdown(body) == "fine"


@pytest.mark.parametrize(
    "body",
    [
        "a &lt;script&gt; b",
        '12" with 2.5" extender & 100 % cotton — “fine”',
        "<p>x *y* __z__ ~~s~~ | t |</p><p>+ plus</p><p>===</p><p>2) two</p>",
        "<ul><li><p>one</p><p>more</p></li><li>two</li></ul>",
    ],
)
def test_reading_what_was_rendered_gives_the_same_story(body: str) -> None:
    story = to_markdown(body)

    assert to_markdown(render_markdown(story)) == story
