"""Descriptions: HTML from other shops, cleaned and turned into the Markdown that stories are written in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

import nh3

_TAGS = {
    "a", "b", "blockquote", "br", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "li", "ol", "p",
    "strong", "ul",
}  # fmt: skip
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
_HEADINGS = {"h1": "## ", "h2": "## ", "h3": "### ", "h4": "#### ", "h5": "##### ", "h6": "###### "}
_SPECIAL = re.compile(r"([\\`*_\[\]<>~|])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LINE_START = re.compile(r"^(\s*)(#{1,6}(?=\s|$)|[-+=](?=\s|$)|-{3,}$|={2,}$)")
_NUMBERED = re.compile(r"^(\s*\d{1,9})([.)])(?=\s|$)")
_SPACE = re.compile(r"[ \t\r\n\f]+")


def to_markdown(body: str) -> str:
    """Return a description as Markdown that shows what the HTML showed, without anything that could harm.

    Paragraphs, headings, lists, quotes, emphasis, line breaks and links to web and mail addresses are kept;
    scripts, styles, pictures and everything else is dropped. Plain text stays plain: what Markdown would read
    as a sign is escaped.
    """
    cleaned = nh3.clean(
        body,
        tags=_TAGS,
        clean_content_tags={"script", "style", "iframe", "object", "template"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    writer = _Writer()
    writer.feed(cleaned)
    writer.close()
    return writer.result()


def _escape(text: str) -> str:
    return _ENTITY.sub(r"\\&", _SPECIAL.sub(r"\\\1", text))


def _guard_start(line: str) -> str:
    line = _LINE_START.sub(lambda found: f"{found[1]}\\{found[2]}", line)
    return _NUMBERED.sub(r"\1\\\2", line)


@dataclass(frozen=True, slots=True)
class _Block:
    """A finished block; items know which list (counted from the outside) they are in."""

    text: str
    list_serial: int = 0
    begins_item: bool = False


class _Writer(HTMLParser):
    """Collects blocks; ``_lead`` is what the first line of the block that is being read begins with."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._blocks: list[_Block] = []
        self._line: list[str] = []
        self._open: list[tuple[str, str, int]] = []
        self._lists: list[int | None] = []
        self._quotes = 0
        self._lead = ""
        self._in_item = False
        self._serial = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._line.append("\n")
        elif tag in _MARKS or tag == "a":
            self._open.append((tag, dict(attrs).get("href") or "", len(self._line)))
        else:
            self._end_block()
            self._open_block(tag)

    def _open_block(self, tag: str) -> None:
        if tag in {"ul", "ol"}:
            self._serial += not self._lists
            self._lists.append(1 if tag == "ol" else None)
        elif tag == "li":
            self._open_item()
        elif tag == "blockquote":
            self._quotes += 1
        elif tag == "hr":
            self._blocks.append(_Block("---"))
        elif tag in _HEADINGS:
            self._lead = _HEADINGS[tag]

    def _open_item(self) -> None:
        number = self._lists[-1] if self._lists else None
        self._lead = "    " * max(len(self._lists) - 1, 0) + ("- " if number is None else f"{number}. ")
        self._in_item = True
        if number is not None:
            self._lists[-1] = number + 1

    def handle_endtag(self, tag: str) -> None:
        if tag in _MARKS or tag == "a":
            self._close_inline(tag)
        elif tag != "br":
            self._end_block()
            self._close_block(tag)

    def _close_block(self, tag: str) -> None:
        if tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
        elif tag == "blockquote":
            self._quotes = max(self._quotes - 1, 0)
        if tag in {"ul", "ol", "li"} or tag in _HEADINGS:
            self._lead = ""
            self._in_item = False

    def _close_inline(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            return
        _, target, begun = self._open.pop()
        inner = "".join(self._line[begun:])
        text = inner.strip()
        if text:
            before = inner[: len(inner) - len(inner.lstrip())]
            after = inner[len(inner.rstrip()) :]
            mark = _MARKS.get(tag, "")
            wrapped = f"[{text}](<{target}>)" if target else f"{mark}{text}{mark}"
            self._line[begun:] = [before + wrapped + after]

    def handle_data(self, data: str) -> None:
        self._line.append(_escape(_SPACE.sub(" ", data)))

    def _end_block(self) -> None:
        lines = [" ".join(line.split()) for line in "".join(self._line).strip().split("\n")]
        self._line, self._open = [], []
        if not any(lines):
            return
        indent = " " * len(self._lead) if self._in_item else ""
        body = f"\\\n{indent}".join(_guard_start(line) for line in lines)
        quote = "> " * self._quotes
        block = "\n".join(quote + line for line in (self._lead + body).split("\n"))
        begins = bool(self._lead.strip())
        self._blocks.append(_Block(block, self._serial if self._in_item else 0, begins))
        self._lead = indent

    def result(self) -> str:
        """Return the blocks as one text: items of a list on lines of their own, other blocks set apart."""
        self._end_block()
        parts: list[str] = []
        for at, block in enumerate(self._blocks):
            if at:
                before = self._blocks[at - 1]
                together = block.list_serial == before.list_serial > 0 and block.begins_item
                quoted = block.text.startswith("> ") and before.text.startswith("> ")
                parts.append("\n" if together else "\n>\n" if quoted else "\n\n")
            parts.append(block.text)
        return "".join(parts)
