"""What is said beside the code, and how services are called."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.ratchets import ratchet
from tests.architecture.source import APP, ROOT, Function, Module, files, matches, modules, modules_in

# Files that may not enter the repository are the one thing whose absence leaves a test out.
SKIPPED = r"pytest\.(skip|xfail|importorskip)|mark\.(skip|xfail)\b|mark\.skipif\((?!not FILES\.is_dir\(\))"
LEFT_OVER = r"\b(?:TODO|FIXME|XXX|HACK)\b|pragma: no cover"


def test_public_functions_below_views_and_of_core_say_what_they_mean() -> None:
    asked = [
        *modules_in("rules", "presenters", "services", "queries"),
        *(m for m in modules() if m.package == "core"),
    ]
    wrong = [
        f"{module.at(function)} {function.name}"
        for module in asked
        for function in module.public()
        if not ast.get_docstring(function) and not _overloads(function)
    ]

    assert wrong == [], "a docstring says the meaning, the units, the number of statements, and the errors"


def test_every_module_says_what_it_is_about() -> None:
    silent = [module.at(1) for module in modules() if not ast.get_docstring(module.tree)]

    assert silent == [], "begin the file with a docstring of one sentence"


def test_services_take_their_arguments_by_name() -> None:
    wrong = [
        f"{module.at(function)} {function.name}"
        for module, function in services()
        if function.args.args or function.args.posonlyargs or function.args.vararg
    ]

    assert wrong == [], "put * first: def cancel(*, order_id: OrderId)"


def services() -> list[tuple[Module, Function]]:
    """Return the verbs of every feature: the public functions of ``services.py``, or those which a
    ``services/`` folder publishes in its ``__init__``.
    """
    found = []
    for module in modules_in("services"):
        published = _published(module.path.parent / "__init__.py") if len(module.parts) > 2 else None
        for node in module.tree.body:
            if not isinstance(node, Function) or node.name.startswith("_"):
                continue
            if published is None or node.name in published:
                found.append((module, node))
    return found


def _published(path: Path) -> set[str]:
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


def _overloads(function: Function) -> bool:
    return any(ast.unparse(item).endswith("overload") for item in function.decorator_list)


def test_nothing_is_left_for_later() -> None:
    sources = [
        path
        for folder in ("kashcraft", "templates", "static", "migrations", "bin", "tests", "docs")
        for path in files(folder, ".py", ".html", ".txt", ".css", ".js", ".md", ".toml", "")
        if path != Path(__file__)
    ]

    assert [place for path in sources for place in matches(path, LEFT_OVER)] == []


def test_no_test_is_left_out() -> None:
    others = [path for path in files("tests", ".py") if path != Path(__file__)]

    assert [place for path in others for place in matches(path, SKIPPED)] == []


def test_tests_mirror_what_they_test() -> None:
    """tests/unit/orders/services/test_placing.py is about kashcraft/orders/services/placing.py; what lies in
    tests/unit itself is about the whole.
    """
    unit = ROOT / "tests" / "unit"
    wrong = []
    for path in files("tests/unit", ".py"):
        place = path.relative_to(unit)
        if not path.name.startswith("test_") or place.parts[0].startswith("test_"):
            continue
        subject = APP / place.with_name(place.stem.removeprefix("test_"))
        if not (subject.is_dir() or subject.with_suffix(".py").exists()):
            wrong.append(f"{path.relative_to(ROOT)}: there is no {subject.relative_to(ROOT)}")

    assert wrong == []


def test_tests_are_as_short_as_what_they_test() -> None:
    ratchet(
        "tests that are too long",
        (
            f"{path.relative_to(ROOT)} has {lines} lines"
            for path in files("tests", ".py")
            for lines in [len(path.read_text().splitlines())]
            if lines > 400
        ),
    )


def test_what_holds_code_has_a_test_of_its_name() -> None:
    """For kashcraft/orders/services/placing.py that is tests/unit/orders/services/test_placing.py, or
    tests/unit/orders/test_services.py for the whole folder. What only declares or hands on needs none; views
    are tested by the journeys of tests/functional.
    """
    unit = ROOT / "tests" / "unit"
    ratchet(
        "modules without a test of their name",
        (
            f"{module.at(1)} has {len(module.lines)} lines"
            for module in modules()
            if len(module.lines) >= 10 and module.layer != "views" and _does_something(module)
            for place in [unit.joinpath(*module.parts)]
            if not place.with_name(f"test_{place.name}.py").exists()
            and not place.parent.with_name(f"test_{place.parent.name}.py").exists()
        ),
    )


def _does_something(module: Module) -> bool:
    return any(True for _ in module.functions())
