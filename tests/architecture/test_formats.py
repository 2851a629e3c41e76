"""Amounts, days, times, numbers and shares are written in ``core/formats.py`` alone."""

from __future__ import annotations

import ast
import re

from tests.architecture.source import APP, files, matches, modules

WRITER = ("core", "formats")
# Names of languages, countries and currencies, and what the settings may say.
MAY_ASK_BABEL = {WRITER, ("core", "money"), ("config",), ("accounts", "rules", "addresses")}
# Values of fields and of machine files, which have one form everywhere.
MACHINE = {"%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%SZ", "%Y%m%d%H", "%Y%m%d%H%M", "%Y%m%dT%H%M%S%f"}
IN_TEMPLATES = (
    r"\.strftime\(|\.isoformat\(|\.format\(|\|\s*(?:money|whole|full_day|format)\b"
    r"|\{\{(?:(?!\}\}).)*\}\} ?%(?!\})(?! ?\")|\bUTC\b"
)


def test_only_the_writer_and_names_of_things_ask_babel() -> None:
    wrong = [
        module.at(node)
        for module in modules()
        if module.parts not in MAY_ASK_BABEL
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and "babel" in ast.unparse(node)
    ]

    assert wrong == []


def test_no_day_and_no_number_is_formatted_elsewhere() -> None:
    wrong = []
    for module in modules():
        if module.parts == WRITER:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FormattedValue) and node.format_spec and _is_for_people(node.format_spec):
                wrong.append(f"{module.at(node)}: {ast.unparse(node.format_spec)}")
            if isinstance(node, ast.Call) and _writes(node):
                wrong.append(f"{module.at(node)}: {ast.unparse(node)}")

    assert wrong == []


def _is_for_people(spec: ast.expr) -> bool:
    text = "".join(part.value for part in ast.walk(spec) if isinstance(part, ast.Constant))
    return text not in MACHINE and ("," in text or re.search(r"%[a-zA-Z]", text) is not None)


def _writes(call: ast.Call) -> bool:
    """Return whether a call writes a day or number: strftime, format(number, ","), Money's own ``format``."""
    function = call.func
    if isinstance(function, ast.Name):
        return function.id == "format" and "," in ast.unparse(call.args[1])
    if not isinstance(function, ast.Attribute):
        return False
    if function.attr == "strftime":
        return not (isinstance(call.args[0], ast.Name) and call.args[0].id == "WRITTEN")
    made = isinstance(function.value, ast.Call) and ast.unparse(function.value.func).endswith(
        ("Money", "money")
    )
    return function.attr == "format" and made


def test_templates_write_with_the_filters_only() -> None:
    found = [place for path in files("templates") for place in matches(path, IN_TEMPLATES)]

    assert found == []


def test_nothing_below_views_reads_the_locale_by_itself() -> None:
    """Rules are handed ``Formats``; the locale is a name to be kept with an order or a message."""
    rules = [module for module in modules() if "rules" in module.parts]
    wrong = [
        place
        for module in rules
        for place in matches(module.path, r"\bshop_(?:locale|timezone)\b|context import")
    ]

    assert wrong == []
    assert (APP / "core/formats.py").is_file()
