"""The architecture's page and the schema map say what the code does, and documents link to what is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from kashcraft.wiring import REACTIONS
from tests.architecture.source import APP, APPLICATION, FOR_EVERYBODY, MODULES, RANK, ROOT, files, modules

ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()
SCHEMA_MAP = (ROOT / "docs" / "schema-map.md").read_text()
DOCUMENTS = [*ROOT.glob("*.md"), *files("docs", ".md")]
DECISIONS = ROOT / "docs" / "decisions"
RECORDS = sorted(DECISIONS.glob("[0-9]*.md"))
DECISION_STATUS = (
    r"Status: (accepted|superseded by \[.+\]\(.+\.md\)), \d{4}-\d\d-\d\d(, amended \d{4}-\d\d-\d\d)?"
)


def table(text: str, heading: str) -> list[list[str]]:
    """Return the cells of the rows of the table whose heading begins so."""
    lines = text[text.index(f"| {heading} |") :].splitlines()
    rows = lines[2 : next((number for number, line in enumerate(lines) if not line.startswith("|")), None)]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def test_every_package_has_its_rank_in_the_picture() -> None:
    drawing = dict(re.findall(r"^(\d+) +([a-z_ ]+)$", ARCHITECTURE, re.MULTILINE))
    written = {name: int(rank) for rank, names in drawing.items() for name in names.split()}
    packages = {path.parent.name for path in APP.glob("*/__init__.py")}
    files_beside = {path.stem for path in APP.glob("*.py")} - FOR_EVERYBODY

    assert packages - set(written) == set(), "packages that the ranks in docs/architecture.md lack"
    assert set(written) - packages - files_beside == set(), "names in these ranks without a package"
    assert {name: rank for name, rank in written.items() if rank != RANK.get(name, APPLICATION)} == {}, (
        "the ranks of docs/architecture.md and RANKS of tests/architecture/source.py differ"
    )


def test_every_kind_of_module_is_explained() -> None:
    kinds = {name for row in table(ARCHITECTURE, "module") for name in re.findall(r"`(\w+)", row[0])}

    assert kinds == MODULES


def test_every_event_is_listed_with_who_reacts_to_it() -> None:
    listed = {
        event: (set(re.findall(r"`(\w+)`", row[1])), set(re.findall(r"`(\w+)`", row[2])))
        for row in table(ARCHITECTURE, "event")
        for event in row[0].split(", ")
    }
    wired = {
        event.__name__: (
            {handler.__module__.split(".")[1] for handler in wiring.in_step},
            {task.name.split(".")[0] for task in wiring.after},
        )
        for event, wiring in REACTIONS.items()
    }

    assert listed == wired, "the table of events in docs/architecture.md differs from REACTIONS"


def test_every_model_is_in_the_schema_map() -> None:
    written = {
        (row[0], *re.findall(r"`([\w.]+)`", row[1] + row[2]))
        for heading in ("given model", "model")
        for row in table(SCHEMA_MAP, heading)
    }
    there = {
        (node.name, ".".join(("kashcraft", *module.parts)), name)
        for module in modules()
        for node in module.tree.body
        if isinstance(node, ast.ClassDef)
        for name in _table_names(node)
    }

    assert there - written == set(), "enter these in the table of the other models in docs/schema-map.md"
    assert written - there == set(), "rows of docs/schema-map.md without a model"


def _table_names(node: ast.ClassDef) -> list[str]:
    return [
        ast.literal_eval(item.value)
        for item in node.body
        if isinstance(item, ast.Assign) and ast.unparse(item.targets[0]) == "__tablename__"
    ]


def test_every_custom_element_is_in_the_design_system() -> None:
    text = (ROOT / "docs" / "design-system.md").read_text()
    defined = {
        name
        for path in files("static/js/elements", ".js")
        for name in re.findall(r'customElements\.define\("([a-z-]+)"', path.read_text())
    }

    assert {name for name in defined if f"| `<{name}>`" not in text} == set(), (
        "add a row to a table of elements in docs/design-system.md"
    )


def test_cleanup_jobs_are_scheduled() -> None:
    wiring = (APP / "wiring.py").read_text()
    jobs = {
        name
        for heading in ("given job", "what")
        for row in table(SCHEMA_MAP, heading)
        for name in re.findall(r"`([\w.]+)`", row[1] if heading == "given job" else row[3])
    }

    assert [name for name in sorted(jobs) if f".{name.rsplit('.', 1)[1]}, every=" not in wiring] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_existing_targets(path: Path) -> None:
    wrong = []
    for target, anchor in re.findall(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([\w-]+))?\)", path.read_text()):
        there = (path.parent / target).resolve() if target else path
        if not there.exists() or (anchor and anchor not in _anchors(there)):
            wrong.append(f"{target}#{anchor}")

    assert wrong == []


def _anchors(path: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_architecture_test_is_named_beside_its_convention() -> None:
    tests = {f"tests/architecture/{path.name}" for path in files("tests/architecture", ".py")}
    listed = set(re.findall(r"`(tests/architecture/test_\w+\.py)`", ARCHITECTURE))

    assert {name for name in tests if "/test_" in name} == listed


def test_files_that_the_architecture_names_exist() -> None:
    named = re.findall(r"`((?:tests|kashcraft|docs)/[\w/]+\.\w+)`", ARCHITECTURE + SCHEMA_MAP)
    inside = re.findall(r"`(core/\w+\.py)`", ARCHITECTURE)
    wrong = [name for name in named if not (ROOT / name).exists()]

    assert wrong + [name for name in inside if not (APP / name).exists()] == []


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_decision_record_has_its_number_status_and_sections_in_order(path: Path) -> None:
    title, _, status, *lines = path.read_text().splitlines()
    sections = [line for line in lines if line.startswith("#")]

    assert re.fullmatch(rf"# {int(path.stem[:4])}\. [A-Z].+", title)
    assert re.fullmatch(DECISION_STATUS, status)
    assert sections == ["## Context", "## Options", "## Decision", "## Consequences"]


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_decision_record_fills_each_section_within_65_lines(path: Path) -> None:
    text = path.read_text()
    empty = re.findall(r"^## (\w+)\n\s*(?=## |\Z)", text, re.MULTILINE)

    assert (empty, len(text.splitlines()) <= 65) == ([], True)


def test_the_index_of_decisions_lists_each_record_with_its_title() -> None:
    rows = table((DECISIONS / "README.md").read_text(), "number")
    listed = [(row[0], row[1]) for row in rows]
    records = [
        (f"[{int(path.stem[:4])}]({path.name})", path.read_text().splitlines()[0].partition(". ")[2])
        for path in RECORDS
    ]

    assert listed == records


def test_each_decision_in_the_index_has_a_summary() -> None:
    rows = table((DECISIONS / "README.md").read_text(), "number")

    assert [row[0] for row in rows if len(row) != 3 or not row[2].endswith(".")] == []
