"""A line of a description: words with marks, as Markdown shows them.

Marks that Markdown would not recognise at their place are moved or left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from kashcraft.catalogue.rules import render_markdown

LINK = "a"
BREAK = "\n"
# The cost grows with the square of the marks, and lines with more are machine-made.
MOST_MARKS = 200
MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "del": "~~", "s": "~~", "strike": "~~"}
_ESCAPED = re.compile(r"([\\`*_\[\]<>~|])")
_SIGN = re.compile(r"([!-/:-@\[-`{-~])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LINE_START = re.compile(r"^(#{1,6}(?=\s|$)|[-+=](?=\s|$)|-{3,}$|={2,}$)")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Mark:
    """The begin or end of a mark; ``kind`` is its sign in Markdown, or ``LINK``."""

    kind: str
    begins: bool
    target: str = ""


Token = str | Mark


def marked(tokens: Sequence[Token]) -> str:
    """Return words and marks as a line of Markdown that shows all the words and nothing else."""
    words = "".join(token for token in tokens if isinstance(token, str)).split()
    if sum(isinstance(token, Mark) for token in tokens) <= MOST_MARKS:
        line = _write(_settle(list(tokens)))
        if _shown(line) == words:
            return line
    plain = _guarded(_escape(" ".join(words)))
    return plain if _shown(plain) == words else _SIGN.sub(r"\\\1", " ".join(words))


def _shown(line: str) -> list[str]:
    """Return the words that a line shows."""
    return unescape(_TAG.sub("", render_markdown(line))).split()


def _escape(text: str) -> str:
    return _ENTITY.sub(r"\\&", _ESCAPED.sub(r"\\\1", text))


def _guarded(line: str) -> str:
    return _NUMBERED.sub(r"\1\\\2", _LINE_START.sub(r"\\\1", line))


def _write(tokens: Sequence[Token]) -> str:
    parts = []
    for token in tokens:
        if isinstance(token, str):
            parts.append(_escape(token))
        elif token.kind != LINK:
            parts.append(token.kind)
        else:
            parts.append("[" if token.begins else f"](<{token.target}>)")
    return _guarded(" ".join("".join(parts).split(" ")).strip())


def _settle(tokens: list[Token]) -> list[Token]:
    """Return the tokens with every mark at a place where Markdown recognises it; other marks are left out."""
    tokens = _joined(tokens)
    at = 0
    while at < len(tokens):
        changed = _settled_at(tokens, at)
        if changed is None:
            at += 1
        else:
            tokens, at = _joined(changed), max(at - 4, 0)
    return tokens


def _joined(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens with adjacent texts joined, single spaces, and without empty texts."""
    joined: list[Token] = []
    spaced = True
    for token in tokens:
        if isinstance(token, str):
            text = re.sub(r"\s+", " ", token)
            text = text[1:] if spaced and text.startswith(" ") else text
            spaced = text.endswith(" ") if text else spaced
            if text and joined and isinstance(joined[-1], str):
                joined[-1] += text
            elif text:
                joined.append(text)
        else:
            joined.append(token)
    return joined


def _settled_at(tokens: list[Token], at: int) -> list[Token] | None:
    """Return the tokens with the mark at a place corrected, None if it needs no correction."""
    mark = tokens[at]
    if isinstance(mark, str):
        return None
    end = at if not mark.begins else _end_of(tokens, at)
    if mark.begins and not any(isinstance(token, str) and token.strip() for token in tokens[at:end]):
        return [*tokens[:at], *tokens[at + 1 : end], *tokens[end + 1 :]]
    inner = tokens[at + 1 if mark.begins else at - 1]
    if isinstance(inner, str) and (moved := _moved(inner, mark, tokens, at)) is not None:
        return moved
    following = tokens[at + 1] if at + 1 < len(tokens) else ""
    if not mark.begins and isinstance(following, Mark) and following.begins and mark.kind != LINK:
        if following.kind == mark.kind:
            return [*tokens[:at], *tokens[at + 2 :]]
        if following.kind != LINK:
            end = _end_of(tokens, at + 1)
            return [*tokens[: at + 1], *tokens[at + 2 : end], *tokens[end + 1 :]]
    if mark.kind != LINK and not _is_seen(tokens, at):
        begin, end = (at, end) if mark.begins else (_begin_of(tokens, at), at)
        return [*tokens[:begin], *tokens[begin + 1 : end], *tokens[end + 1 :]]
    return None


def _moved(inner: str, mark: Mark, tokens: list[Token], at: int) -> list[Token] | None:
    """Return the tokens with a space, or signs that hide the mark, moved out of it; None if there are
    none.
    """
    hidden = mark.kind != LINK and not _is_seen(tokens, at)
    if mark.begins:
        size = len(inner) - len(inner.lstrip()) or (hidden and _signs(inner))
        if size:
            return [*tokens[:at], inner[:size], mark, inner[size:], *tokens[at + 2 :]]
    else:
        size = len(inner) - len(inner.rstrip()) or (hidden and _signs(inner[::-1]))
        if size:
            rest = len(inner) - size
            return [*tokens[: at - 1], inner[:rest], mark, inner[rest:], *tokens[at + 1 :]]
    return None


def _signs(text: str) -> int:
    """Return the number of signs at the beginning of a text."""
    return next((at for at, char in enumerate(text) if not _is_sign(char)), len(text))


def _is_seen(tokens: Sequence[Token], at: int) -> bool:
    """Return whether Markdown recognises the mark at a place, by the characters at its sides."""
    before, after = _beside(tokens, at, -1), _beside(tokens, at, 1)
    mark = tokens[at]
    assert isinstance(mark, Mark)
    inside, outside = (after, before) if mark.begins else (before, after)
    return not inside.isspace() and (not _is_sign(inside) or outside.isspace() or _is_plain_sign(outside))


def _beside(tokens: Sequence[Token], at: int, direction: int) -> str:
    """Return the character beside the marks at a place, a space at the end of the line."""
    at += direction
    while 0 <= at < len(tokens):
        token = tokens[at]
        if isinstance(token, str):
            return token[0 if direction > 0 else -1]
        if token.kind == LINK:
            return "["
        at += direction
    return " "


def _is_sign(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


def _is_plain_sign(char: str) -> bool:
    return unicodedata.category(char)[0] == "P"


def _end_of(tokens: Sequence[Token], begin: int) -> int:
    depth = 0
    for at in range(begin, len(tokens)):
        token = tokens[at]
        if isinstance(token, Mark):
            depth += 1 if token.begins else -1
            if depth == 0:
                return at
    raise ValueError("marks are not in pairs")


def _begin_of(tokens: Sequence[Token], end: int) -> int:
    depth = 0
    for at in range(end, -1, -1):
        token = tokens[at]
        if isinstance(token, Mark):
            depth += -1 if token.begins else 1
            if depth == 0:
                return at
    raise ValueError("marks are not in pairs")
