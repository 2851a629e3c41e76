"""The hosts that the shop answers for and its own origins: those of its base addresses.

A client controls the ``Host`` header, so it is compared with them and never used to build addresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

LOCAL = ("127.0.0.1", "::1", "localhost")
# Load balancers use an address of their own; nothing in this response depends on the host.
HEALTH_CHECK = "/healthz"
REFUSAL = (
    b"This shop does not answer under this host name.\n"
    b"Its operator names the hosts in KASHCRAFT_BASE_URL and KASHCRAFT_OTHER_BASE_URLS.\n"
)
_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9.-]+(:\d{1,5})?|\[[0-9a-f:.]+\](:\d{1,5})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OwnHosts:
    """The shop's hosts and origins; ``local`` also allows the names of this machine, with any port."""

    names: frozenset[str]
    origins: frozenset[str]
    local: bool

    def answer_for(self, host: str) -> bool:
        """Return whether a ``Host`` header names this shop, whatever its port."""
        name = host_name(host)
        return name in self.names or (self.local and name in LOCAL)

    def origins_of(self, scheme: str, host: str) -> frozenset[str]:
        """Return the origins that count as the shop's own for a request to ``host``."""
        if self.local and host_name(host) in LOCAL:
            return self.origins | {f"{scheme}://{host}"}
        return self.origins


def own_hosts(base_urls: Iterable[str], *, development: bool) -> OwnHosts:
    """Return the hosts and origins of ``base_urls``.

    The names of this machine are allowed in development and where one of the addresses is local.
    """
    parts = [urlsplit(url) for url in base_urls]
    names = frozenset(_ascii(part.hostname or "") for part in parts)
    origins = frozenset(_origin(part) for part in parts)
    return OwnHosts(names, origins, development or not names.isdisjoint(LOCAL))


def host_name(host: str) -> str | None:
    """Return the name in a ``Host`` header without its port, or None where it is invalid."""
    return urlsplit(f"//{host}").hostname if _HOST.fullmatch(host) else None


def guard(application: Callable[..., Any], own: OwnHosts, *machines: str) -> Callable[..., Any]:
    """Return a WSGI application that answers 421 (Misdirected Request) to requests for other hosts.

    ``machines`` are paths that programs request with any host, such as ``/healthz``.
    """
    asked_by_machines = {HEALTH_CHECK, *machines}

    def guarded(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        asked_for: str = environ.get("HTTP_HOST", "")
        if own.answer_for(asked_for) or environ.get("PATH_INFO") in asked_by_machines:
            return application(environ, start_response)
        return _refuse(start_response)

    return guarded


def is_base_url(url: str) -> bool:
    """Return whether an address consists of http or https, a host, and at most a port."""
    try:
        address = urlsplit(url)
        address.port  # noqa: B018 - reading it raises ValueError for what is no port
    except ValueError:
        return False
    extra = address.path.strip("/") or address.query or address.fragment or address.username
    return bool(address.scheme in ("http", "https") and address.hostname and not extra)


def is_safe(url: str) -> bool:
    """Return whether connections to an address are encrypted or stay on this machine."""
    address = urlsplit(url)
    return address.scheme == "https" or address.hostname in LOCAL


def _refuse(start_response: Callable[..., Any]) -> Sequence[bytes]:
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(REFUSAL))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start_response("421 Misdirected Request", headers)
    return [REFUSAL]


def _origin(part: Any) -> str:
    name = _ascii(part.hostname or "")
    host = f"[{name}]" if ":" in name else name
    port = "" if part.port in (None, _PORTS.get(part.scheme)) else f":{part.port}"
    return f"{part.scheme}://{host}{port}"


def _ascii(name: str) -> str:
    return name if name.isascii() else name.encode("idna").decode()
