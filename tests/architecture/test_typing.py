"""Types say something: ``Any`` switches the type checker off for everything that it touches."""

from __future__ import annotations

import ast

from tests.architecture.ratchets import ratchet
from tests.architecture.source import modules, modules_in

TYPED = ("rules", "presenters", "queries", "services")


def test_functions_below_views_say_what_they_return() -> None:
    ratchet(
        "functions that return Any",
        (
            f"{module.at(function)} {function.name}"
            for module in modules_in(*TYPED)
            for function in module.functions()
            if function.returns and ast.unparse(function.returns) in {"Any", "Any | None"}
        ),
    )


def test_functions_below_views_say_what_they_take() -> None:
    ratchet(
        "arguments that are Any",
        (
            f"{module.at(argument.lineno)} {function.name}({argument.arg})"
            for module in modules_in(*TYPED)
            for function in module.functions()
            for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
            if argument.annotation and ast.unparse(argument.annotation) in {"Any", "Any | None"}
        ),
    )


def test_any_grows_rarer() -> None:
    ratchet(
        "uses of Any",
        (
            module.at(node)
            for module in modules()
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Name) and node.id == "Any"
        ),
    )
