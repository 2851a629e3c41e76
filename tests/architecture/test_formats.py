"""Only ``core/formats.py`` formats amounts, dates, times, numbers and percentages."""

from __future__ import annotations

import ast
import re

from tests.architecture.source import APP, files, matches, modules

WRITER = ("core", "formats")
# Modules that use Babel for names of languages, countries and currencies, and for the settings.
MAY_ASK_BABEL = {WRITER, ("core", "money"), ("core", "setting_rules"), ("accounts", "rules", "addresses")}
# Values of form fields and of files for programs, which do not depend on the locale.
MACHINE = {"%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%SZ", "%Y%m%d%H", "%Y%m%d%H%M", "%Y%m%dT%H%M%S%f"}
IN_TEMPLATES = (
    r"\.strftime\(|\.isoformat\(|\.format\(|\|\s*(?:money|whole|full_day|format)\b"
    r"|\{\{(?:(?!\}\}).)*\}\} ?%(?!\})(?! ?\")|\bUTC\b"
)


def test_only_formats_and_names_use_babel() -> None:
    wrong = [
        module.at(node)
        for module in modules()
        if module.parts not in MAY_ASK_BABEL
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and "babel" in ast.unparse(node)
    ]

    assert wrong == []


def test_no_date_and_no_number_is_formatted_elsewhere() -> None:
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
    """Return whether a call formats a date or number: strftime, format(number, ","), ``Money.format``."""
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


def test_templates_format_with_the_filters_only() -> None:
    found = [place for path in files("templates") for place in matches(path, IN_TEMPLATES)]

    assert found == []


def test_no_layer_below_views_reads_the_locale() -> None:
    """Rules get ``Formats`` as an argument; services may store the locale with an order or a message."""
    rules = [module for module in modules() if "rules" in module.parts]
    wrong = [
        place
        for module in rules
        for place in matches(module.path, r"\bshop_(?:locale|timezone)\b|context import")
    ]

    assert wrong == []
    assert (APP / "core/formats.py").is_file()
