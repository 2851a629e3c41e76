"""Translation of marked texts when a template is compiled, so that rendering them costs nothing.

Supported are ``_("Save")``, ``_("Made in %(place)s.", place=product.origin)``, ``ngettext("%(num)s item",
"%(num)s items", n)`` and the ``trans`` tag. A text is HTML and is not escaped; values of its placeholders
are. As always in Jinja's i18n, a percent sign is written twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from gettext import NullTranslations
from typing import Any

from jinja2 import TemplateSyntaxError, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import escape

from kashcraft.core.i18n import ENGLISH
from kashcraft.core.template_runtime import SharedEnvironment

MARKS = {"_", "gettext", "ngettext"}
_places = re.compile(r"%(?:\((?P<name>\w+)\)s|(?P<other>.?))", re.DOTALL)


class MarkedEnvironment(SharedEnvironment):
    """Flask's template environment for one language; each language has its own compiled templates."""

    texts: NullTranslations = ENGLISH

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.add_extension("jinja2.ext.i18n")
        self.newstyle_gettext = True
        self.policies["ext.i18n.trimmed"] = True
        del self.globals["_"]

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        _Texts(self.texts, name).visit(source)
        return super()._generate(source, name, filename, defer_init)


Part = str | nodes.Expr


class _Texts(NodeTransformer):
    """Replaces marked texts by their translations."""

    def __init__(self, texts: NullTranslations, template: str | None) -> None:
        self._texts = texts
        self._template = template

    def visit_Output(self, node: nodes.Output) -> list[nodes.Node]:  # noqa: N802 - named after the node
        """Return the output node; a marked text in it becomes plain text between its values."""
        shown: list[nodes.Node] = []
        for child in node.nodes:
            shown += self._shown(child) if _is_marked(child) else [nodes.Output([self.visit(child)])]
        return [part.set_lineno(node.lineno) for part in shown]

    def generic_visit(self, node: nodes.Node, *arguments: Any, **options: Any) -> nodes.Node:
        """Visit the child nodes, and merge adjacent output nodes into one."""
        super().generic_visit(node, *arguments, **options)
        for _, inside in node.iter_fields():
            if isinstance(inside, list):
                inside[:] = _joined(inside)
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - named after the node
        """Return the expression for a marked text that is an argument or part of an expression."""
        self.generic_visit(node)
        if not _is_marked(node):
            return node
        forms = [_concat([_value(part) for part in parts]) for parts in self._forms(node)]
        expression = nodes.CondExpr(_is_one(node), *forms) if len(forms) > 1 else forms[0]
        return expression.set_lineno(node.lineno)

    def _shown(self, node: Any) -> list[nodes.Node]:
        self.generic_visit(node)
        forms = [
            [nodes.Output([nodes.TemplateData(part) if isinstance(part, str) else part for part in parts])]
            for parts in self._forms(node)
        ]
        return [nodes.If(_is_one(node), forms[0], [], forms[1])] if len(forms) > 1 else [*forms[0]]

    def _forms(self, node: Any) -> list[list[Part]]:
        """Return the text, or the forms for one and for many, each as bare text and values in turn."""
        many = node.node.name == "ngettext"
        texts = [argument.value for argument in node.args[:2] if isinstance(argument, nodes.Const)]
        if len(node.args) != (3 if many else 1) or len(texts) != (2 if many else 1):
            self._refuse("a marked text is written out where it is marked", node)
        values = {"num": node.args[2]} if many else {}
        values |= {keyword.key: keyword.value for keyword in node.kwargs}
        if many:
            texts = [self._texts.ngettext(texts[0], texts[1], count) for count in (1, 2)]
        else:
            texts = [self._texts.gettext(texts[0])]
        return [list(self._parts(text, values, node)) for text in texts]

    def _parts(self, text: str, values: dict[str, nodes.Expr], node: nodes.Node) -> Iterator[Part]:
        end = 0
        for place in _places.finditer(text):
            if place["name"] not in values and place["other"] != "%":
                self._refuse(f"nothing fills {place[0]!r} in {text!r}", node)
            if end < place.start():
                yield text[end : place.start()]
            yield values[place["name"]] if place["name"] else "%"
            end = place.end()
        if end < len(text):
            yield text[end:]

    def _refuse(self, reason: str, node: nodes.Node) -> None:
        raise TemplateSyntaxError(reason, node.lineno, self._template)


def _is_marked(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in MARKS


def _is_one(node: nodes.Call) -> nodes.Expr:
    return nodes.Compare(node.args[2], [nodes.Operand("eq", nodes.Const(1))])


def _value(part: Part) -> nodes.Expr:
    """Return a part of a text as an expression; only what escaping would change is marked as HTML."""
    if isinstance(part, nodes.Expr):
        return part
    text = nodes.Const(part)
    return text if str(escape(part)) == part else nodes.MarkSafeIfAutoescape(text)


def _concat(parts: list[nodes.Expr]) -> nodes.Expr:
    return parts[0] if len(parts) == 1 else nodes.Concat(parts)


def _joined(inside: list[Any]) -> list[Any]:
    result: list[Any] = []
    for part in inside:
        if isinstance(part, nodes.Output) and result and isinstance(result[-1], nodes.Output):
            result[-1].nodes.extend(part.nodes)
        else:
            result.append(part)
    return result
