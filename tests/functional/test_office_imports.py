"""Owners import product files on a page: checked by a job, then imported whole or not at all."""

from __future__ import annotations

import html
import io
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts.models import Role
from kashcraft.audit.models import AuditEntry
from kashcraft.catalogue.models import Product
from kashcraft.core import jobs
from kashcraft.core.db import db
from kashcraft.product_csv.models import ProductImport
from tests.factories.people import signed_in

pytestmark = pytest.mark.usefixtures("frozen")
HEAD = "Handle,Title,Variant SKU,Variant Price,Variant Inventory Tracker,Variant Inventory Qty\n"


@pytest.fixture
def owner(app: Flask) -> FlaskClient:
    """An owner, who imports product files."""
    return signed_in(app, Role.OWNER)


def rows(count: int, broken: int = 0) -> str:
    """Return a file of ``count`` products; the price of product ``broken`` cannot be read."""
    lines = [
        f"bowl-{number},Bowl {number},KC-{number},{'much' if number == broken else '40.00'},shopify,3\n"
        for number in range(1, count + 1)
    ]
    return HEAD + "".join(lines)


def send(client: FlaskClient, text: str) -> Any:
    data = {"file": (io.BytesIO(text.encode()), "products.csv")}
    return client.post("/backoffice/catalogue/import", data=data, content_type="multipart/form-data")


def work(app: Flask) -> None:
    with app.app_context():
        jobs.run_due()


def text_of(page: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def count_products(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(Product)) or 0


def test_a_file_is_checked_then_imported(app: Flask, owner: FlaskClient) -> None:
    address = send(owner, rows(2)).headers["Location"]
    waiting = owner.get(address)
    assert 'hx-trigger="every 2s"' in waiting.text
    assert "Being checked" in text_of(waiting)
    work(app)
    checked = owner.get(address)
    assert count_products(app) == 0
    for words in ("This is what the import would change.", "created bowl-1", "2 created, 0 changed"):
        assert words in text_of(checked)
    assert 'hx-trigger="every 2s"' not in checked.text
    owner.post(f"{address}/run")
    again = owner.post(f"{address}/run")
    assert again.headers["Location"] == f"{address}?notice=import_started_before"
    work(app)

    assert "The whole file was imported." in text_of(owner.get(address))
    assert (count_products(app), owner.get("/p/bowl-2").status_code) == (2, 200)
    with app.app_context():
        entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.subject == "product file")).one()
        assert (entry.action, entry.title, entry.after) == ("imported", "products.csv", {"products": 2})
        assert db.session.scalars(sa.select(ProductImport.data)).one() is None


def test_one_broken_row_of_many_refuses_the_whole_file(app: Flask, owner: FlaskClient) -> None:
    address = send(owner, rows(300, broken=150)).headers["Location"]
    work(app)
    page = text_of(owner.get(address, headers={"HX-Request": "true"}))

    assert "Nothing was imported." in page
    assert "row 151, Variant Price:" in page
    assert (count_products(app), "Import the file" in page) == (0, False)
    refused = owner.post(f"{address}/run")
    assert refused.headers["Location"].endswith("notice=import_started_before")


def test_an_empty_file_is_refused_beside_its_field(app: Flask, owner: FlaskClient) -> None:
    page = send(owner, " \n")

    assert (page.status_code, "Please choose a CSV file that is not empty." in page.text) == (422, True)
    assert 'id="file-error"' in page.text


def test_what_is_exported_changes_nothing_when_it_is_imported(app: Flask, owner: FlaskClient) -> None:
    address = send(owner, rows(2)).headers["Location"]
    work(app)
    owner.post(f"{address}/run")
    work(app)
    exported = owner.get("/backoffice/catalogue/export.csv")
    assert exported.headers["Content-Disposition"] == 'attachment; filename="products.csv"'
    again = send(owner, exported.text).headers["Location"]
    work(app)

    assert "0 created, 0 changed, 2 unchanged" in text_of(owner.get(again))
    listed = text_of(owner.get("/backoffice/catalogue/import"))
    assert "products.csv Checked, just now products.csv Imported, just now" in listed
