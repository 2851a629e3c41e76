"""Jinja without the work that is the same for every page of the shop.

All templates share the globals of their environment, so an imported template is one module for all of them,
and a loaded template is found by its name alone. Macros, functions and texts are called and escaped without
the checks of cases that do not occur. The output is that of Jinja, whose version is pinned because private
parts of it are used.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, MutableMapping
from functools import cached_property
from types import FunctionType, MethodType
from typing import cast

import markupsafe
from flask.templating import Environment
from jinja2 import Environment as BaseEnvironment
from jinja2 import Template, nodes, runtime
from jinja2.environment import TemplateModule
from jinja2.utils import missing
from markupsafe import Markup

# The last line of every compiled template, so that its functions find these names.
IMPORTS = f"\nfrom {__name__} import Macro, escape\n"
escape_text: Callable[[object], str] = markupsafe._escape_inner  # type: ignore[attr-defined,assignment]
# Markup itself would look for a method of texts that are HTML already.
_as_is = str.__new__
_PLAIN = (FunctionType, MethodType)


def escape(value: object) -> str:
    """Return a value as HTML, as MarkupSafe does, but as any text: a template only joins what it escapes."""
    kind = type(value)
    if kind is str:
        return escape_text(value)
    if kind is Markup:
        return value  # type: ignore[return-value]
    if hasattr(value, "__html__"):
        return value.__html__()  # type: ignore[no-any-return]
    return escape_text(str(value))


class Macro(runtime.Macro):
    """A macro of a template."""

    @cached_property
    def is_plain(self) -> bool:
        """Return whether it has a fixed number of positional arguments and no caller."""
        return not (self.caller or self.catch_varargs)


class TemplateContext(runtime.Context):
    """The variables of a template."""

    def __init__(
        self,
        environment: BaseEnvironment,
        parent: dict[str, object],
        name: str | None,
        blocks: dict[str, Callable[[runtime.Context], Iterator[str]]],
        globals: MutableMapping[str, object] | None = None,  # noqa: A002 - the name is Jinja's
    ) -> None:
        super().__init__(environment, parent, name, blocks)
        self.shared = globals
        # A view instead of a copy for each template.
        self.globals_keys = set() if globals is None else globals.keys()  # type: ignore[assignment]

    def call(__self, __called: Callable[..., object], *values: object, **named: object) -> object:  # noqa: N805 - templates pass any names
        """Return the result of a call in a template."""
        kind = type(__called)
        if kind is Macro:
            macro = cast(Macro, __called)
            if macro.is_plain and len(values) <= macro._argument_count:
                named.pop("_loop_vars", None)
                named.pop("_block_vars", None)
                return __self._expanded(macro, [*values], named)
        elif not named and kind in _PLAIN and not hasattr(__called, "jinja_pass_arg"):
            return __called(*values)
        return super().call(__called, *values, **named)

    def _expanded(self, macro: Macro, values: list[object], named: dict[str, object]) -> str:
        names = macro.arguments[len(values) :]
        values += [named.pop(name, missing) for name in names] if named else [missing] * len(names)
        if macro.catch_kwargs:
            values.append(named)
        elif named:
            raise TypeError(f"macro {macro.name!r} takes no keyword argument {next(iter(named))!r}")
        html: str = macro._func(*values)
        return _as_is(Markup, html) if self.eval_ctx.autoescape else html


class SharedTemplate(Template):
    """A template with the globals of its environment."""

    def _get_default_module(self, ctx: runtime.Context | None = None) -> TemplateModule:
        """Return the module that other templates import."""
        module = self._module
        if module is not None and isinstance(ctx, TemplateContext) and ctx.shared is self.globals:
            return module
        return super()._get_default_module(ctx)


class SharedEnvironment(Environment):
    """Flask's template environment; all its templates share its globals."""

    template_class = SharedTemplate
    context_class = TemplateContext

    @cached_property
    def _loaded(self) -> dict[str, Template]:
        return {}

    def make_globals(self, d: MutableMapping[str, object] | None) -> MutableMapping[str, object]:
        """Return the globals of a template: those of the environment."""
        return ChainMap(d, self.globals) if d else self.globals

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, object] | None = None,  # noqa: A002 - the name is Jinja's
    ) -> Template:
        """Return the template ``name``; in development it is loaded again after an edit.

        Raises ValueError for ``globals``, which a cached template would pass on to all others.
        """
        if globals:
            raise ValueError("templates share the globals of their environment")
        if self.auto_reload or isinstance(name, Template):
            return super().get_template(name, parent)
        found = self._loaded.get(name)
        if found is None:
            found = self._loaded[name] = super().get_template(name, parent)
        return found

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        return super()._generate(source, name, filename, defer_init) + IMPORTS
