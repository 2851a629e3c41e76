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


def test_an_id_says_what_it_is_the_id_of() -> None:
    """``OrderId`` and its kin of ``core/ids.py``, not ``UUID``, which takes the id of anything."""
    ratchet(
        "ids without a type",
        (
            f"{module.at(annotation)} {ast.unparse(annotation)}"
            for module in modules_in(*TYPED, "models")
            for node in ast.walk(module.tree)
            if isinstance(node, ast.arg | ast.AnnAssign | ast.FunctionDef)
            for annotation in [node.returns if isinstance(node, ast.FunctionDef) else node.annotation]
            if annotation is not None
            if any(isinstance(part, ast.Name) and part.id == "UUID" for part in ast.walk(annotation))
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
