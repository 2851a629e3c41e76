"""Class names are unique, and names of queries say what they return where nothing is found."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from tests.architecture.ratchets import ratchet
from tests.architecture.source import Function, Module, modules, modules_in

# How names of public queries begin. ``get_`` raises where nothing is found, ``find_`` returns None, ``list_``
# returns several; the others return a number or a bool.
BEGINS = ("get", "find", "list", "count", "sum", "search", "is", "has", "may", "can", "was")
# Functions that build parts of statements or change something are not queries.
NO_LOOK_UP = re.compile(r"None|sa\.(ColumnElement|Select|Subquery|CTE|Table|Function)\b.*|Select\b.*")
YES_OR_NO = ("is", "has", "may", "can", "was")


def queries_that_read() -> Iterator[tuple[Module, Function]]:
    """Yield the public functions of ``queries`` modules that return data."""
    for module in modules_in("queries"):
        for node in module.tree.body:
            if not isinstance(node, Function) or node.name.startswith("_"):
                continue
            if not NO_LOOK_UP.fullmatch(_returned(node)):
                yield module, node


def test_class_names_are_unique() -> None:
    places = defaultdict(list)
    for module in modules():
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(module.at(node))

    ratchet(
        "class names in several places",
        (f"{name}: {', '.join(found)}" for name, found in places.items() if len(found) > 1),
    )


def test_a_query_begins_with_a_verb() -> None:
    ratchet(
        "look-ups without a verb",
        (
            f"{module.at(function)} {function.name}"
            for module, function in queries_that_read()
            if function.name.split("_")[0] not in BEGINS
        ),
    )


def test_a_query_returns_what_its_verb_says() -> None:
    """``get_`` never returns None, ``find_`` may; ``list_`` returns several, ``is_`` and ``has_`` a bool."""
    ratchet(
        "look-ups that return something else",
        (
            f"{module.at(function)} {function.name} -> {_returned(function)}"
            for module, function in queries_that_read()
            if not _keeps_its_word(function.name.split("_")[0], _returned(function))
        ),
    )


def _returned(function: Function) -> str:
    return ast.unparse(function.returns) if function.returns else ""


def _keeps_its_word(verb: str, returned: str) -> bool:
    optional = returned.endswith("| None")
    if verb == "find":
        return optional
    if verb in YES_OR_NO:
        return returned == "bool"
    many = (
        "list[",
        "tuple[",
        "dict[",
        "set[",
        "frozenset[",
        "Sequence[",
        "Iterator[",
        "Iterable[",
        "Mapping[",
    )
    if verb == "list":
        return returned.startswith(many)
    return not (verb in {"get", "count", "sum"} and optional)
