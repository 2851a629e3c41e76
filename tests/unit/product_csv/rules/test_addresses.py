"""Which addresses may be asked for a picture: of those on the net the public ones, http and https alone."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from kashcraft.product_csv.rules.addresses import Refused, Target, is_public, read_address, resolve_redirect

UNREADABLE = "the address cannot be read"
ONLY_HTTP = "only http and https addresses are fetched"
NO_PASSWORD = "an address with a name or a password in it is not fetched"


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "0.1.2.3",  # noqa: S104 - unspecified, this network
        "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",  # private
        "100.64.0.1", "100.100.100.200", "100.127.255.255",  # shared by the customers of a provider
        "127.0.0.1", "127.255.255.254",  # loopback
        "169.254.0.1", "169.254.169.254",  # link-local, with what clouds tell their machines
        "168.63.129.16", "192.0.0.192",  # the same of two clouds
        "192.0.0.1", "192.0.2.1", "198.51.100.7", "203.0.113.9", "198.18.0.1", "198.19.255.255",
        "192.88.99.1", "192.31.196.1", "192.52.193.1", "192.175.48.1",
        "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",  # multicast, reserved, broadcast
        "::", "::1",  # unspecified, loopback
        "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:8.8.8.8", "::8.8.8.8",  # IPv4 in IPv6
        "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1",  # NAT64
        "2002:7f00:1::1", "2002:808:808::1",  # 6to4
        "2001::1", "2001:0:808:808::1", "2001:10::1", "2001:20::1", "2001:2::1",  # Teredo and its like
        "2a00:1450::5efe:7f00:1", "2a00:1450::200:5efe:a00:1",  # ISATAP
        "2001:db8::1", "3fff::1", "100::1", "5f00::1", "2620:4f:8000::1",
        "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "ff0e::1", "4000::1",
    ],
)  # fmt: skip
def test_what_is_not_public_is_not_asked(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.0", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255",
        "198.17.255.255", "198.20.0.0", "223.255.255.255",
        "2001:200::1", "2001:4860:4860::8888", "2003::1", "2606:4700::1111", "2a00:1450:4001::5efe",
    ],
)  # fmt: skip
def test_what_is_public_is_asked(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("https://cdn.example/a.jpg", Target("https", "cdn.example", 443, "/a.jpg")),
        ("http://cdn.example", Target("http", "cdn.example", 80, "/")),
        ("//cdn.example/a.jpg?v=1", Target("https", "cdn.example", 443, "/a.jpg?v=1")),
        ("HTTPS://CDN.Example./A.jpg#top", Target("https", "cdn.example", 443, "/A.jpg")),
        ("http://cdn.example:443/a", Target("http", "cdn.example", 443, "/a")),
        (" https://cdn.example/my ring.jpg ", Target("https", "cdn.example", 443, "/my%20ring.jpg")),
        ("https://cdn.example/a%20b.jpg", Target("https", "cdn.example", 443, "/a%20b.jpg")),
        ("https://münchen.example/é.jpg", Target("https", "xn--mnchen-3ya.example", 443, "/%C3%A9.jpg")),
        ("https://[2606:4700:0::1111]/a", Target("https", "2606:4700::1111", 443, "/a")),
        ("https://my_shop.example/a?b=c d", Target("https", "my_shop.example", 443, "/a?b=c%20d")),
    ],
)
def test_addresses_are_read_as_browsers_read_them(text: str, target: Target) -> None:
    assert read_address(text) == target


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ftp://cdn.example/a.jpg", ONLY_HTTP),
        ("file:///etc/passwd", ONLY_HTTP),
        ("gopher://cdn.example/", ONLY_HTTP),
        ("data:image/png;base64,AAAA", ONLY_HTTP),
        ("a.jpg", ONLY_HTTP),
        ("https://user@cdn.example/a", NO_PASSWORD),
        ("https://user:word@cdn.example/a", NO_PASSWORD),
        ("https://@cdn.example/a", NO_PASSWORD),
        ("https://cdn.example:8080/a", "port 8080 is not asked, only 80 and 443"),
        ("http://cdn.example:22/a", "port 22 is not asked, only 80 and 443"),
        ("http://cdn.example:0/a", "port 0 is not asked, only 80 and 443"),
        ("https://cdn.example:99999/a", UNREADABLE),
        ("https:///a.jpg", UNREADABLE),
        ("https://", UNREADABLE),
        ("https://./a", UNREADABLE),
        ("https://cdn..example/a", UNREADABLE),
        ("https://cdn example/a", UNREADABLE),
        ("https://[::1/a", UNREADABLE),
        ("https://[fe80::1%25eth0]/a", UNREADABLE),
        ("https://cdn.example\\@10.0.0.1/a", UNREADABLE),
        ("https://cdn.example/a\r\nHost: other.example", UNREADABLE),
        ("https://cdn.example/a\tb", UNREADABLE),
        ("https://cdn.example/a\x00b", UNREADABLE),
        (f"https://{'a' * 64}.example/a", UNREADABLE),
    ],
)
def test_other_addresses_are_refused_in_words(text: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read_address(text)
    assert str(refused.value) == reason


def test_a_redirect_is_read_like_the_first_address() -> None:
    first = read_address("https://cdn.example/shop/a.jpg?v=1")
    ports = (80, 443)

    assert resolve_redirect(first, "b.jpg", ports) == Target("https", "cdn.example", 443, "/shop/b.jpg")
    assert resolve_redirect(first, "//other.example/b", ports) == Target("https", "other.example", 443, "/b")
    assert resolve_redirect(first, "http://other.example/b", ports) == Target(
        "http", "other.example", 80, "/b"
    )
    for location in (
        "file:///etc/passwd",
        "http://u:p@other.example/",
        "http://other.example:6379/",
        "//[::1",
    ):
        with pytest.raises(Refused):
            resolve_redirect(first, location, ports)


def test_a_reported_address_leaves_its_query_out() -> None:
    assert (
        read_address("https://cdn.example/a.jpg?signature=secret").without_query
        == "https://cdn.example/a.jpg"
    )
    assert read_address("http://cdn.example:443/a").without_query == "http://cdn.example:443/a"
