"""Requests as fast as they are answered: by wrk where it is installed, else by threads of this process."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from urllib.parse import urlsplit

_RATE = re.compile(r"Requests/sec:\s+([0-9.]+)")
_REFUSED = re.compile(r"Non-2xx or 3xx responses: (\d+)")


HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
_WRK_HEADERS = [f"wrk.headers['{name}'] = '{value}'" for name, value in HEADERS.items()]


class LoadError(Exception):
    """Not every answer was a page."""


def generator() -> str:
    """Return what sends the requests."""
    return "wrk" if shutil.which("wrk") else "threads of this process (wrk is not installed)"


def pages_per_second(url: str, connections: int, seconds: float, form: str = "") -> float:
    """Return how many pages a second ``url`` gives to that many connections; ``form`` is sent to it where it
    is not empty. Raises LoadError.
    """
    if shutil.which("wrk"):
        return _with_wrk(url, connections, seconds, form)
    return _with_threads(url, connections, seconds, form)


def _with_wrk(url: str, connections: int, seconds: float, form: str) -> float:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "10s", url]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        if form:
            script.write("\n".join([f"wrk.body = '{form}'", "wrk.method = 'POST'", *_WRK_HEADERS]))
            script.flush()
            command[1:1] = ["-s", script.name]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if _REFUSED.search(printed):
        raise LoadError(f"{url}: {printed}")
    found = _RATE.search(printed)
    if found is None:
        raise LoadError(f"{url}: {printed}")
    return float(found[1])


def _with_threads(url: str, connections: int, seconds: float, form: str) -> float:
    parts = urlsplit(url)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    heads = [f"{'POST' if form else 'GET'} {path} HTTP/1.1", f"Host: {parts.netloc}"]
    if form:
        heads += [f"{name}: {value}" for name, value in HEADERS.items()]
        heads.append(f"Content-Length: {len(form)}")
    request = "\r\n".join([*heads, "", form]).encode()
    counts = [0] * connections
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_ask, args=(parts.hostname, parts.port, request, until, counts, place))
        for place in range(connections)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def _ask(host: str, port: int, request: bytes, until: float, counts: list[int], place: int) -> None:
    with (
        socket.create_connection((host, port), timeout=10) as connection,
        connection.makefile("rb") as answers,
    ):
        while time.monotonic() < until:
            connection.sendall(request)
            if answers.readline().split()[1] not in (b"200", b"303"):
                raise LoadError(request.decode())
            length = 0
            while (line := answers.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            answers.read(length)
            counts[place] += 1
