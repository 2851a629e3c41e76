"""What people read in templates is marked for gettext, and `make messages` finds it.

Looked at is each template without its marked texts: text between tags, the attributes that are read out or
shown, and words in expressions (a button's text is a macro's argument). Exempt are numbers, punctuation,
single characters, the brand's name and addresses; and constants for programs, which are lower case without
blanks, are compared with something, or are listed in EXEMPT with a reason.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from tests.architecture.source import FEATURES, ROOT, Function, files, marked_texts, modules

TEMPLATES = ROOT / "templates"
MARKS = {"_", "gettext", "ngettext"}
READ = {"alt", "aria-label", "aria-description", "placeholder", "title", "label"}
# Attributes whose names begin so are words for scripts to say, or for style sheets to show.
SAID = ("data-busy", "data-label", "data-buy", "data-gone", "data-changed")
UNSEEN = {"script", "style", "svg", "code"}
EXEMPT = {
    r"\(min-width: .*": "sizes of pictures",
    r"(billing|shipping|section-\w+) ?[\w-]*": "autocomplete tokens",
    r"page-[\w-]+": "the class of a page",
    r"flask [a-z ]+": "a command",
}
# Calls whose words are marked already, or seen by nobody: hidden fields, names of classes.
UNSHOWN = {"_", "_l", "gettext", "ngettext", "lazy_gettext", "HiddenField", "type"}
PLACE = "\x00"
# What compares something, or names another template.
NAMING = nodes.Compare | nodes.Test | nodes.Include | nodes.Extends | nodes.FromImport


def words(text: str) -> bool:
    """Return whether a text has something to translate."""
    text = text.strip()
    if any(re.fullmatch(rule, text) for rule in EXEMPT):
        return False
    bare = re.sub(r"https?://\S+|\S+@\S+|\bKashcraft\b|\b(GC|VC|KC)-", "", text)
    return bool(re.search(r"[^\W\d_]{2}", bare))


def is_marked(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in MARKS


class Reader(HTMLParser):
    """Collects visible texts and attributes with texts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in UNSEEN
        given = dict(attrs)
        button = tag == "input" and given.get("type") == "submit"
        described = tag == "meta" and "description" in (given.get("name") or given.get("property") or "")
        for name, value in attrs:
            read = name in READ or name in SAID
            if read or (button and name == "value") or (described and name == "content"):
                self._note(value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self._unseen -= tag in UNSEEN

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in UNSEEN

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._note(data)

    def _note(self, text: str) -> None:
        self.found += [part.strip() for part in text.split(PLACE) if words(part)]


def unmarked(source: str) -> list[str]:
    """Return the words of a template that are not inside a marked text."""
    environment = Environment(extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True)  # noqa: S701
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    tree = environment.parse(source)
    reader = Reader()
    reader.feed(re.sub(rf"(</?){PLACE}", r"\1element", "".join(bare(tree))))
    reader.close()
    return reader.found + list(constants(tree))


def bare(node: nodes.Node) -> Iterator[str]:
    """Yield the text of a template, with a mark for what is put into it."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.TemplateData):
            yield child.data
        elif isinstance(child, nodes.Expr):
            yield PLACE if isinstance(node, nodes.Output) else ""
        elif isinstance(child, nodes.Block):
            yield from (PLACE, *bare(child), PLACE)
        else:
            yield from bare(child)


def constants(node: nodes.Node) -> Iterator[str]:
    """Yield the words that stand in expressions: with a capital first, or more than one."""
    if is_marked(node):
        for child in (*node.args[2:], *node.kwargs):  # type: ignore[attr-defined]
            yield from constants(child)
        return
    if isinstance(node, NAMING):
        return
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Const):
            text = child.value if isinstance(child.value, str) else ""
            said = re.match(r"[A-Z][a-z]", text) or re.search(r"\w \w|^ ?[a-z]+ $|^ [a-z]+$", text)
            bare_attribute = text.strip() in {"checked", "disabled", "open"} or "--" in text
            if said and words(text) and not bare_attribute:
                yield text
        else:
            yield from constants(child)


def name(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


@pytest.mark.parametrize("path", files("templates", ".html", ".txt"), ids=name)
def test_what_people_read_is_marked(path: Path) -> None:
    assert unmarked(path.read_text()) == [], "mark each text: {{ _('Save') }}, see CONTRIBUTING.md"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Save</p>", ["Save"]),
        ('<p>{{ _("Save") }}: {{ amount|money }}, 3 × 4</p>', []),
        ("<p>{% trans name=name %}Made by <b>{{ name }}</b>{% endtrans %}</p>", []),
        ('<a{% if here %} aria-current="page"{% endif %} aria-label="Close it">x</a>', ["Close it"]),
        ('<input type="submit" value="Go on"><input value="Go on">', ["Go on"]),
        ("{{ button('Save', kind='quiet') }}", ["Save"]),
        ("{{ count }} {{ 'piece' if count == 1 else 'pieces' }} left", ["left"]),
        ("{{ 'Remove ' ~ name }}{{ ' checked' if on }}", ["Remove "]),
        ("{{ _('Made by %(name)s', name='Some Body') }}", ["Some Body"]),
        ("<title>{{ title }} · Kashcraft</title>", []),
    ],
)
def test_the_reader_sees_what_a_person_sees(source: str, found: list[str]) -> None:
    assert unmarked(source) == found


def test_the_marked_texts_are_found_for_translators(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    target = tmp_path / "messages.pot"
    command = "pybabel --quiet extract --mapping pyproject.toml --keyword _l --keyword lazy_gettext"
    CommandLineInterface().run([*command.split(), "--output", str(target), "."])

    with target.open("rb") as file:
        known = {message.id for message in read_po(file)}
    assert {"Your bag is empty", "Hello %(name)s,", ("%(num)s unit", "%(num)s units")} <= known


def test_places_are_named_in_one_way() -> None:
    """A translator sees ``%(left)s`` and nothing else."""
    wrong = [
        f"{name}:{line} {text!r}"
        for name, line, text in marked_texts()
        if re.search(r"\{\w*\}|%[sd]|%\(\w+\)(?!s)", text)
    ]

    assert wrong == [], "name each place: %(left)s"


def test_labels_and_messages_of_forms_are_marked() -> None:
    """A field's label, a validator's message and what is said of a missing value are never bare strings.

    The label of a hidden field is seen by nobody.
    """
    asked = [module for module in modules() if "forms" in module.parts]
    wrong = [
        f"{module.at(node)} {text!r}"
        for module in asked
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) not in UNSHOWN
        for text in (*bare_words(node.args), *bare_words(word.value for word in node.keywords))
    ]

    assert wrong == [], "mark it by lazy_gettext: _l(...)"


def test_tables_of_texts_are_marked() -> None:
    """Notices, refusals and other tables of sentences."""
    wrong = [
        f"{module.at(node)} {text!r}"
        for module in modules()
        if module.package in FEATURES | {"backoffice", "storefront", "core"}
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Dict)
        for text in bare_words(node.values)
        if re.match(r"[A-Z].* .*\.$", text)
    ]

    assert wrong == [], "mark it by lazy_gettext: _l(...)"


def test_no_text_is_put_into_words_at_the_import() -> None:
    """Outside of functions it is English for ever: ``_()``, ``str(_l("Save"))``, ``f"{SAVE}"``."""
    wrong = [
        f"{module.at(node)} {ast.unparse(node)}"
        for module in modules()
        for node in put_into_words(module.tree)
    ]

    assert wrong == [], "use lazy_gettext at import, and str(text) or TEXT.filled(...) where it is shown"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('SAVE = _l("Save")\nNAMES = {"a": SAVE, "b": _l("Go")}', []),
        ('def name():\n    return str(SAVE) + _("Save")', []),
        ('SAVE = _("Save")', ["_('Save')"]),
        ('SAVE = _l("Save") % {"low": 1}', ["_l('Save') % {'low': 1}"]),
        ('SAVE = _l("Save")\nMORE = SAVE + "!"', ["SAVE + '!'"]),
        ('SAVE = _l("Save")\nMORE = f"{SAVE}!"', ["f'{SAVE}!'"]),
        ('class Form:\n    label = str(_l("Save"))', ["str(_l('Save'))"]),
        ('SAVE = _l("Save")\ndef name(text=SAVE.filled(low=1)): pass', ["SAVE.filled(low=1)"]),
    ],
)
def test_what_is_put_into_words_at_the_import_is_found(source: str, found: list[str]) -> None:
    assert [ast.unparse(node) for node in put_into_words(ast.parse(source))] == found


def put_into_words(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield what shows a text outside of functions: a marked one, or a lazy one, by its words or its name."""
    lazy = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and _is_lazy(node.value, frozenset())
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in _run_at_import(tree):
        if isinstance(node, ast.Call):
            shown = [node.args[0]] if ast.unparse(node.func) == "str" and node.args else []
            shown += [node.func.value] if isinstance(node.func, ast.Attribute) else []
            if ast.unparse(node.func) in MARKS or any(_is_lazy(one, lazy) for one in shown):
                yield node
        elif isinstance(node, ast.BinOp):
            if _is_lazy(node.left, lazy) or _is_lazy(node.right, lazy):
                yield node
        elif isinstance(node, ast.JoinedStr):
            parts = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
            if any(_is_lazy(part, lazy) for part in parts):
                yield node


def _is_lazy(node: ast.expr, names: Collection[str]) -> bool:
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in {"_l", "lazy_gettext"}
    return isinstance(node, ast.Name) and node.id in names


def _run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            for part in (*child.decorator_list, child.args):
                yield from _run_at_import(part)
        elif not isinstance(child, ast.Lambda):
            yield child
            yield from _run_at_import(child)


def bare_words(values: Iterable[ast.expr | None]) -> list[str]:
    """Return those of some values that are strings for people: with a capital first, not one of a machine."""
    constants = [value.value for value in values if isinstance(value, ast.Constant)]
    return [text for text in constants if isinstance(text, str) and re.match(r"[A-Z][a-z]", text)]
