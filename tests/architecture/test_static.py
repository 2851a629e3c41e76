"""Style sheets use layers and tokens; each script defines one small element."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.ratchets import ratchet
from tests.architecture.source import ROOT, files, matches

GLOBAL = ROOT / "static/css/global.css"
LAYERS = "@layer reset, tokens, base, layout, components, pages, utilities;"
SHEETS = files("static/css", ".css")
OTHERS = [path for path in SHEETS if path != GLOBAL]
ELEMENTS = files("static/js/elements", ".js")
# The layers of each folder.
FOLDERS = {
    "css": {"reset", "base", "utilities"},
    "components": {"layout", "components"},
    "office": {"components", "pages"},
    "pages": {"pages"},
}
COLOUR = (
    r"#[0-9a-fA-F]{3,8}\b(?=[^{]*[;}])|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|light-dark)\("
    r"|(?<=[\s,(])(?:white|black|red|green|blue|grey|gray|silver|ivory|maroon|navy|teal|orange|yellow|pink)(?=[\s,;)])"
)


def without_comments(path: Path) -> str:
    """Return a file with its comments replaced by spaces, so that line numbers stay."""
    return re.sub(
        r"/\*.*?\*/", lambda found: re.sub(r"[^\n]", " ", found[0]), path.read_text(), flags=re.DOTALL
    )


def test_the_order_of_layers_is_declared_first() -> None:
    assert GLOBAL.read_text().startswith(LAYERS)


def test_every_rule_is_in_the_layer_of_its_folder() -> None:
    wrong = []
    for path in OTHERS:
        outside = _top_level(without_comments(path))
        allowed = {f"@layer {name}" for name in FOLDERS[path.parent.name]}
        wrong += [f"{path.relative_to(ROOT)}: {head}" for head in outside if head not in allowed]

    assert wrong == []


def _top_level(text: str) -> list[str]:
    """Return the text before each outermost brace."""
    depth, start, heads = 0, 0, []
    for position, character in enumerate(text):
        if character == "{":
            if depth == 0:
                heads.append(" ".join(text[start:position].split()))
            depth += 1
        elif character == "}":
            depth -= 1
            start = position + 1
    return heads


def test_colors_are_defined_as_tokens_only() -> None:
    found = [place for path in OTHERS for place in matches(path, COLOUR, without_comments(path))]

    assert found == []


def test_tokens_are_defined_in_one_file() -> None:
    """A block may define properties for its parts; only ``:root`` defines tokens."""
    assert [place for path in OTHERS for place in matches(path, r":root\b", without_comments(path))] == []


def test_every_used_token_exists() -> None:
    texts = {path: without_comments(path) for path in SHEETS}
    defined = {name for text in texts.values() for name in re.findall(r"(--[\w-]+)\s*:", text)}
    wrong = [
        place
        for path, text in texts.items()
        for place in matches(path, r"var\((--[\w-]+)", text)
        if place.rsplit("(", 1)[1] not in defined
    ]

    assert wrong == []


def test_a_block_is_styled_in_one_file() -> None:
    """A block is the first class of a selector: ``.card__name`` belongs to ``.card``. Print styles are
    exempt.
    """
    homes: dict[str, set[str]] = {}
    for path in (path for path in SHEETS if path.name != "print.css"):
        for selector in re.findall(r"([^{};]+)\{", without_comments(path)):
            for one in selector.split(","):
                first = re.search(r"\.([a-z][a-z0-9]*(?:-[a-z0-9]+)*)", one)
                if first and not one.strip().startswith("@"):
                    homes.setdefault(first[1], set()).add(str(path.relative_to(ROOT / "static/css")))

    ratchet(
        "style blocks in several files",
        (f".{block}: {', '.join(sorted(found))}" for block, found in homes.items() if len(found) > 1),
    )


def test_no_rule_uses_important() -> None:
    assert [place for path in SHEETS for place in matches(path, r"!\s*important")] == []


def test_an_element_is_one_small_file_of_its_name() -> None:
    wrong = []
    for path in ELEMENTS:
        defined = re.findall(r"customElements\.define\(\s*[\"']([\w-]+)[\"']", path.read_text())
        lines = len(path.read_text().splitlines())
        if defined != [path.stem] or lines >= 150:
            wrong.append(f"{path.relative_to(ROOT)} defines {defined} in {lines} lines")

    assert wrong == []


def test_scripts_are_small_and_never_turn_text_into_code_or_markup() -> None:
    scripts = files("static/js", ".js")
    constant = r"(?!\s*`[^`$]*`;)"
    makes = rf"\beval\(|new Function|(?:inner|outer)HTML\s*={constant}|insertAdjacentHTML|document\.write"

    assert [str(path.relative_to(ROOT)) for path in scripts if len(path.read_text().splitlines()) > 150] == []
    assert [place for path in scripts for place in matches(path, makes)] == []


def test_scripts_contain_no_texts() -> None:
    """Texts are marked for translation in templates, which pass them to scripts."""
    sentence = re.compile(r"""(["'`])[A-Z][^"'`\n]* [^"'`\n]*\1""")
    said = [
        f"{path}: {found[0]}"
        for path in files("static/js", ".js")
        for found in sentence.finditer(path.read_text(encoding="utf-8"))
    ]
    assert said == []
