"""Values of templates that views do not pass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask, render_template
from jinja2 import DictLoader

from kashcraft.core import template_values

TEMPLATES = {
    "layout.html": "{{ around }}:{% block content %}{% endblock %}",
    "frame.html": '{% extends "layout.html" %}'
    "{% block content %}{% block inner %}{% endblock %}{% endblock %}",
    "page.html": '{% extends "frame.html" %}{% block inner %}{{ own }} {{ more }}{% endblock %}',
    "_part.html": "{{ own }}{{ around }}",
}


@pytest.fixture
def small() -> Flask:
    app = Flask(__name__)
    app.jinja_env.loader = DictLoader(TEMPLATES)
    return app


def test_a_page_gets_what_its_layout_and_the_page_itself_need(small: Flask) -> None:
    def more(values: Mapping[str, Any]) -> dict[str, Any]:
        return {"more": f"and {values['own']}"}

    template_values.connect(small, {"layout.html": lambda _: {"around": "head"}, "page.html": more})

    with small.test_request_context():
        assert render_template("page.html", own="one") == "head:one and one"


def test_no_values_are_read_for_partials(small: Flask) -> None:
    asked: list[Mapping[str, Any]] = []

    def around(values: Mapping[str, Any]) -> dict[str, Any]:
        asked.append(values)
        return {"around": "head"}

    template_values.connect(small, {"layout.html": around})

    with small.test_request_context():
        assert render_template("_part.html", own="one") == "one"
    assert asked == []


def test_templates_are_followed_to_the_first_layout(small: Flask) -> None:
    environment = small.jinja_env

    assert template_values.extended(environment, "page.html") == ["page.html", "frame.html", "layout.html"]
    assert template_values.extended(environment, "_part.html") == ["_part.html"]
    assert template_values.extended(environment, None) == []
