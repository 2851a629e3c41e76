"""Pages a second of listings, product pages and the search, to anonymous visitors, to guests with a cart and
to a customer who is signed in; and products put into carts a second.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask.testing import FlaskClient

from bench.catalogue import slug
from bench.load import LoadError, Request
from bench.plan import Bench
from bench.rows import Outcome, Row, Subject
from bench.servers import Installation
from bench.visitors import Browser
from kashcraft.catalogue.models import Product
from kashcraft.core.db import db
from tests.support.server import Server

LISTING, SEARCH = "/products", "/search?q=indigo+shawls"
# A product without variants, which a cart can hold.
PRODUCT = 101
IN_CART = 2
HOST = "http://127.0.0.1:8000"

GUEST = ('href="/account/sign-in"', 'id="cart-badge" hidden')
WITH_CART = ('href="/account/sign-in"', f'id="cart-badge">{IN_CART}<')
SIGNED_IN = ("Your account",)
LISTS = ('class="facets"', 'href="/p/')


@dataclass(frozen=True)
class Workload:
    """Requests that are sent in turn; a page has to contain ``texts``. Where pages are ``known``, each was
    requested once before it is measured.
    """

    name: str
    requests: Sequence[Request]
    texts: Sequence[str] = ()
    cached: bool = True
    known: bool = False


NAMES = (
    "home",
    "listing",
    "listing-with-cart",
    "listing-signed-in",
    "product",
    "product-with-cart",
    "product-signed-in",
    "product-spread",
    "product-first-visits",
    "search",
    "add-to-cart",
    "listing-live",
    "product-live",
    "product-spread-live",
    "search-live",
)


def measure(installation: Installation, bench: Bench) -> Iterator[Row]:
    """Measure the workloads of the plan and yield their rows: first as shipped, then without fragments that
    are cached in the process ("live").
    """
    product_id = find_product_id(installation, PRODUCT)
    for cached in (True, False):
        if not any(bench.plan.wants(name) for name in NAMES if name.endswith("-live") is not cached):
            continue
        with installation.serving(cached=cached) as server:
            for workload in _workloads(installation, bench, server, product_id):
                if workload.cached is cached and bench.plan.wants(workload.name):
                    yield _measure(installation, bench, server, workload)


def _workloads(
    installation: Installation, bench: Bench, server: Server, product_id: UUID
) -> Iterator[Workload]:
    guest, customer = Browser(server.url), Browser(server.url)
    guest.add_to_cart(product_id, IN_CART)
    customer.sign_in()
    cart, session = guest.cookies, customer.cookies
    product, name = f"/p/{slug(PRODUCT)}", f"no. {PRODUCT}"
    spread = [Request(path) for path in product_paths(installation.products, bench.plan.spread)]
    first = [Request(f"/p/{slug(number)}") for number in range(installation.products - 1, PRODUCT, -2)]
    yield Workload("home", [Request("/")], GUEST)
    yield Workload("listing", [Request(LISTING)], (*GUEST, *LISTS))
    yield Workload("listing-with-cart", [Request(LISTING, cart)], (*WITH_CART, *LISTS))
    yield Workload("listing-signed-in", [Request(LISTING, session)], (*SIGNED_IN, *LISTS))
    yield Workload("product", [Request(product)], (*GUEST, name))
    yield Workload("product-with-cart", [Request(product, cart)], (*WITH_CART, name))
    yield Workload("product-signed-in", [Request(product, session)], (*SIGNED_IN, name))
    yield Workload("product-first-visits", first, GUEST)
    yield Workload("product-spread", spread, GUEST, known=True)
    yield Workload("search", [Request(SEARCH)], (*GUEST, *LISTS))
    yield Workload("add-to-cart", [Request("/cart/lines", form=f"product_id={product_id}&quantity=1")])
    yield Workload("listing-live", [Request(LISTING)], (*GUEST, *LISTS), cached=False)
    yield Workload("product-live", [Request(product)], (*GUEST, name), cached=False)
    yield Workload("product-spread-live", spread, GUEST, cached=False, known=True)
    yield Workload("search-live", [Request(SEARCH)], (*GUEST, *LISTS), cached=False)


def product_paths(products: int, most: int) -> list[str]:
    """Return the addresses of ``most`` product pages, or of all, evenly spread over the catalogue."""
    count = min(products, most)
    return [f"/p/{slug(place * products // count)}" for place in range(count)]


def find_product_id(installation: Installation, number: int) -> UUID:
    """Return the id of the product with this number. Raises sqlalchemy.exc.NoResultFound."""
    with installation.application().app_context():
        found = db.session.scalars(sa.select(Product.id).where(Product.slug == slug(number))).one()
        db.session.remove()
        db.engine.dispose()
    return found


def _measure(installation: Installation, bench: Bench, server: Server, workload: Workload) -> Row:
    check_page(server.url, workload)
    subject = Subject(
        workload.name,
        installation.database,
        installation.products,
        statements=count_statements(installation, workload),
    )
    if workload.known:
        bench.send_all(server.url, workload.requests)
    # One iterator for all, so that each load goes on where the one before ended.
    requests = itertools.cycle(workload.requests)
    bench.warm_up(server.url, requests)
    row = bench.row(subject, lambda: Outcome(bench.rate_of(server.url, requests)))
    check_page(server.url, workload)
    return row


def check_page(url: str, workload: Workload) -> None:
    """Ask for the first page of a workload. Raises LoadError where it lacks one of its texts."""
    request = workload.requests[0]
    if request.form:
        return
    status, _, text = Browser(url, request.cookies).ask("GET", request.path)
    missing = [expected for expected in workload.texts if expected not in text]
    if status != request.status or missing:
        raise LoadError(f"{workload.name}: {request.path} answered {status} without {missing}")


def count_statements(installation: Installation, workload: Workload) -> int:
    """Return how many SQL statements the workload's first request takes in a process that is warm: the
    fewest of some requests, because what a cache refreshes now and then belongs to none of them.
    """
    app = installation.application(cache_fragments=workload.cached)
    seen: list[str] = []
    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", partial(_note, seen))
    client = app.test_client(use_cookies=False)
    _send(client, workload.requests[0])
    counts = []
    for _ in range(3):
        seen.clear()
        _send(client, workload.requests[0])
        counts.append(len(seen))
    engine.dispose()
    return min(counts)


def _send(client: FlaskClient, request: Request) -> None:
    answer = client.open(
        request.path,
        method="POST" if request.form else "GET",
        data=request.form or None,
        headers=request.headers(),
        base_url=HOST,
    )
    if answer.status_code != request.status:
        raise LoadError(f"{request.path} answered {answer.status_code} in this process")


def _note(seen: list[str], _connection: Any, _cursor: Any, text: str, *_: Any) -> None:
    seen.append(text)
