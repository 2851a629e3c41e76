"""Annotations are specific: ``Any`` disables the type checker for the values that it touches."""

from __future__ import annotations

import ast

from tests.architecture.ratchets import ratchet
from tests.architecture.source import modules, modules_in

TYPED = ("rules", "presenters", "queries", "services")


def test_functions_below_views_annotate_their_results() -> None:
    ratchet(
        "functions that return Any",
        (
            f"{module.at(function)} {function.name}"
            for module in modules_in(*TYPED)
            for function in module.functions()
            if function.returns and ast.unparse(function.returns) in {"Any", "Any | None"}
        ),
    )


def test_functions_below_views_annotate_their_arguments() -> None:
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


def test_ids_have_specific_types() -> None:
    """Types such as ``OrderId`` of ``core/ids.py`` are used, not ``UUID``."""
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


def test_any_is_not_used_more_often() -> None:
    ratchet(
        "uses of Any",
        (
            module.at(node)
            for module in modules()
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Name) and node.id == "Any"
        ),
    )
