"""The shop's templates render as Jinja's do; they share globals, modules and loaded templates."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.templating import Environment
from jinja2 import DictLoader, pass_context
from markupsafe import Markup

from kashcraft.core.template_runtime import SharedEnvironment

MACROS = """
{%- macro tag(name, text='none', size=None) -%}
<{{ name }} {{ size or shop }}>{{ text }}</{{ name }}>
{%- endmacro -%}
{%- macro any(name) -%}
<{{ name }}{% for key, value in kwargs|dictsort %} {{ key }}="{{ value }}"{% endfor %}>
{%- endmacro -%}
{%- macro rest(name) -%}{{ name }}{{ varargs|join('+') }}{%- endmacro -%}
{%- macro box() -%}[{{ caller() }}]{%- endmacro -%}
"""
PAGES = {
    "macros.html": MACROS,
    "part.html": "{% from 'macros.html' import tag %}{{ tag('p', value) }}",
    "plain.txt": "{% from 'macros.html' import tag %}{{ tag('p', value) }}{{ value }}",
}
IMPORT = "{% from 'macros.html' import tag, any, rest, box %}"


class Html:
    def __html__(self) -> str:
        return "<hr>"


def environments(page: str) -> list[Environment]:
    """Return the shop's environment and Flask's, with the same templates and globals."""
    made = []
    for kind in (SharedEnvironment, Environment):
        loader = DictLoader({**PAGES, "page.html": page})
        one = kind(Flask(__name__), loader=loader, autoescape=lambda name: (name or "").endswith("html"))
        one.globals.update(shop="&Co", where=pass_context(lambda context: context["value"]), low=str.lower)
        made.append(one)
    return made


@pytest.mark.parametrize(
    "page",
    [
        "{{ value }} {{ 7 }} {{ none }} {{ html }} {{ html|string }} {{ safe }} {{ missing }}",
        IMPORT + "{{ tag('b') }}{{ tag('b', value) }}{{ tag('b', size=3) }}{{ tag(text=safe, name='i') }}",
        IMPORT + "{{ any('a') }}{{ any('a', href=value, id=1) }}{{ any(name='a', x=html) }}",
        IMPORT + "{{ rest('a', 'b', value) }}{% call box() %}{{ value }}{% endcall %}",
        IMPORT + "{% for one in [value, safe] %}{{ tag('li', one) }}{{ low('A' ~ one) }}{% endfor %}",
        IMPORT
        + "{% set x = tag('b', value) %}{{ x }}{{ x ~ value }}{% filter upper %}{{ value }}{% endfilter %}",
        "{% for one in [1] %}{% set value = 'loop' %}{{ where() }}{% endfor %}{{ where() }}",
        "{% include 'part.html' %}{% with value = 'inner' %}{% include 'part.html' %}{% endwith %}",
        "{% import 'macros.html' as all %}{{ all.tag('b', all.tag('i', value)) }}",
        "{% from 'macros.html' import tag with context %}{{ tag('b', value) }}",
        "{% include 'plain.txt' %}",
    ],
)
def test_a_page_is_what_jinja_makes_of_it(page: str) -> None:
    values: dict[str, Any] = {"value": "<i> & 'q'", "safe": Markup("<b>"), "html": Html()}

    ours, theirs = (one.get_template("page.html").render(values) for one in environments(page))

    assert ours == theirs


@pytest.mark.parametrize(
    "page", ["{{ tag('b', colour=1) }}", "{{ tag(1, 2, 3, 4) }}", "{{ tag('b', name='i') }}"]
)
def test_a_macro_refuses_what_jinja_refuses(page: str) -> None:
    for one in environments(IMPORT + page):
        with pytest.raises(TypeError, match="macro 'tag' takes no"):
            one.get_template("page.html").render()


def test_all_templates_import_one_module() -> None:
    ours, _ = environments(IMPORT + "{% include 'part.html' %}")
    ours.get_template("page.html").render(value=1)
    first = ours.get_template("macros.html")._module
    ours.get_template("page.html").render(value=2)

    assert first is not None
    assert ours.get_template("macros.html")._module is first


def test_globals_of_one_template_are_refused() -> None:
    ours, _ = environments("")

    with pytest.raises(ValueError, match="share the globals"):
        ours.get_template("page.html", globals={"shop": "mine"})


def test_an_edited_template_is_loaded_again_in_development() -> None:
    ours, _ = environments("before")
    ours.auto_reload = True
    assert ours.get_template("page.html").render() == "before"
    assert isinstance(ours.loader, DictLoader)
    ours.loader.mapping = {"page.html": "after"}

    assert ours.get_template("page.html").render() == "after"
