"""The source files as the architecture tests read them: parsed once, with package, layer and rank."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from babel.messages.extract import extract_from_dir

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "kashcraft"

# A package imports only from lower ranks. The files beside the packages share one rank.
APPLICATION = 10
RANKS = {
    9: "storefront backoffice",
    8: "quick_buy product_csv order_csv reports",
    7: "checkout",
    6: "search comparisons recommendations size_guides books",
    5: "cart payments tracking reviews wishlist waitlist blog",
    4: "orders product_cards",
    3: "inventory vouchers gift_cards loyalty content",
    2: "accounts catalogue",
    1: "notifications pricing shipping taxes audit uploads share_links",
    0: "core events",
}
RANK = {package: rank for rank, packages in RANKS.items() for package in packages.split()}
FEATURES = {package for package, rank in RANK.items() if rank > 0}
# Bound to an application at the start, and used everywhere.
FOR_EVERYBODY = {"config", "extensions"}
MODULES = {
    "__init__", "models", "rules", "presenters", "queries", "services", "forms", "views", "handlers", "jobs",
    "gateways",
}  # fmt: skip
# Packages of sections: backoffice/orders/views.py has the layer views, as backoffice/views.py would have.
SECTIONED = {"backoffice"}

FLASK = ("flask", "flask_login", "flask_limiter", "flask_wtf", "flask_sqlalchemy", "htmx_flask")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """A Python file of the shop."""

    path: Path

    @property
    def parts(self) -> tuple[str, ...]:
        """Return its path below ``kashcraft/``: ('orders', 'services', 'placing')."""
        return self.path.relative_to(APP).with_suffix("").parts

    @property
    def package(self) -> str:
        """Return its package, or the name of a file beside the packages."""
        return self.parts[0]

    @property
    def layer(self) -> str:
        """Return its layer in its package or section: models, rules, ..."""
        inside = self.parts[1:]
        if self.package in SECTIONED and len(inside) > 1 and inside[0] not in MODULES:
            inside = inside[1:]
        return inside[0] if inside else ""

    @property
    def rank(self) -> int:
        """Return its rank; files beside the packages have the rank of the application."""
        return RANK.get(self.package, APPLICATION)

    @cached_property
    def text(self) -> str:
        return self.path.read_text()

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    def at(self, line: int | ast.stmt | ast.expr) -> str:
        """Return ``file:line`` for messages."""
        number = line if isinstance(line, int) else line.lineno
        return f"{self.path.relative_to(ROOT)}:{number}"

    def imports(self) -> Iterator[tuple[int, str]]:
        """Yield (line, full name) of every import, including those in functions and for type checkers."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, name.name) for name in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)

    def functions(self) -> Iterator[Function]:
        """Yield every function and method, including nested ones."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def public(self) -> Iterator[Function]:
        """Yield the public functions of the module and the public methods of its public classes."""
        for node in self.tree.body:
            if isinstance(node, Function) and not node.name.startswith("_"):
                yield node
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield from (
                    item for item in node.body if isinstance(item, Function) and not item.name.startswith("_")
                )

    def routes(self) -> Iterator[tuple[Function, set[str]]]:
        """Yield each view with the methods that its decorators give it."""
        for node in self.functions():
            methods = {method for item in node.decorator_list for method in _methods(item)}
            if methods:
                yield node, methods


def _methods(decorator: ast.expr) -> set[str]:
    if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
        return set()
    verb = decorator.func.attr
    if verb in {"get", "post", "put", "patch", "delete"}:
        return {verb.upper()}
    if verb != "route":
        return set()
    given = [keyword.value for keyword in decorator.keywords if keyword.arg == "methods"]
    return set(ast.literal_eval(given[0])) if given else {"GET"}


@cache
def modules() -> list[Module]:
    """Return every module of the shop."""
    return [Module(path) for path in sorted(APP.rglob("*.py"))]


def modules_in(*layers: str, packages: Iterable[str] = FEATURES) -> list[Module]:
    """Return the modules of these layers, including those in a folder with the layer's name."""
    return [module for module in modules() if module.package in packages and module.layer in layers]


def length(function: Function) -> int:
    """Return the number of lines of a function without its decorators."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def calls(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted name) of every call below ``node``."""
    for item in ast.walk(node):
        if isinstance(item, ast.Call):
            yield item.lineno, ast.unparse(item.func)


def files(folder: str, *suffixes: str) -> list[Path]:
    """Return the files of ``folder`` with one of the suffixes."""
    found = (path for path in (ROOT / folder).rglob("*") if path.is_file())
    return sorted(path for path in found if not suffixes or path.suffix in suffixes)


@cache
def marked_texts() -> list[tuple[str, int, str]]:
    """Return each text that is marked for gettext as (file, line, text), in templates and in Python."""
    mapping = [("kashcraft/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
    keywords = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
    return [
        (name, line, text)
        for name, line, message, *_ in extract_from_dir(ROOT, mapping, keywords=keywords)
        for text in ((message,) if isinstance(message, str) else message)
    ]


def matches(path: Path, pattern: str, text: str | None = None, flags: int = 0) -> list[str]:
    """Return ``file:line: match`` for each place where ``pattern`` is found."""
    content = path.read_text() if text is None else text
    return [
        f"{path.relative_to(ROOT)}:{content.count(chr(10), 0, found.start()) + 1}: {found[0].strip()}"
        for found in re.finditer(pattern, content, flags)
    ]
