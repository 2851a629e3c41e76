"""Descriptions: HTML from other shops, sanitized and converted to Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

import nh3

from kashcraft.product_csv.rules.inline import BREAK, LINK, MARKS, Mark, Token, marked

_HEADINGS = {"h1": "## ", "h2": "## ", "h3": "### ", "h4": "#### ", "h5": "##### ", "h6": "###### "}
_LISTS = {"ul", "ol"}
_CELLS = {"td", "th"}
# These separate the words on both sides; their content is dropped.
_GAPS = {"audio", "canvas", "embed", "img", "input", "picture", "video"}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "header", "hr", "legend", "li", "main", "nav", "ol",
    "option", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    *_HEADINGS,
}  # fmt: skip
_VOID = {"br", "hr", "embed", "img", "input"}
# The Markdown parser reads twenty levels; deeper content is put on the last one instead of being lost.
_LEVELS = {"ul": 1, "ol": 1, "li": 1, "dd": 2, "blockquote": 1}
_MOST_LEVELS, _MOST_OPEN = 14, 80
_DROPPED = {"script", "style", "iframe", "object", "template"}


@dataclass(slots=True)
class _Node:
    """An element with its child elements and texts."""

    tag: str
    href: str = ""
    children: list[_Node | str] = field(default_factory=list)

    def has_blocks(self) -> bool:
        return self.tag in _BLOCKS or any(
            isinstance(child, _Node) and child.has_blocks() for child in self.children
        )

    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


@dataclass(frozen=True, slots=True)
class _Block:
    """A finished block; adjacent list blocks of the same ``kind`` form one list."""

    kind: str
    text: str


def to_markdown(body: str, link: Callable[[str], str] = str) -> str:
    """Return HTML as Markdown with the same content, without anything harmful; ``link`` changes the addresses
    of links.

    Paragraphs, headings, lists, tables, quotes, emphasis, line breaks and links to web and mail addresses
    remain; scripts, styles, pictures and everything else is removed. No word is lost or joined to another,
    and characters that Markdown would interpret are escaped.
    """
    cleaned = nh3.clean(
        body,
        tags={*_BLOCKS, *_GAPS, *MARKS, LINK, "br"},
        clean_content_tags=_DROPPED,
        attributes={LINK: {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    reader = _Reader(link)
    reader.feed(cleaned)
    reader.close()
    return _together(_blocks(reader.root, ()))


class _Reader(HTMLParser):
    """Parses well-formed HTML into a tree."""

    def __init__(self, link: Callable[[str], str]) -> None:
        super().__init__(convert_charrefs=True)
        self._link = link
        self.root = _Node("div")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID and self._is_too_deep(tag):
            self._open[-1].children.append(" ")
            self._open.append(self._open[-1])
            return
        href = dict(attrs).get("href") or ""
        node = _Node(tag, href and self._link(href))
        self._open[-1].children.append(node)
        if tag not in _VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and len(self._open) > 1:
            closed = self._open.pop()
            if closed is self._open[-1]:
                closed.children.append(" ")

    def _is_too_deep(self, tag: str) -> bool:
        levels = sum(_LEVELS.get(node.tag, 0) for node in self._open) + _LEVELS.get(tag, 0)
        return len(self._open) > _MOST_OPEN or levels > _MOST_LEVELS

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def _blocks(node: _Node, marks: tuple[Mark, ...]) -> list[_Block]:
    """Return the blocks inside an element; text between them is a paragraph with the ``marks``."""
    found: list[_Block] = []
    line: list[Token] = []
    for child in node.children:
        if isinstance(child, str) or not child.has_blocks():
            line += _tokens(child, {mark.kind for mark in marks})
            continue
        found += _paragraphs(line, marks)
        line = []
        found += _block(child, marks) if child.tag in _BLOCKS else _blocks(child, _with(marks, child))
    return [*found, *_paragraphs(line, marks)]


def _with(marks: tuple[Mark, ...], node: _Node) -> tuple[Mark, ...]:
    kind = MARKS.get(node.tag, LINK if node.tag == LINK and node.href else "")
    if not kind or kind in {mark.kind for mark in marks}:
        return marks
    return (*marks, Mark(kind, True, node.href))


def _block(node: _Node, marks: tuple[Mark, ...]) -> list[_Block]:
    if node.tag in _HEADINGS:
        return _heading(node)
    if node.tag in _LISTS:
        return _list(node, marks)
    if node.tag == "table":
        return _table(node, marks)
    if node.tag == "pre":
        return _preformatted(node)
    if node.tag == "hr":
        return [_Block("hr", "---")]
    inside = _blocks(node, _with(marks, _Node("strong")) if node.tag == "dt" else marks)
    if node.tag == "blockquote" and inside:
        return [_Block("quote", "\n".join(f"> {line}".rstrip() for line in _together(inside).split("\n")))]
    if node.tag in {"dd", "li"} and inside:
        return [_Block("ul", _item("- ", inside))]
    return inside


def _heading(node: _Node) -> list[_Block]:
    text = re.sub(r"(?<=\s)(#+)$", r"\\\1", _one_line(node))  # Markdown leaves those at the end out
    return [_Block("heading", _HEADINGS[node.tag] + text)] if text else []


def _list(node: _Node, marks: tuple[Mark, ...]) -> list[_Block]:
    items: list[str] = []
    for child in node.children:
        item = child if isinstance(child, _Node) and child.tag == "li" else _Node("li", "", [child])
        inside = _blocks(item, marks)
        if inside:
            items.append(_item("- " if node.tag == "ul" else f"{len(items) + 1}. ", inside))
    return [_Block(node.tag, "\n".join(items))] if items else []


def _item(lead: str, inside: Sequence[_Block]) -> str:
    lines = _together(inside, in_item=True).split("\n")
    return lead + "\n".join([lines[0], *(" " * len(lead) + line if line else "" for line in lines[1:])])


def _table(node: _Node, marks: tuple[Mark, ...]) -> list[_Block]:
    """Return a table with its first row as the head, which Markdown cannot do without.

    Rows of one cell are no table but a layout, whose blocks stand one after the other.
    """
    rows = [[cell for cell in row.children if isinstance(cell, _Node)] for row in _inside(node, "tr")]
    captions = [block for caption in _inside(node, "caption") for block in _blocks(caption, marks)]
    width = max(map(len, rows), default=0)
    if width < 2:
        return [*captions, *(block for row in rows for cell in row for block in _blocks(cell, marks))]
    lines = [[*map(_one_line, row), *[""] * (width - len(row))] for row in rows]
    written = [f"| {' | '.join(cells)} |" for cells in lines if any(cells)]
    if not written:
        return captions
    return [*captions, _Block("table", "\n".join([written[0], "|" + " --- |" * width, *written[1:]]))]


def _inside(node: _Node, tag: str) -> Iterator[_Node]:
    """Yield the elements of a table by their tag, without those of nested tables."""
    for child in node.children:
        if isinstance(child, _Node):
            if child.tag == tag:
                yield child
            elif child.tag not in _CELLS:
                yield from _inside(child, tag)


def _preformatted(node: _Node) -> list[_Block]:
    text = node.text().strip("\n")
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [_Block("pre", f"{fence}\n{text}\n{fence}")] if text.strip() else []


def _tokens(node: _Node | str, kinds: set[str]) -> Iterator[Token]:
    """Yield the words and marks of inline content; a line break is a text of its own."""
    if isinstance(node, str):
        yield re.sub(r"\s+", " ", node)
        return
    if node.tag == "br" or node.tag in _GAPS or (node.tag in _BLOCKS and node.tag != LINK):
        yield BREAK if node.tag == "br" else " "
    opened = _with(tuple(Mark(kind, True) for kind in kinds), node)[len(kinds) :]
    yield from opened
    for child in node.children:
        yield from _tokens(child, kinds | {mark.kind for mark in opened})
    yield from (Mark(mark.kind, False, mark.target) for mark in opened)
    if node.tag in _BLOCKS:
        yield " "


def _one_line(node: _Node) -> str:
    """Return the content of an element as one line."""
    return marked([" " if token == BREAK else token for token in _tokens(node, set())])


def _paragraphs(tokens: Sequence[Token], marks: tuple[Mark, ...]) -> list[_Block]:
    """Return the lines as paragraphs; an empty line separates them."""
    ends = [Mark(mark.kind, False, mark.target) for mark in reversed(marks)]
    lines = [marked([*marks, *line, *ends]) for line in _lines(tokens)]
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line:
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return [_Block("p", "\\\n".join(lines)) for lines in paragraphs if lines]


def _lines(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield each line with its own marks: a mark over a line break ends and begins again."""
    line: list[Token] = []
    opened: list[Mark] = []
    for token in tokens:
        if token == BREAK:
            yield [*line, *(Mark(mark.kind, False, mark.target) for mark in reversed(opened))]
            line = list(opened)
            continue
        line.append(token)
        if isinstance(token, Mark):
            if token.begins:
                opened.append(token)
            else:
                opened.pop()
    yield line


def _together(blocks: Sequence[_Block], *, in_item: bool = False) -> str:
    """Return blocks as one text: adjacent lists of a kind are joined, and a list in an item follows its
    words.
    """
    parts: list[str] = []
    for at, block in enumerate(blocks):
        if at:
            before = blocks[at - 1].kind
            below = in_item and at == 1 and before == "p"
            follows = block.kind in _LISTS and (before == block.kind or below)
            parts.append("\n" if follows else "\n\n")
        parts.append(block.text)
    return "".join(parts)
