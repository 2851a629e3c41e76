"""Conventions of templates: layouts, partials, quotes, and a strict content security policy.

``tests/support/rendered.py`` checks that every template is rendered, and ``tests/support/quiet_templates.py``
that none runs a statement.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.ratchets import ratchet
from tests.architecture.source import ROOT, files, matches, modules

TEMPLATES = ROOT / "templates"
ALL = files("templates", ".html")
# Mail programs support neither style sheets nor layers, so e-mails contain their own styles.
PAGES = [path for path in ALL if "emails" not in path.parts and path.name != "email.html"]


def where(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_templates_stay_under_150_lines() -> None:
    long = [where(path) for path in ALL if len(path.read_text().splitlines()) > 150]

    assert long == [], "move a part to a partial, whose name begins with an underscore"


def test_a_page_extends_a_layout_or_its_folders_own_frame_that_does() -> None:
    folders = {"layouts", "components", "emails"}
    own = [path for path in PAGES if path.parent.name not in folders]
    pages = [path for path in own if not path.name.startswith("_") or path.name == "_layout.html"]

    wrong = [where(path) for path in pages if not _extends_a_layout(path)]

    assert wrong == [], 'begin with {% extends "layouts/shop.html" %}, or another of docs/design-system.md'


def _extends_a_layout(path: Path) -> bool:
    opening = re.match(r'\A(?:\{#.*?#\}\s*)?\{% extends "([\w/]+)\.html" %\}', path.read_text(), re.DOTALL)
    frame = f"{path.parent.name}/_layout"
    return opening is not None and (opening[1].startswith("layouts/") or opening[1] == frame)


def test_a_partial_begins_with_a_comment_that_lists_its_values() -> None:
    partials = [path for path in ALL if path.name.startswith("_")]
    opens = re.compile(r"\A\{#(?:(?!#\}).)*\btakes\b.*?#\}", re.DOTALL | re.IGNORECASE)

    wrong = [where(path) for path in partials if not opens.match(path.read_text())]

    assert wrong == [], "begin with {# What it shows. Takes form (CareForm) and found (Care or None). #}"


def test_macros_are_in_components_only() -> None:
    elsewhere = [path for path in ALL if path.parent.name != "components"]

    found = [place for path in elsewhere for place in matches(path, r"\{%-?\s*macro\b.*")]

    assert found == [], "move it to templates/components, or use a partial"


def test_tables_are_rendered_by_their_component() -> None:
    """The component contains each heading once, for wide and narrow screens."""
    pages = [path for path in PAGES if path != TEMPLATES / "components" / "table.html"]

    ratchet(
        "tables outside their component", (place for path in pages for place in matches(path, r"<table\b"))
    )


def test_lines_of_templates_stay_under_160_characters() -> None:
    ratchet(
        "template lines over 160 characters",
        (
            f"{where(path)}:{number} has {len(line)}"
            for path in ALL
            for number, line in enumerate(path.read_text().splitlines(), 1)
            if len(line) > 160
        ),
    )


def test_marked_texts_are_in_single_quotes() -> None:
    """Many are inside attributes; a text with an apostrophe is in double quotes."""
    ratchet(
        "marked texts in double quotes",
        (place for path in files("templates") for place in matches(path, r"""\b_\("[^'"\n]*\"""")),
    )


def test_templates_get_their_data_from_views() -> None:
    """Global functions of templates would read data without their view; filters only format."""
    ratchet(
        "functions for every template",
        (
            place
            for module in modules()
            for place in matches(module.path, r"app_template_global\b.*|template_global\(.*")
        ),
    )


def test_no_style_and_no_script_inside_a_page() -> None:
    script = r"<script(?![^>]*(?:\ssrc=|application/ld\+json))[^>]*>"
    inline = rf"""<style\b|\sstyle=["']|\son[a-z]+=["']|\shx-on|\shx-vars|{script}"""

    found = [place for path in PAGES for place in matches(path, inline)]

    assert found == [], "style by a class of docs/design-system.md, behaviour by an element of static/js"


def test_htmx_is_used_without_boost_and_without_losing_the_focus() -> None:
    refused = r"hx-boost|hx-disabled-elt|hx_disabled_elt|hx_boost"

    assert [place for path in ALL for place in matches(path, refused)] == []


def test_only_sanitized_html_is_marked_safe() -> None:
    """Sanitized values are called ``html`` or ``..._html``; literals may be marked, too."""
    trusting = r"(?<!html)(?<!')\|\s*safe\b|autoescape false"

    assert [place for path in ALL for place in matches(path, trusting)] == []


def test_an_email_is_a_folder_with_a_subject_and_two_bodies() -> None:
    wrong = [
        where(folder)
        for folder in (TEMPLATES / "emails").iterdir()
        if folder.is_dir()
        and {path.name for path in folder.iterdir() if not path.name.startswith("_")}
        != {"subject.txt", "body.txt", "body.html"}
    ]

    assert wrong == [], "it has subject.txt, body.txt and body.html; partials begin with an underscore"
