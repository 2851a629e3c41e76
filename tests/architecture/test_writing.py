"""Steps are the only way to write, and reading never writes."""

from __future__ import annotations

import ast

from tests.architecture.ratchets import ratchet
from tests.architecture.source import Module, calls, modules

STEPS = {"step", "in_step", "db.step", "db.in_step"}


def test_nothing_but_a_step_ends_a_transaction() -> None:
    wrong = [
        f"{module.at(line)}: {name}()"
        for module in modules()
        if module.parts != ("core", "db")
        for line, name in calls(module.tree)
        if name.endswith((".commit", ".rollback")) and not name.startswith("connection.")
    ]

    assert wrong == [], "let the view or the job call in_step(lambda: services.verb(...))"


def test_a_flush_says_why() -> None:
    wrong = [
        f"{module.at(line)}: a comment on this line or the one above says what needs the flush"
        for module in modules()
        for line, name in calls(module.tree)
        if name.endswith("session.flush") and not _commented(module, line)
    ]

    assert wrong == []


def test_views_that_only_read_never_open_a_step() -> None:
    wrong = []
    for module in modules():
        reached = {node.name: node for node in module.tree.body if isinstance(node, ast.FunctionDef)}
        for view, methods in module.routes():
            if methods == {"GET"}:
                wrong += [f"{module.at(line)}: GET {view.name} writes" for line in _steps(view, reached)]

    assert wrong == [], "give the page that writes a POST route of its own"


def test_reading_opens_no_step() -> None:
    """``in_step`` around nothing but a function of queries takes the lock of writers for a read."""
    ratchet(
        "steps that only read",
        (
            f"{module.at(call)} {ast.unparse(call)}"
            for module in modules()
            for call in ast.walk(module.tree)
            if isinstance(call, ast.Call) and ast.unparse(call.func) in {"in_step", "db.in_step"}
            if call.args and "queries" in _module_called(module, call.args[0])
        ),
    )


def test_services_owe_work_by_a_reference() -> None:
    """A wrong name in quotes fails when the job is needed; a wrong reference fails at the start."""
    wrong = [
        module.at(line)
        for module in modules()
        if module.package != "core"
        for line, name in calls(module.tree)
        if name == "jobs.find"
    ]

    assert wrong == [], "declare the job by @jobs.reference, see the recipe of a job in CONTRIBUTING.md"


def _module_called(module: Module, work: ast.expr) -> list[str]:
    """Return the parts of the full name of what ``lambda: name.function(...)`` calls."""
    if isinstance(work, ast.Lambda) and isinstance(work.body, ast.Call):
        work = work.body.func
    first, _, rest = ast.unparse(work).partition(".")
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) == first:
                    return f"{node.module}.{alias.name}.{rest}".split(".")
    return []


def _steps(view: ast.AST, reached: dict[str, ast.FunctionDef]) -> list[int]:
    """Return the lines that open a step in a view or in the functions of its module that it calls."""
    seen: set[str] = set()
    waiting, lines = [view], []
    while waiting:
        for line, name in calls(waiting.pop()):
            if name in STEPS:
                lines.append(line)
            if name in reached and name not in seen:
                seen.add(name)
                waiting.append(reached[name])
    return lines


def _commented(module: Module, line: int) -> bool:
    return "#" in module.lines[line - 1] or module.lines[line - 2].lstrip().startswith("#")
