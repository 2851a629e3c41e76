"""Marked texts of templates: in place, escaped, chosen by number, and as cheap as bare text."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from jinja2 import DictLoader, TemplateSyntaxError

from kashcraft.core.i18n_templates import MarkedEnvironment

MACRO = '{% macro b(text) %}<b title="{{ text }}">{{ text }}</b>{% endmacro %}'


def environment(source: str, name: str = "page.html") -> MarkedEnvironment:
    loader = DictLoader({name: source})
    return MarkedEnvironment(Flask(__name__), loader=loader, autoescape=name.endswith("html"))


def shown(source: str, file: str = "page.html", /, **values: Any) -> str:
    return environment(source, file).get_template(file).render(values)


def code(source: str) -> str:
    """Return the Python that a template becomes."""
    return str(environment(source).compile(source, "page.html", raw=True))


def test_values_are_escaped_and_the_text_is_not() -> None:
    source = '<p>{{ _("It\'s <em>%(name)s</em>, %(share)s %% off", name=name, share=10) }}</p>'

    assert shown(source, name="<i>") == "<p>It's <em>&lt;i&gt;</em>, 10 % off</p>"


def test_a_text_as_an_argument_is_escaped_once() -> None:
    source = MACRO + '{{ b(_("Made in %(place)s", place=place)) }}{{ b(_("You & I")) }}'

    assert shown(source, place="<i>") == (
        '<b title="Made in &lt;i&gt;">Made in &lt;i&gt;</b><b title="You & I">You & I</b>'
    )


def test_nothing_is_escaped_in_text_bodies_of_e_mails() -> None:
    assert shown('{{ _("To %(name)s & all", name=name) }}', "body.txt", name="<i>") == "To <i> & all"


@pytest.mark.parametrize(("count", "text"), [(0, "0 pieces!"), (1, "1 piece!"), (2, "2 pieces!")])
def test_the_count_chooses_the_form(count: int, text: str) -> None:
    tag = "{% trans count=n %}{{ count }} piece{% pluralize %}{{ count }} pieces{% endtrans %}"
    call = 'ngettext("%(num)s piece", "%(num)s pieces", n)'

    assert shown(tag + "!", n=count) == text
    assert shown("{{ " + call + " }}!", n=count) == text
    assert shown("{{ (" + call + ") ~ '!' }}", n=count) == text


def test_a_marked_sentence_keeps_its_markup_and_loses_its_line_breaks() -> None:
    source = '{% trans name=name %}\n  Read <a href="/help">{{ name }}</a>\n  first\n{% endtrans %}'

    assert shown(source, name="<i>") == 'Read <a href="/help">&lt;i&gt;</a> first'


@pytest.mark.parametrize(
    ("marked", "bare"),
    [
        ('<p>{{ _("Save") }}</p>', "<p>Save</p>"),
        ('<p>{{ _("Hi %(a)s now", a=x.y) }}</p>', "<p>Hi {{ x.y }} now</p>"),
        ("<p>{% trans a=x.y %}Hi {{ a }} now{% endtrans %}</p>", "<p>Hi {{ x.y }} now</p>"),
        (MACRO + '{{ b(_("Save")) }}', MACRO + "{{ b('Save') }}"),
        ('{{ _("Bag") if n else _("Empty") }}', "{{ 'Bag' if n else 'Empty' }}"),
        (
            '{{ ngettext("one", "%(num)s pieces", n) }}.',
            "{% if n == 1 %}one{% else %}{{ n }} pieces{% endif %}.",
        ),
    ],
)
def test_a_marked_text_compiles_to_the_code_of_bare_text(marked: str, bare: str) -> None:
    assert code(marked) == code(bare)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{{ _(label) }}", "a marked text is written out where it is marked"),
        ('{{ ngettext("piece", n) }}', "a marked text is written out where it is marked"),
        ('{{ _("Hi %(name)s") }}', "nothing fills '%(name)s' in 'Hi %(name)s'"),
        ('{{ _("10 % off") }}', "nothing fills '% ' in '10 % off'"),
    ],
)
def test_texts_that_cannot_be_translated_do_not_compile(source: str, reason: str) -> None:
    with pytest.raises(TemplateSyntaxError) as refused:
        environment(source).get_template("page.html")
    assert refused.value.message == reason
