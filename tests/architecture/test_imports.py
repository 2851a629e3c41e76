"""Which names a module may import: values, but no tables of others, settings or the request."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from tests.architecture.ratchets import ratchet
from tests.architecture.source import FLASK, Function, Module, modules, modules_in

BELOW_VIEWS = ("models", "rules", "presenters", "queries", "services", "handlers", "jobs", "gateways")
# Modules of core that import Flask and that every layer may use: they use the database, the outbox, the mail
# and the files of the running application, and expose nothing of the request.
BINDS_FOR_ALL = {"db", "jobs", "completed_work", "mail", "private_files", "staging"}
# Libraries of many megabytes.
LOADED_LATE = {
    "PIL", "crawlerdetect", "cryptography", "flask_migrate", "markdown_it", "phonenumbers", "zxcvbn",
}  # fmt: skip
# Presenters must not call these, because they get their data as arguments.
READS_AND_WRITES = {"queries", "services", "forms", "views", "handlers", "jobs", "gateways"}


def ours(module: Module) -> Iterator[tuple[str, list[str]]]:
    """Yield (``file:line name``, parts of the name below ``kashcraft``) of imports from the shop."""
    for line, name in module.imports():
        if name.startswith("kashcraft."):
            yield f"{module.at(line)} {name}", name.split(".")[1:]


def test_rules_import_no_tables() -> None:
    ratchet(
        "rules import models",
        (place for module in modules_in("rules") for place, name in ours(module) if "models" in name),
    )


def test_rules_contain_no_texts_for_people() -> None:
    ratchet(
        "rules import i18n",
        (
            place
            for module in modules_in("rules")
            for place, name in ours(module)
            if name[:2] == ["core", "i18n"]
        ),
    )


def test_presenters_get_their_data_as_arguments() -> None:
    wrong = [
        place
        for module in modules_in("presenters")
        for place, name in ours(module)
        if name[1:2] and name[1] in READS_AND_WRITES
    ]

    assert wrong == [], "let the view read the rows, and pass them or a dataclass to the presenter"


def test_no_layer_below_views_imports_the_request() -> None:
    """Modules of the shop that import Flask count, too; settings come from ``core/settings.py``."""
    knows_flask = {
        module.parts[1]
        for module in modules()
        if module.package == "core" and any(name.split(".")[0] in FLASK for _, name in module.imports())
    }
    wrong = [
        f"{place} imports {'.'.join(name)}"
        for module in modules_in(*BELOW_VIEWS)
        for place, name in ours(module)
        if name[0] == "core" and name[1] in knows_flask - BINDS_FOR_ALL
    ]

    assert wrong == [], "let the view read the request, and pass the value as an argument"


def test_no_layer_below_views_imports_views_or_forms() -> None:
    """So only views write cookies and notices."""
    wrong = [
        place
        for module in modules_in(*BELOW_VIEWS)
        for place, name in ours(module)
        if {"views", "forms"} & set(name[1:2])
    ]

    assert wrong == [], "let the view call both, or publish an event"


def test_tables_are_imported_by_their_own_package_only() -> None:
    """Other packages use its queries; enums of columns may be imported. The demo shop is exempt."""
    tables = {
        (module.package, node.name)
        for module in modules_in("models")
        for node in module.tree.body
        if isinstance(node, ast.ClassDef) and _is_table(node)
    }
    ratchet(
        "tables of other packages",
        (
            place
            for module in modules()
            if module.package != "demo"
            for place, name in ours(module)
            if name[1:2] == ["models"] and name[0] != module.package and (name[0], name[-1]) in tables
        ),
    )


def _is_table(node: ast.ClassDef) -> bool:
    return any("__tablename__" in ast.unparse(item) for item in node.body)


def test_a_module_is_imported_under_one_name() -> None:
    """Its own package uses its file name, and all other packages use the same alias."""
    outside: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    found = []
    for module in modules():
        for place, target, name in _modules_imported(module):
            package, _, plain = target.rpartition(".")
            if package.split(".")[0] != module.package:
                outside[target][name].append(place)
            elif name != plain:
                found.append(f"{place} as {name}")
    for target, names in outside.items():
        usual = max(names, key=lambda name: (len(names[name]), name))
        found += [
            f"{names[name][0]} as {name}, elsewhere {usual}: {target}" for name in names if name != usual
        ]

    ratchet("second names of a module", found)


@cache
def _names_of_modules() -> set[str]:
    return {".".join(module.parts).removesuffix(".__init__") for module in modules()}


def _modules_imported(module: Module) -> Iterator[tuple[str, str, str]]:
    """Yield (place, target without ``kashcraft.``, name in this module) of each import of a whole module."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kashcraft."):
            for alias in node.names:
                target = f"{node.module}.{alias.name}".removeprefix("kashcraft.")
                if target in _names_of_modules():
                    yield f"{module.at(node)} {target}", target, alias.asname or alias.name


def test_imports_are_at_the_top() -> None:
    """Large libraries and entry points are exempt: docs/decisions/0010-lazy-imports-in-web-processes.md."""
    ratchet(
        "imports inside functions",
        {
            f"{module.at(node)} in {function.name}"
            for module in modules()
            if module.package not in {"server", "worker"}
            for function in module.functions()
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom) and _first_names(node) - LOADED_LATE
        },
    )


def _first_names(node: ast.Import | ast.ImportFrom) -> set[str]:
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [name.name for name in node.names]
    return {name.split(".")[0] for name in names}


def test_checks_do_not_depend_on_assertions() -> None:
    """``assert`` is only for type checkers; conditions that may be false raise an error."""
    ratchet(
        "asserts",
        (
            f"{module.at(node)} {ast.unparse(node.test)}"
            for module in modules()
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Assert)
        ),
    )


def test_functions_take_at_most_eight_arguments() -> None:
    ratchet(
        "functions of more than 8 arguments",
        (
            f"{module.at(function)} {function.name} takes {_arguments(function)}"
            for module in modules()
            for function in module.functions()
            if _arguments(function) > 8
        ),
    )


def _arguments(function: Function) -> int:
    given = function.args
    names = [item.arg for item in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in names if name not in {"self", "cls"}])
