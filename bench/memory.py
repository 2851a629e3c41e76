"""Memory of the web processes and of the worker after mixed requests over thousands of products."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from bench.catalogue import CRAFTS
from bench.load import Request, send_load
from bench.orders import check_out_in_turn
from bench.pages import IN_CART, LISTING, PRODUCT, SEARCH, find_product_id, product_paths
from bench.plan import CONNECTIONS, Bench
from bench.rows import Outcome, Row, Subject, Unit
from bench.servers import Installation
from bench.visitors import Browser
from tests.support.server import Server

NAMES = ("memory-web", "memory-web-parent", "memory-web-1", "memory-web-2", "memory-worker")
KIB_IN_MIB = 1024
PAGE_SIZE = 24


@dataclass(frozen=True)
class Memory:
    """Memory of a process in MiB: ``proportional``, its shared pages divided among their users (PSS), and
    ``own``, without shared pages (USS).
    """

    proportional: float
    own: float


def measure(installation: Installation, bench: Bench) -> Iterator[Row]:
    """Send the requests and some checkouts; yield a row for all web processes, for each, and for the worker.

    No row has readings of the bare page: memory does not depend on how busy the machine is.
    """
    if not any(map(bench.plan.wants, NAMES)):
        return
    count = bench.plan.mixed_requests
    product_id = find_product_id(installation, PRODUCT)
    with installation.serving() as server, installation.working() as worker:
        requests = _mixed(installation, bench, server, product_id)
        send_load(server.url, itertools.cycle(requests), connections=CONNECTIONS, count=count)
        check_out_in_turn(installation, server.url, bench.plan.checkouts)
        found = _memories(server, worker)
    pages = min(installation.products, bench.plan.spread)
    for name, memory in found.items():
        if bench.plan.wants(name):
            subject = Subject(name, installation.database, installation.products, Unit.MEBIBYTES)
            note = f"PSS, {memory.own:.0f} MiB of its own; after {count} requests over {pages} products"
            yield Row(subject, Outcome(memory.proportional, note))


def _mixed(installation: Installation, bench: Bench, server: Server, product_id: UUID) -> Sequence[Request]:
    """Return a request for each product: mostly its page, in between everything else that visitors do."""
    guest, customer = Browser(server.url), Browser(server.url)
    guest.add_to_cart(product_id, IN_CART)
    customer.sign_in()
    cart, session = guest.cookies, customer.cookies
    form = f"product_id={product_id}&quantity=1"
    requests = []
    lists = min(20, max(1, installation.products // PAGE_SIZE))
    for place, path in enumerate(product_paths(installation.products, bench.plan.spread)):
        craft = CRAFTS[place // 20 % len(CRAFTS)].lower()
        others = (
            Request("/"),
            Request(f"{LISTING}?page={place // 20 % lists + 1}"),
            Request(f"/c/{craft}"),
            Request(f"/c/{craft}?color=Red&sort=price", cart),
            Request(SEARCH if place % 40 < 20 else f"/search?q=walnut+{craft}"),
            Request(path, cart),
            Request(path, session),
            Request(LISTING, session),
            Request("/cart", cart),
            Request("/cart/lines", form=form),
        )
        requests.append(others[place % 20] if place % 20 < len(others) else Request(path))
    return requests


def _memories(server: Server, worker: int | None) -> dict[str, Memory]:
    every = [memory_of(pid) for pid in server.pids()]
    total = Memory(sum(one.proportional for one in every), sum(one.own for one in every))
    found = {"memory-web": total, "memory-web-parent": every[0]}
    found |= {f"memory-web-{number}": one for number, one in enumerate(every[1:], start=1)}
    return found | ({"memory-worker": memory_of(worker)} if worker is not None else {})


def memory_of(pid: int) -> Memory:
    """Return the memory of a process, as Linux tells it."""
    return read_memory(Path(f"/proc/{pid}/smaps_rollup").read_text())


def read_memory(text: str) -> Memory:
    """Return the memory that the text of an ``smaps_rollup`` describes."""
    kilobytes = {}
    for line in text.splitlines()[1:]:
        name, value = line.split()[:2]
        kilobytes[name.rstrip(":")] = int(value)
    own = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return Memory(kilobytes["Pss"] / KIB_IN_MIB, own / KIB_IN_MIB)
