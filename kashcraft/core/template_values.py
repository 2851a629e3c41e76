"""Values of templates that their views cannot pass: layouts show them on every page, or they belong to a
package that the view must not import.

``wiring.py`` names a function for such a template. It is called before rendering starts, and only for pages
that use the template.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from flask import Flask, before_render_template
from jinja2 import Environment, Template, nodes

Values = Mapping[str, Any]
# Takes the values of the view and returns additional ones.
Reader = Callable[[Values], Values]


def connect(app: Flask, readers: Mapping[str, Reader]) -> None:
    """Call ``readers``, by template name, for each page or e-mail that is or extends the template."""
    known: WeakKeyDictionary[Template, list[Reader]] = WeakKeyDictionary()

    def add(_: Flask, template: Template, context: dict[str, Any], **__: object) -> None:
        needed = known.get(template)
        if needed is None:
            names = extended(app.jinja_env, template.name)
            needed = known[template] = [readers[name] for name in names if name in readers]
        for read in needed:
            context.update(read(context))

    before_render_template.connect(add, app, weak=False)


def extended(environment: Environment, name: str | None) -> list[str]:
    """Return the name of a template and of those that it extends; empty for a string template."""
    found = []
    while name is not None and environment.loader is not None:
        found.append(name)
        source, _, _ = environment.loader.get_source(environment, name)
        parents = environment.parse(source).find_all(nodes.Extends)
        parent = next((node.template for node in parents), None)
        name = parent.value if isinstance(parent, nodes.Const) else None
    return found
