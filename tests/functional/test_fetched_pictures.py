"""Pictures of a product file that are addresses: owed with the import, fetched by jobs, shown when they come.

A server on this machine has them; the shop is allowed to ask it, which it is not in production.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import event
from sqlalchemy.orm import Session

from kashcraft.catalogue import services as catalogue
from kashcraft.catalogue.models import CatalogueVersion, Category, Product, ProductImage
from kashcraft.core import clock, jobs
from kashcraft.core.db import Base, db, step
from kashcraft.core.jobs import Lane, Outbox
from kashcraft.product_csv.gateways.fetching import Policy
from kashcraft.product_csv.models import PictureSource
from kashcraft.product_csv.queries import list_shop_products
from kashcraft.product_csv.rules.shop import SourceState
from kashcraft.product_csv.services import pictures
from tests.support.races import concurrently
from tests.support.web import Web, answer, picture, serving

HEAD = (
    "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty,Image Src,"
    "Image Position,Image Alt Text,Variant Image"
)
PRIVATE = "the address leads to a private or reserved network"


@pytest.fixture
def web(app: Flask, frozen: clock.FrozenClock) -> Iterator[Web]:
    """The server with the pictures, which the shop may ask."""
    with serving() as server:
        policy = Policy(may_ask=lambda address: address.is_loopback, ports=frozenset({server.port}))
        app.extensions["caches"]["fetching"] = {"policy": policy}
        yield server
        del app.extensions["caches"]["fetching"]


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["catalogue", *arguments])


def work(app: Flask) -> int:
    """Run what is owed and due; return how much of it went well."""
    with app.app_context():
        return jobs.run_due()


def save(folder: Path, *lines: str) -> str:
    path = folder / "a.csv"
    path.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    return str(path)


def ring(*pictures: str, slug: str = "ring") -> list[str]:
    """The rows of a single product with these pictures."""
    first = f"{slug},{slug.title()},Title,Default Title,{slug.upper()},74.00,3"
    return [f"{first if at == 0 else f'{slug},,,,,,'},{url},{at + 1},," for at, url in enumerate(pictures)]


def wrap(web: Web) -> list[str]:
    """The rows of a wrap in two colors: all of it first, then one of each."""
    a, b, c = (web.url(path) for path in ("/all.png", "/ivory.png", "/rose.png"))
    return [
        f"wrap,Wrap,Color,Ivory,W-I,240.00,3,{a},1,The whole wrap,{b}",
        f"wrap,,,Rose,W-R,240.00,3,{b},2,,{c}",
    ]


def state(app: Flask) -> dict[str, list[Any]]:
    """Every row of the shop, as the database has it."""
    with app.app_context():
        return {
            table.name: sorted(map(repr, db.session.execute(sa.select(table)).all()))
            for table in Base.metadata.sorted_tables
        }


def images(app: Flask) -> list[tuple[str, str, int]]:
    """Which pictures are there, in their order: page, text and place."""
    query = (
        sa.select(Product.slug, ProductImage.alt, ProductImage.position)
        .join(Product, Product.id == ProductImage.product_id)
        .order_by(Product.slug, ProductImage.position, ProductImage.id)
    )
    with app.app_context():
        return [tuple(row) for row in db.session.execute(query)]  # type: ignore[misc]


def run_pictures(app: Flask, *options: str) -> list[str]:
    """Run ``pictures`` with options; return the lines that it prints."""
    result = run(app, "pictures", *options)
    assert result.exit_code == 0
    return result.stdout.splitlines()


def test_pictures_are_fetched_with_text_place_and_choice(
    app: Flask, client: FlaskClient, web: Web, tmp_path: Path
) -> None:
    web.pages |= {"/all.png": picture(10), "/ivory.png": picture(20), "/rose.png": picture(30)}
    file = save(tmp_path, *wrap(web))

    result = run(app, "import", file, "--pictures")
    assert result.stdout.splitlines() == [
        "created wrap", "3 pictures will be fetched", "1 created, 0 changed, 0 unchanged"
    ]  # fmt: skip
    assert images(app) == []
    assert "/media/" not in client.get("/p/wrap").text
    assert run_pictures(app) == ["0 fetched, 3 waiting, 0 given up"]
    with app.app_context():
        version = db.session.scalar(sa.select(CatalogueVersion.version)) or 0

    assert work(app) == 3

    assert run_pictures(app) == ["3 fetched, 0 waiting, 0 given up"]
    assert images(app) == [("wrap", "The whole wrap", 0), ("wrap", "Wrap", 1), ("wrap", "Wrap", 2)]
    with app.app_context():
        (page,) = list_shop_products(["wrap"])
        assert (db.session.scalar(sa.select(CatalogueVersion.version)) or 0) > version
        assert db.session.scalars(sa.select(Product.source_urls).where(Product.slug == "wrap")).one() == []
    stems = [one.stem for one in page.pictures]
    assert {variant.values: variant.pictures for variant in page.variants} == {
        ("Ivory",): (stems[1],), ("Rose",): (stems[2],),
    }  # fmt: skip
    shown = client.get("/p/wrap").text
    assert all(f"/media/{stem}-40.avif" in shown for stem in stems)
    assert client.get(f"/media/{stems[0]}-40.webp").status_code == 200


def test_the_import_again_and_an_export_change_nothing(app: Flask, web: Web, tmp_path: Path) -> None:
    web.pages |= {"/all.png": picture(10), "/ivory.png": picture(20)}
    file = save(tmp_path, *wrap(web))
    run(app, "import", file, "--pictures")
    before = state(app)
    for options in ([], ["--pictures"]):
        assert run(app, "import", file, *options).stdout.splitlines() == [
            "3 pictures will be fetched", "0 created, 0 changed, 1 unchanged"
        ]  # fmt: skip
    assert state(app) == before

    work(app)
    before = state(app)
    unchanged = ["1 picture was given up before; flask catalogue pictures says why",
                 "0 created, 0 changed, 1 unchanged"]  # fmt: skip
    exported = tmp_path / "out.csv"
    for options in ([], ["--pictures"], ["--dry-run"]):
        assert run(app, "import", file, *options).stdout.splitlines() == unchanged
        run(app, "export", str(exported))
        assert run(app, "import", str(exported), *options).stdout.splitlines() == unchanged
    assert state(app) == before
    rows = list(csv.DictReader(exported.open(encoding="utf-8-sig", newline="")))
    assert [row["Image Src"].rpartition("/")[2][:5] for row in rows] == ["wrap-", "wrap-", "rose."]
    assert [row["Variant Image"].rpartition("/")[2][:5] for row in rows] == ["wrap-", "rose.", ""]


def test_addresses_are_stored_until_the_pictures_are_requested(app: Flask, web: Web, tmp_path: Path) -> None:
    web.pages |= {"/all.png": picture(10), "/ivory.png": picture(20), "/rose.png": picture(30)}
    file = save(tmp_path, *wrap(web))

    result = run(app, "import", file)
    assert result.stdout.splitlines()[1] == "3 picture addresses were kept; --pictures fetches them"
    assert (work(app), web.asked) == (0, [])
    before = state(app)
    assert run(app, "import", file).stdout.splitlines()[0] == result.stdout.splitlines()[1]
    assert state(app) == before

    assert run_pictures(app) == ["asked for 3; the worker fetches them", "0 fetched, 3 waiting, 0 given up"]
    assert run_pictures(app) == ["0 fetched, 3 waiting, 0 given up"]
    work(app)
    assert [alt for _, alt, _ in images(app)] == ["The whole wrap", "Wrap", "Wrap"]
    assert sorted(web.asked) == ["/all.png", "/ivory.png", "/rose.png"]


def test_many_pictures_are_asked_for_in_short_steps(
    app: Flask, web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "ENQUEUED_AT_ONCE", 2)
    run(app, "import", save(tmp_path, *ring(*(web.url(f"/{number}") for number in range(5)))))
    assert run_pictures(app) == ["asked for 5; the worker fetches them", "0 fetched, 5 waiting, 0 given up"]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Outbox)) == 5


def test_an_import_may_fetch_pictures_of_an_earlier_import(app: Flask, web: Web, tmp_path: Path) -> None:
    web.pages["/a"] = picture()
    file = save(tmp_path, *ring(web.url("/a")))
    run(app, "import", file)

    assert run(app, "import", file, "--pictures").stdout.splitlines() == [
        "1 picture will be fetched", "0 created, 0 changed, 1 unchanged"
    ]  # fmt: skip
    assert work(app) == 1
    assert images(app) == [("ring", "Ring", 0)]


def test_addresses_that_an_older_import_stored_are_fetched_as_well(
    app: Flask, web: Web, tmp_path: Path
) -> None:
    web.pages |= {"/a": picture(1), "/b": picture(2)}
    run(app, "import", save(tmp_path, *ring(web.url("/a"), web.url("/b"))))
    with app.app_context(), step():
        db.session.execute(sa.delete(PictureSource))

    assert run_pictures(app)[0] == "asked for 2; the worker fetches them"
    assert work(app) == 2
    assert images(app) == [("ring", "Ring", 0), ("ring", "Ring", 1)]


def test_what_is_not_imported_owes_nothing(app: Flask, web: Web, tmp_path: Path) -> None:
    before = state(app)
    result = run(app, "import", save(tmp_path, *ring(web.url("/a"))), "--pictures", "--dry-run")
    assert result.stdout.splitlines()[1] == "1 picture will be fetched"
    wrong = save(tmp_path, *ring(web.url("/a")), *ring(slug="bowl"), "tray,Tray,,,,,,,,,")
    assert run(app, "import", wrong, "--pictures").exit_code == 1
    assert state(app) == before


def test_pictures_wait_in_a_lane_of_their_own_and_make_nothing_late(
    app: Flask, web: Web, frozen: clock.FrozenClock, tmp_path: Path
) -> None:
    run(app, "import", save(tmp_path, *ring(web.url("/a"))), "--pictures")
    frozen.advance(seconds=4000)
    with app.app_context():
        (row,) = db.session.scalars(sa.select(Outbox)).all()
        assert (row.name, row.lane) == ("product_csv.fetch_picture", Lane.PICTURES)
        assert jobs.queue_health() == (0, None)
        assert all(jobs.lease_due(lane=lane) == [] for lane in Lane if lane is not Lane.PICTURES)
        assert jobs.lease_due(lane=Lane.PICTURES) == [row.id]


def test_what_will_never_come_is_given_up_at_once_with_its_reason(
    app: Flask, web: Web, tmp_path: Path
) -> None:
    page = answer(200, b"<p>", {"Content-Type": "text/html"})
    web.pages |= {"/page": page, "/fake": answer(200, b"no", {"Content-Type": "image/png"})}
    inner = f"http://127.0.0.2:{web.port + 1}/a"
    urls = [web.url("/gone"), web.url("/page"), web.url("/fake"), inner, "https://user:word@shop.example/a"]
    run(app, "import", save(tmp_path, *ring(*urls)), "--pictures")

    assert work(app) == 5

    reasons = [
        "the server answers 404", "the server sends text/html, not a picture",
        "this is not a picture that can be read", f"port {web.port + 1} is not asked, only 80 and 443",
        "an address with a name or a password in it is not fetched",
    ]  # fmt: skip
    lines = [f"given up ring, {url}: {reason}" for url, reason in zip(urls, reasons, strict=True)]
    assert run_pictures(app) == [*lines, "0 fetched, 0 waiting, 5 given up"]
    assert (work(app), images(app)) == (0, [])
    with app.app_context():
        assert jobs.list_failed() == []

    web.pages["/gone"] = picture()
    assert run_pictures(app, "--retry") == [
        "asked for 5; the worker fetches them",
        "0 fetched, 5 waiting, 0 given up",
    ]
    work(app)
    assert run_pictures(app) == [*lines[1:], "1 fetched, 0 waiting, 4 given up"]


def test_production_asks_no_server_of_this_machine(app: Flask, web: Web, tmp_path: Path) -> None:
    del app.extensions["caches"]["fetching"]["policy"]
    urls = [web.url("/a"), "http://127.0.0.1/a", "http://localhost/a", "http://169.254.169.254/latest/"]
    run(app, "import", save(tmp_path, *ring(*urls)), "--pictures")

    work(app)

    reasons = [f"port {web.port} is not asked, only 80 and 443", PRIVATE, PRIVATE, PRIVATE]
    assert run_pictures(app)[:-1] == [
        f"given up ring, {url}: {reason}" for url, reason in zip(urls, reasons, strict=True)
    ]
    assert web.asked == []


def test_what_may_pass_is_tried_again_after_growing_pauses(
    app: Flask, web: Web, frozen: clock.FrozenClock, tmp_path: Path
) -> None:
    web.pages["/a"] = answer(503)
    run(app, "import", save(tmp_path, *ring(web.url("/a"))), "--pictures")
    pauses = []
    for _ in range(7):
        assert work(app) == 1
        with app.app_context():
            due = db.session.scalars(sa.select(PictureSource.due_at)).one()
        assert due is not None
        pauses.append(due - clock.now())
        frozen.advance(seconds=(due - clock.now()).total_seconds() - 1)
        assert work(app) == 0
        frozen.advance(seconds=1)

    assert pauses == [timedelta(seconds=30 * 4**number) for number in range(5)] + 2 * [timedelta(hours=4)]
    assert work(app) == 1
    assert run_pictures(app) == [
        f"given up ring, {web.url('/a')}: the server answers 503", "0 fetched, 0 waiting, 1 given up"
    ]  # fmt: skip
    assert (len(web.asked), work(app)) == (8, 0)


def test_a_server_that_asks_for_time_gets_it_within_reason(
    app: Flask, web: Web, frozen: clock.FrozenClock, tmp_path: Path
) -> None:
    web.pages["/a"] = answer(429, headers={"Retry-After": "600"})
    web.pages["/b"] = answer(429, headers={"Retry-After": "999999"})
    run(app, "import", save(tmp_path, *ring(web.url("/a"), web.url("/b"))), "--pictures")
    work(app)

    why = "the server answers 429; tried once, again March 2, 2026"
    assert run_pictures(app) == [
        f"waiting ring, {web.url('/a')}: {why}, 10:10\xa0AM",
        f"waiting ring, {web.url('/b')}: {why}, 2:00\xa0PM",
        "0 fetched, 2 waiting, 0 given up",
    ]
    web.pages["/a"] = picture()
    frozen.advance(seconds=600)
    work(app)
    assert images(app) == [("ring", "Ring", 0)]


def test_a_job_that_runs_twice_or_after_a_crash_adds_nothing_twice(
    app: Flask, web: Web, frozen: clock.FrozenClock, tmp_path: Path
) -> None:
    web.pages["/a"] = picture()
    run(app, "import", save(tmp_path, *ring(web.url("/a"), slug="bowl")), "--pictures")

    def crash(session: Session, *_: Any) -> None:
        if any(isinstance(row, ProductImage) for row in session.new):
            raise RuntimeError("killed between the files and the step")

    with broken(crash):
        assert work(app) == 0
    assert images(app) == []
    files = sorted(path.name for path in app.config["SETTINGS"].media_path.glob("bowl-*"))
    assert files

    frozen.advance(seconds=15)
    assert work(app) == 1
    with app.app_context():
        source_id = db.session.scalars(sa.select(PictureSource.id)).one()
        jobs.find("product_csv.fetch_picture")(source_id=str(source_id))
    assert images(app) == [("bowl", "Bowl", 0)]
    assert sorted(path.name for path in app.config["SETTINGS"].media_path.glob("bowl-*")) == files
    assert len(web.asked) == 2


class broken:  # noqa: N801 - a context manager
    """Have flushes fail while the block runs."""

    def __init__(self, fault: Callable[..., None]) -> None:
        self.fault = fault

    def __enter__(self) -> None:
        event.listen(Session, "before_flush", self.fault)

    def __exit__(self, *_: object) -> None:
        event.remove(Session, "before_flush", self.fault)


def test_a_try_that_was_noted_and_comes_back_waits_for_its_time(app: Flask, web: Web, tmp_path: Path) -> None:
    web.pages["/a"] = answer(500)
    run(app, "import", save(tmp_path, *ring(web.url("/a"))), "--pictures")
    work(app)
    with app.app_context():
        source_id = db.session.scalars(sa.select(PictureSource.id)).one()
        jobs.find("product_csv.fetch_picture")(source_id=str(source_id))
        waiting = sa.select(sa.func.count()).select_from(Outbox).where(Outbox.done_at.is_(None))
        assert db.session.scalar(waiting) == 1
    assert len(web.asked) == 1


def test_the_net_is_asked_while_others_may_write(app: Flask, web: Web, tmp_path: Path) -> None:
    def writing(request: BaseHTTPRequestHandler) -> None:
        with app.app_context(), step():
            catalogue.create_category(name="Written meanwhile")
        picture()(request)

    web.pages["/a"] = writing
    run(app, "import", save(tmp_path, *ring(web.url("/a"))), "--pictures")
    assert work(app) == 1
    assert images(app) == [("ring", "Ring", 0)]
    with app.app_context():
        assert "Written meanwhile" in db.session.scalars(sa.select(Category.name)).all()


def test_the_same_picture_at_two_addresses_is_one(app: Flask, web: Web, tmp_path: Path) -> None:
    web.pages |= {"/a": picture(5), "/b": picture(5)}
    lines = [
        f"wrap,Wrap,Color,Ivory,W-I,240.00,3,{web.url('/a')},1,,{web.url('/a')}",
        f"wrap,,,Rose,W-R,240.00,3,{web.url('/b')},2,,{web.url('/b')}",
    ]
    file = save(tmp_path, *lines)
    run(app, "import", file, "--pictures")
    assert work(app) == 2

    assert images(app) == [("wrap", "Wrap", 0)]
    with app.app_context():
        (page,) = list_shop_products(["wrap"])
        stem = page.pictures[0].stem
        assert [variant.pictures for variant in page.variants] == [(stem,), (stem,)]
    assert run(app, "import", file).stdout == "0 created, 0 changed, 1 unchanged\n"


def test_pictures_beside_the_file_and_on_the_net_keep_the_order_of_the_file(
    app: Flask, web: Web, tmp_path: Path
) -> None:
    Image.new("RGB", (40, 50), "teal").save(tmp_path / "own.png")
    web.pages |= {"/a": picture(1), "/b": picture(2)}
    file = save(tmp_path, *ring(web.url("/a"), "own.png", web.url("/b")))
    run(app, "import", file, "--pictures")
    assert images(app) == [("ring", "Ring", 1)]
    work(app)
    assert [place for *_, place in images(app)] == [0, 1, 2]

    web.pages["/c"] = picture(3)
    save(tmp_path, *ring(web.url("/c"), web.url("/a"), "own.png", web.url("/b")))
    assert run(app, "import", file, "--pictures").stdout.splitlines()[-2] == "1 picture will be fetched"
    work(app)
    assert [place for *_, place in images(app)] == [0, 1, 2, 3]  # new pictures come last, as they always do


def test_the_file_may_think_again_before_a_picture_comes(app: Flask, web: Web, tmp_path: Path) -> None:
    web.pages |= {"/a": picture(1), "/b": picture(2)}
    run(app, "import", save(tmp_path, *ring(web.url("/a"))), "--pictures")
    line = ring(web.url("/b"))[0].replace(",1,,", ",1,A band,")
    run(app, "import", save(tmp_path, line), "--pictures")

    assert work(app) == 2
    assert (web.asked, images(app)) == (["/b"], [("ring", "A band", 1)])


def test_a_picture_that_staff_take_off_comes_back_by_another_import_only(
    app: Flask, web: Web, tmp_path: Path
) -> None:
    web.pages["/a"] = picture()
    file = save(tmp_path, *ring(web.url("/a")))
    run(app, "import", file, "--pictures")
    work(app)
    with app.app_context(), step():
        catalogue.remove_image(image_id=db.session.scalars(sa.select(ProductImage.id)).one())

    assert run_pictures(app) == ["0 fetched, 0 waiting, 0 given up"]
    run(app, "import", file, "--pictures")
    work(app)
    assert images(app) == [("ring", "Ring", 0)]


def test_a_job_that_ends_its_worker_each_time_is_given_up_in_words(
    app: Flask, web: Web, frozen: clock.FrozenClock, tmp_path: Path
) -> None:
    run(app, "import", save(tmp_path, *ring(web.url("/a"))), "--pictures")
    with app.app_context():
        for _ in range(9):
            jobs.lease_due()
            frozen.advance(seconds=301)
        source = db.session.scalars(sa.select(PictureSource)).one()
        assert (source.state, source.reason) == (
            SourceState.GIVEN_UP,
            "the shop could not keep it: leased 8 times without a result",
        )


@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
def test_a_picture_that_comes_while_a_file_is_imported_overtakes_nobody(
    app: Flask, web: Web, tmp_path: Path
) -> None:
    web.pages |= {f"/{number}": picture(number) for number in range(3)}
    urls = [web.url(path) for path in web.pages]
    run(app, "import", save(tmp_path, *ring(*urls)), "--pictures")
    with app.app_context():
        due = jobs.lease_due()
    dearer = [line.replace("74.00", "75.00") for line in ring(*urls)]

    with (
        app.app_context(),
        concurrently(app, "UPDATE products", lambda: jobs.run_row(due.pop()), times=3) as came,
    ):
        result = run(app, "import", save(tmp_path, *dearer))

    assert (result.exit_code, came) == (0, [True])
    assert result.stdout.splitlines()[-3:] == [
        "  price: “74.00” -> “75.00”", "3 pictures will be fetched", "0 created, 1 changed, 0 unchanged"
    ]  # fmt: skip
    with app.app_context():
        assert [jobs.run_row(row) for row in due] == [True, True]
        assert db.session.scalars(sa.select(Product.price)).one() == 7500
    assert [place for *_, place in images(app)] == [0, 1, 2]
