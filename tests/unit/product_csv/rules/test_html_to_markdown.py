"""Foreign HTML becomes Markdown that shows the same and harms nobody."""

import csv
import random
import re
from html import unescape
from pathlib import Path

import nh3
import pytest

from kashcraft.catalogue.rules.text import render_markdown
from kashcraft.product_csv.rules.html_to_markdown import to_markdown

FILES = Path(__file__).parents[4].parent / "shared" / "data" / "catalogues"


@pytest.mark.parametrize(
    ("body", "description"),
    [
        ("<p>Classic blown clay pot</p>", "Classic blown clay pot"),
        ("<p>One</p>\n<p>Two<br>lines</p>", "One\n\nTwo\\\nlines"),
        ("Black. <ul>\n<li>14k</li>\n<li>Length, 12\"</li>\n</ul>", 'Black.\n\n- 14k\n- Length, 12"'),
        ("<ol><li>a</li><li>b</li></ol><ul><li>c</li></ul>", "1. a\n2. b\n\n- c"),
        ("<ul><li>one<ul><li>deep</li></ul></li><li>two</li></ul>", "- one\n  - deep\n- two"),
        ("<h1>Care</h1>Wash <b>cold </b>and <i>slowly</i>.", "## Care\n\nWash **cold** and *slowly*."),
        ('<a href="https://a.example/x">here</a>', "[here](<https://a.example/x>)"),
        ("<blockquote><p>q</p><p>r</p></blockquote>", "> q\n>\n> r"),
        ("5 * 3 _x_ [y] `z` <", "5 \\* 3 \\_x\\_ \\[y\\] \\`z\\` \\<"),
        ("<p>1. not a list</p><p># not a heading</p><p>- nor this</p>",
         "1\\. not a list\n\n\\# not a heading\n\n\\- nor this"),
        ("&lt;b&gt; &amp;amp;", "\\<b\\> \\&amp;"),
        ("<b>Material:</b>wool <i>(soft)</i>s", "**Material**:wool *(soft*)s"),
        ("<b>a</b><b>b</b><i>c</i><i>d</i> <b><strong>e</strong></b>", "**ab**c*d* **e**"),
        ("<b>one<br>two</b>", "**one**\\\n**two**"),
        ("one<br><br>two<br>three", "one\n\ntwo\\\nthree"),
        ("<b>a<p>b</p></b>c", "**a**\n\n**b**\n\nc"),
        ("<h2>A<br>B</h2><h3>Key of C #</h3>", "## A B\n\n### Key of C \\#"),
        ("<table><thead><tr><th>Size</th><th>M</th></tr></thead>"
         "<tr><td>Chest</td><td>105 | 110</td></tr></table>",
         "| Size | M |\n| --- | --- |\n| Chest | 105 \\| 110 |"),
        ("<table><tr><td>a</td></tr><tr><td><ul><li>b</li></ul></td></tr></table>", "a\n\n- b"),
        ("<table><tr><td>a<br>b</td><td></td></tr><tr><td><p>c</p><p>d</p></td></tr></table>",
         "| a b |  |\n| --- | --- |\n| c d |  |"),
        ("<dl><dt>Care</dt><dd>Cold</dd><dd>Slow</dd><dt>Made</dt><dd>by hand</dd></dl>",
         "**Care**\n\n- Cold\n- Slow\n\n**Made**\n\n- by hand"),
        ("<pre>S   90\nM  100</pre>", "```\nS   90\nM  100\n```"),
        ("<section>a</section><section>b</section>c<img src=x>d", "a\n\nb\n\nc d"),
        ("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n- b"),
        ("was <del>20</del> 15", "was ~~20~~ 15"),
        ("<b> </b><p></p><br>", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_what_html_shows_is_written_as_markdown(body: str, description: str) -> None:
    assert to_markdown(body) == description


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
def test_rendered_html_is_converted_back_to_the_same_description(body: str) -> None:
    description = to_markdown(body)

    assert to_markdown(render_markdown(description)) == description


GAP = re.compile(
    r"</?(?:p|div|br|hr|h[1-6]|ul|ol|li|dl|dt|dd|table|caption|thead|tbody|tr|t[hd]|blockquote|pre|section|img)\b[^>]*>"
)
FRAGMENTS = (
    "wool", "soft:", "(warm)", "“fine”", "5*", "*", "_x_", "**", "~~", "|", "\\", "`", "1.", "#", "-", "+",
    "=", "&amp;", "&lt;b&gt;", "€5", "!", " ", " ", " ", "&nbsp;", "<br>", "[a](b)", "---", "é", "&amp;copy;",
    "http://a.example", "100%",
)  # fmt: skip
INLINE = ("b", "i", "strong", "em", "u", "span", "del", "a href='https://a.example/?x=1&amp;y=(2)'")
AROUND = (
    "<p>{}</p>", "<div>{}</div>", "<h2>{}</h2>", "<ul><li>{}</li><li>{}</li></ul>", "<ol><li>{}</li></ol>",
    "<table><tr><th>{}</th><td>{}</td></tr><tr><td>{}</td><td>{}</td></tr></table>",
    "<dl><dt>{}</dt><dd>{}</dd></dl>", "<blockquote>{}</blockquote>", "{}",
    "<table><tr><td>{}</td></tr></table>",
)  # fmt: skip


def words(html: str) -> list[str]:
    """The words that HTML shows, those in different blocks or cells apart."""
    return unescape(re.sub(r"<[^>]*>", "", GAP.sub(" ", html))).split()


def some_line(draw: random.Random, depth: int = 0) -> str:
    parts = []
    for _ in range(draw.randint(1, 5)):
        if depth < 3 and draw.random() < 0.4:
            tag = draw.choice(INLINE)
            parts.append(f"<{tag}>{some_line(draw, depth + 1)}</{tag.split()[0]}>")
        else:
            parts.append(draw.choice(FRAGMENTS))
    return "".join(parts)


def some_body(draw: random.Random, depth: int = 0) -> str:
    parts = []
    for _ in range(draw.randint(1, 3)):
        around = draw.choice(AROUND)
        nests = depth < 2 and around not in ("<p>{}</p>", "<h2>{}</h2>") and draw.random() < 0.3
        inner = [some_body(draw, depth + 1) if nests else some_line(draw) for _ in range(around.count("{}"))]
        parts.append(around.format(*inner))
    return "".join(parts)


@pytest.mark.parametrize("seed", range(40))
def test_no_word_is_lost_or_joined_and_no_mark_is_seen(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(25):
        body = some_body(draw)
        assert words(render_markdown(to_markdown(body))) == words(nh3.clean(body)), body


def test_what_is_nested_without_end_keeps_its_words() -> None:
    for tag, count in (("ul><li", 30), ("blockquote", 60), ("div", 3000), ("b", 3000), ("dl><dd", 30)):
        closing = "".join(f"</{name}>" for name in reversed(tag.split("><")))
        body = "".join(f"<{tag}>w{at} " for at in range(count)) + closing * count
        shown = words(render_markdown(to_markdown(body)))
        assert shown == [f"w{at}" for at in range(count)], tag


def test_a_line_of_very_many_marks_keeps_its_words_without_them() -> None:
    body = "<p>" + "<b>a:</b>b<i>(c)</i> " * 400 + "</p>"

    assert to_markdown(body) == " ".join(["a:b(c)"] * 400)


@pytest.mark.skipif(not FILES.is_dir(), reason="the product files are not beside the repository")
def test_descriptions_of_real_shops_keep_their_words() -> None:
    seen = 0
    for path in FILES.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                body = row["Body (HTML)"]
                assert words(render_markdown(to_markdown(body))) == words(nh3.clean(body)), body
                seen += 1
    assert seen > 0
