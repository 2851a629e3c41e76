"""NUL characters are removed from all data of a request."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask, request
from werkzeug.datastructures import FileStorage

from kashcraft.core.requests import Request


@pytest.fixture
def bare() -> Flask:
    """An application that does nothing but read requests."""
    app = Flask("bare")
    app.request_class = Request
    return app


def test_nul_is_removed_from_queries(bare: Flask) -> None:
    with bare.test_request_context("/?a%00b=1%00&ab=2&c=%00&d=%C3%A9"):
        assert list(request.args.items(multi=True)) == [("ab", "1"), ("ab", "2"), ("c", ""), ("d", "é")]
        assert request.args.to_dict(flat=False) == {"ab": ["1", "2"], "c": [""], "d": ["é"]}


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_nul_is_removed_from_forms(bare: Flask, kind: str) -> None:
    form = {"na\x00me": "A\x00da", "note": ["\x00", "x"]}
    with bare.test_request_context("/", method="POST", data=form, content_type=kind):
        assert request.form.to_dict(flat=False) == {"name": ["Ada"], "note": ["", "x"]}
        assert request.values["name"] == "Ada"


def test_nul_is_removed_from_file_names_only(bare: Flask) -> None:
    sent = {"file": FileStorage(BytesIO(b"a\x00b"), filename="bo\x00wl.csv")}
    with bare.test_request_context("/", method="POST", data=sent):
        assert request.files["file"].filename == "bowl.csv"
        assert request.files["file"].read() == b"a\x00b"


def test_nul_is_removed_from_cookies_and_headers(bare: Flask) -> None:
    headers = {"Cookie": 'cart="to\\000ken.2"', "User-Agent": "a\x00b"}
    with bare.test_request_context("/", headers=headers):
        assert request.cookies["cart"] == "token.2"
        assert request.user_agent.string == "ab"
