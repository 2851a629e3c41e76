"""Pages extend layouts, partials say what they take, and nothing in them needs a looser content policy.

Whether every template is rendered in a test is seen at the end of a whole run: ``tests/support/rendered.py``.
That none asks the database is held by every test that renders one: ``tests/support/quiet_templates.py``.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.ratchets import ratchet
from tests.architecture.source import ROOT, files, matches, modules

TEMPLATES = ROOT / "templates"
ALL = files("templates", ".html")
# Mail programs know neither style sheets nor layers, so letters carry their own style.
PAGES = [path for path in ALL if "emails" not in path.parts and path.name != "email.html"]


def where(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_templates_stay_under_150_lines() -> None:
    assert [where(path) for path in ALL if len(path.read_text().splitlines()) > 150] == []


def test_a_page_extends_a_layout_or_its_folders_own_frame_that_does() -> None:
    folders = {"layouts", "components", "emails"}
    own = [path for path in PAGES if path.parent.name not in folders]
    pages = [path for path in own if not path.name.startswith("_") or path.name == "_layout.html"]

    assert [where(path) for path in pages if not _extends_a_layout(path)] == []


def _extends_a_layout(path: Path) -> bool:
    opening = re.match(r'\A(?:\{#.*?#\}\s*)?\{% extends "([\w/]+)\.html" %\}', path.read_text(), re.DOTALL)
    frame = f"{path.parent.name}/_layout"
    return opening is not None and (opening[1].startswith("layouts/") or opening[1] == frame)


def test_a_partial_opens_with_a_comment_that_names_what_it_takes() -> None:
    partials = [path for path in ALL if path.name.startswith("_")]
    opens = re.compile(r"\A\{#(?:(?!#\}).)*\btakes\b.*?#\}", re.DOTALL | re.IGNORECASE)

    assert [where(path) for path in partials if not opens.match(path.read_text())] == []


def test_macros_live_among_the_components_only() -> None:
    elsewhere = [path for path in ALL if path.parent.name != "components"]

    assert [place for path in elsewhere for place in matches(path, r"\{%-?\s*macro\b.*")] == []


def test_tables_are_drawn_by_their_component() -> None:
    """Which writes each heading once, for wide screens and for narrow ones."""
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


def test_marked_texts_stand_in_single_quotes() -> None:
    """For many stand inside attributes; a text with an apostrophe of its own takes double ones."""
    ratchet(
        "marked texts in double quotes",
        (place for path in files("templates") for place in matches(path, r"""\b_\("[^'"\n]*\"""")),
    )


def test_templates_are_handed_what_they_show() -> None:
    """A function that every template may call reads behind the view's back; a filter only writes."""
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

    assert [place for path in PAGES for place in matches(path, inline)] == []


def test_htmx_is_used_without_boost_and_without_taking_the_focus_away() -> None:
    refused = r"hx-boost|hx-disabled-elt|hx_disabled_elt|hx_boost"

    assert [place for path in ALL for place in matches(path, refused)] == []


def test_nothing_is_marked_safe_but_html_that_was_cleaned_when_it_was_saved() -> None:
    """Such a value is called ``html`` or ``..._html``; a literal may be marked too."""
    trusting = r"(?<!html)(?<!')\|\s*safe\b|autoescape false"

    assert [place for path in ALL for place in matches(path, trusting)] == []


def test_a_letter_is_a_folder_with_a_subject_and_two_bodies() -> None:
    wrong = [
        where(folder)
        for folder in (TEMPLATES / "emails").iterdir()
        if folder.is_dir()
        and {path.name for path in folder.iterdir() if not path.name.startswith("_")}
        != {"subject.txt", "body.txt", "body.html"}
    ]

    assert wrong == []
