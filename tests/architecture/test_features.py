"""The modules of a feature package, and the size limits of files and functions."""

from __future__ import annotations

import ast

from tests.architecture.ratchets import ratchet
from tests.architecture.source import APP, FEATURES, MODULES, RANK, Module, length, modules, modules_in


def test_a_feature_contains_only_known_modules_or_folders() -> None:
    strange = [
        module.at(1) for module in modules() if module.package in FEATURES and module.layer not in MODULES
    ]

    assert strange == [], f"a feature contains only {', '.join(sorted(MODULES))}; see docs/architecture.md"


def test_every_package_has_a_rank() -> None:
    packages = {path.parent.name for path in APP.glob("*/__init__.py")}

    assert packages - set(RANK) - {"demo"} == set(), (
        "enter the package in RANKS of tests/architecture/source.py and in the ranks of docs/architecture.md"
    )


def test_no_module_has_a_name_like_utils() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "base", "shared"}

    assert [module.at(1) for module in modules() if drawers & set(module.parts)] == [], (
        "name a module by what it holds"
    )


def test_the_init_module_of_a_feature_is_only_a_docstring() -> None:
    wrong = []
    for module in modules_in("__init__"):
        doc = ast.get_docstring(module.tree) or ""
        lines = len(module.lines)
        if len(module.tree.body) != 1 or not doc or not 3 <= lines <= 8:
            wrong.append(f"{module.at(1)}: a docstring of three to six lines and nothing else, has {lines}")

    assert wrong == []


def test_files_stay_under_400_lines() -> None:
    long = [f"{module.at(1)} has {len(module.lines)}" for module in modules() if len(module.lines) > 400]

    assert long == [], "make a folder of the module's name, with a module for each topic"


def test_functions_stay_under_40_lines() -> None:
    long = _longer_than(40, {module: module.functions() for module in modules()})

    assert long == [], "divide the function"


def test_views_stay_under_20_lines() -> None:
    views = {module: (view for view, _ in module.routes()) for module in modules()}

    assert _longer_than(20, views) == [], (
        "move the decision to a service, what is shown to presenters, and input to the form"
    )


def test_helpers_of_views_stay_under_20_lines() -> None:
    helpers = {
        module: (function for function in module.functions() if function not in dict(module.routes()))
        for module in modules_in("views")
    }

    ratchet("helpers of views over 20 lines", _longer_than(20, helpers))


def _longer_than(limit: int, found: dict[Module, object]) -> list[str]:
    return [
        f"{module.at(function)} {function.name} has {length(function)} lines"
        for module, functions in found.items()
        for function in functions  # type: ignore[attr-defined]
        if length(function) > limit
    ]
