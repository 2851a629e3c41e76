"""Names that say one thing: a class has its name alone, a look-up says what it does when there is nothing."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from tests.architecture.ratchets import ratchet
from tests.architecture.source import Function, Module, modules, modules_in

# How a public function of queries begins. ``get_`` raises where there is nothing, ``find_`` returns None,
# ``list_`` gives many; the others say what they answer.
BEGINS = ("get", "find", "list", "count", "sum", "search", "is", "has", "may", "can", "was")
# What is built for another statement, or does something, is no look-up.
NO_LOOK_UP = re.compile(r"None|sa\.(ColumnElement|Select|Subquery|CTE|Table|Function)\b.*|Select\b.*")
YES_OR_NO = ("is", "has", "may", "can", "was")


def look_ups() -> Iterator[tuple[Module, Function]]:
    """Yield the public functions of ``queries`` modules that return what they have read."""
    for module in modules_in("queries"):
        for node in module.tree.body:
            if not isinstance(node, Function) or node.name.startswith("_"):
                continue
            if not NO_LOOK_UP.fullmatch(_returned(node)):
                yield module, node


def test_a_class_has_its_name_alone() -> None:
    places = defaultdict(list)
    for module in modules():
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(module.at(node))

    ratchet(
        "class names in several places",
        (f"{name}: {', '.join(found)}" for name, found in places.items() if len(found) > 1),
    )


def test_a_look_up_begins_with_a_verb() -> None:
    ratchet(
        "look-ups without a verb",
        (
            f"{module.at(function)} {function.name}"
            for module, function in look_ups()
            if function.name.split("_")[0] not in BEGINS
        ),
    )


def test_a_look_up_returns_what_its_verb_says() -> None:
    """``get_`` never returns None, ``find_`` may; ``list_`` returns many, a question a bool."""
    ratchet(
        "look-ups that return something else",
        (
            f"{module.at(function)} {function.name} -> {_returned(function)}"
            for module, function in look_ups()
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
