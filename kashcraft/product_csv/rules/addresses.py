"""Which network addresses may be requested for a picture, decided before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, quote, urljoin, urlsplit

IpAddress = IPv4Address | IPv6Address
PORTS = {"http": 80, "https": 443}

# Special-purpose addresses by the IANA registries, and Azure's address for its virtual machines.
_NOT_PUBLIC_V4 = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
# Only this part of IPv6 is assigned to the public. Outside of it are loopback, link-local, multicast and
# private addresses, IPv4-mapped ones and NAT64; inside of it Teredo, documentation and 6to4.
_PUBLIC_V6 = ip_network("2000::/3")
_NOT_PUBLIC_V6 = tuple(
    ip_network(network)
    for network in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)
# In an ISATAP address these 32 bits precede an embedded IPv4 address.
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)

_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
_PATH, _QUERY = "/%:@!$&'()*+,;=~", "/%:@!$&'()*+,;=~?"
UNREADABLE = "the address cannot be read"


class Refused(Exception):
    """A picture that will never be fetched; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be requested if its host resolves to a public address."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def netloc(self) -> str:
        """Return the host, with its port unless it is the scheme's default."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def without_query(self) -> str:
        """Return the address without its query, which may hold a secret, for logs."""
        return f"{self.scheme}://{self.netloc}{self.path.partition('?')[0]}"


def is_public(address: IpAddress) -> bool:
    """Return whether an address belongs to the public internet.

    It is not private, shared, loopback, link-local, multicast, reserved, unspecified, for documentation, or
    an IPv4 address embedded in IPv6.
    """
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_V4)
    if address not in _PUBLIC_V6 or any(address in network for network in _NOT_PUBLIC_V6):
        return False
    return int(address) >> 32 & 0xFFFF_FFFF not in _ISATAP


def read_address(text: str, ports: Collection[int] = frozenset(PORTS.values())) -> Target:
    """Return the target of an address. Without a scheme, as in ``//cdn.example/a.jpg``, it is https.

    Raises Refused for other schemes and ports, for user names and passwords, and for unreadable addresses.
    """
    text = text.strip()
    if _CONTROL.search(text):
        raise Refused(UNREADABLE)
    try:
        parts = urlsplit(f"https:{text}" if text.startswith("//") else text)
        port = parts.port
    except ValueError:
        raise Refused(UNREADABLE) from None
    if parts.scheme not in PORTS:
        raise Refused("only http and https addresses are fetched")
    if "@" in parts.netloc:
        raise Refused("an address with a name or a password in it is not fetched")
    port = PORTS[parts.scheme] if port is None else port
    if port not in ports:
        raise Refused(f"port {port} is not asked, only 80 and 443")
    query = f"?{quote(parts.query, safe=_QUERY)}" if parts.query else ""
    return Target(parts.scheme, _host(parts), port, (quote(parts.path, safe=_PATH) or "/") + query)


def resolve_redirect(target: Target, location: str, ports: Collection[int]) -> Target:
    """Return the target of a redirect. Raises Refused as ``read_address`` does."""
    try:
        text = urljoin(f"{target.scheme}://{target.netloc}{target.path}", location)
    except ValueError:
        raise Refused(UNREADABLE) from None
    return read_address(text, ports)


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").removesuffix(".")
    if ":" in host:
        try:
            return str(IPv6Address(host)) if "%" not in host else _refuse()
        except ValueError:
            return _refuse()
    try:
        host = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return _refuse()
    return host if _HOST.fullmatch(host) else _refuse()


def _refuse() -> str:
    raise Refused(UNREADABLE)


def as_ip(text: str) -> IpAddress:
    """Return the IP address in ``text``, without the network interface that it may name."""
    return ip_address(text.partition("%")[0])
