"""Pictures are fetched from public addresses only, within limits, and every failure has a message.

A real server on this machine answers. The tests reach it under a policy that allows loopback and its port.
They also show that the policy of production refuses such addresses.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from ipaddress import IPv4Address, ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kashcraft.core import clock
from kashcraft.product_csv.gateways.fetching import STRICT, Policy, Unavailable, fetch_image
from kashcraft.product_csv.rules.addresses import IpAddress, Refused, is_public
from tests.support.web import Web, answer, drawn, picture, redirect, serving

PNG = {"Content-Type": "image/png"}
PRIVATE = "the address leads to a private or reserved network"


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as server:
        yield server


def here(web: Web, **others: object) -> Policy:
    """The rules of production, but that loopback and the port of the server may be asked."""
    rules: dict[str, object] = {
        "may_ask": lambda address: address.is_loopback or is_public(address),
        "ports": frozenset({80, 443, web.port}),
        **others,
    }
    return Policy(**rules)  # type: ignore[arg-type]


def knowing(**names: str) -> Callable[[str, int], Sequence[IpAddress]]:
    """A directory of names: what each means, or that there is none of them."""

    def look_up(host: str, _: int) -> Sequence[IpAddress]:
        if host.replace(".", "_") not in names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [ip_address(text) for text in names[host.replace(".", "_")].split()]

    return look_up


def refusal(address: str, into: Path, policy: Policy) -> str:
    with pytest.raises(Refused) as refused:
        fetch_image(address, into, policy=policy)
    return str(refused.value)


def failure(address: str, into: Path, policy: Policy) -> Unavailable:
    with pytest.raises(Unavailable) as failed:
        fetch_image(address, into, policy=policy)
    return failed.value


def test_a_picture_is_written_as_its_server_sends_it(web: Web, tmp_path: Path) -> None:
    web.pages["/ring.png?v=2"] = picture(10)

    fetch_image(web.url("/ring.png?v=2#top"), tmp_path / "ring", policy=here(web))

    assert (tmp_path / "ring").read_bytes() == drawn(10)
    assert web.heads == [
        {
            "Host": f"127.0.0.1:{web.port}", "User-Agent": "Kashcraft", "Connection": "close",
            "Accept": "image/jpeg,image/png,image/webp,image/*;q=0.8", "Accept-Encoding": "identity",
        }
    ]  # fmt: skip


def test_a_picture_of_unstated_length_is_read_to_its_end(web: Web, tmp_path: Path) -> None:
    def chunked(request: BaseHTTPRequestHandler) -> None:
        request.protocol_version = "HTTP/1.1"
        request.send_response(200)
        request.send_header("Content-Type", "image/png")
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        request.wfile.write(b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")

    def until_it_closes(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "image/png")
        request.end_headers()
        request.wfile.write(b"abcde")

    web.pages |= {"/chunked": chunked, "/open": until_it_closes}
    for path in ("/chunked", "/open"):
        fetch_image(web.url(path), tmp_path / "file", policy=here(web))
        assert (tmp_path / "file").read_bytes() == b"abcde"


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/", "http://localhost/", "http://127.1/", "http://2130706433/", "http://0x7f.0.0.1/",
        "http://0177.0.0.1/", "http://0/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "http://[64:ff9b::7f00:1]/",
    ],
)  # fmt: skip
def test_production_asks_no_address_of_a_private_network_however_it_is_written(
    tmp_path: Path, address: str
) -> None:
    assert refusal(address, tmp_path / "file", STRICT) == PRIVATE
    assert not (tmp_path / "file").exists()


def test_production_asks_no_name_that_means_a_private_address(web: Web, tmp_path: Path) -> None:
    for private in ("127.0.0.1", "10.1.2.3 ::1", "::ffff:127.0.0.1", "100.64.0.9", "169.254.169.254"):
        policy = Policy(look_up=knowing(cdn_example=private), ports=frozenset({web.port}))
        assert refusal(web.url("/", "cdn.example"), tmp_path / "file", policy) == PRIVATE
    assert web.asked == []


def test_of_several_addresses_only_the_public_ones_are_asked(web: Web, tmp_path: Path) -> None:
    web.pages["/a"] = picture()
    names = knowing(cdn_example="10.0.0.1 127.0.0.1 192.168.0.1")

    fetch_image(web.url("/a", "cdn.example"), tmp_path / "file", policy=here(web, look_up=names))

    assert (tmp_path / "file").read_bytes() == drawn()
    assert web.heads[0]["Host"] == f"cdn.example:{web.port}"


def test_a_name_that_means_something_else_a_moment_later_is_asked_where_it_was_checked(
    web: Web, tmp_path: Path
) -> None:
    web.pages["/a"] = picture()
    answers = iter(["127.0.0.1"])

    def once(_: str, __: int) -> Sequence[IpAddress]:
        return [ip_address(next(answers))]  # a second question fails the test

    fetch_image(web.url("/a", "cdn.example"), tmp_path / "file", policy=here(web, look_up=once))

    assert web.asked == ["/a"]


def test_a_redirect_to_a_private_address_is_refused(web: Web, tmp_path: Path) -> None:
    names = knowing(cdn_example="127.0.0.1", inside_example="10.0.0.5")
    policy = here(web, look_up=names, may_ask=lambda address: address == IPv4Address("127.0.0.1"))
    web.pages |= {
        "/by-name": redirect("http://inside.example/admin"),
        "/by-port": redirect(f"http://cdn.example:{web.port + 1}/"),
        "/by-scheme": redirect("file:///etc/passwd"),
        "/by-password": redirect("http://root:root@cdn.example/"),
        "/nowhere": answer(302),
    }
    refusals = {
        path: refusal(web.url(path, "cdn.example"), tmp_path / "file", policy)
        for path in web.pages
    }  # fmt: skip

    assert refusals == {
        "/by-name": PRIVATE,
        "/by-port": f"port {web.port + 1} is not asked, only 80 and 443",
        "/by-scheme": "only http and https addresses are fetched",
        "/by-password": "an address with a name or a password in it is not fetched",
        "/nowhere": "the server answers 302 and does not say where the picture is",
    }
    assert web.asked == ["/by-name", "/by-port", "/by-scheme", "/by-password", "/nowhere"]


def test_five_redirects_are_followed_and_no_sixth(web: Web, tmp_path: Path) -> None:
    web.pages |= {f"/{number}": redirect(f"/{number - 1}", 301 + number % 3) for number in range(1, 7)}
    web.pages["/0"] = picture()

    fetch_image(web.url("/5"), tmp_path / "file", policy=here(web))

    assert (tmp_path / "file").read_bytes() == drawn()
    assert refusal(web.url("/6"), tmp_path / "other", here(web)) == "the address leads on more than 5 times"


def test_no_proxy_of_the_environment_is_used(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    web.pages["/a"] = picture()

    fetch_image(web.url("/a"), tmp_path / "file", policy=here(web))

    assert web.asked == ["/a"]


@pytest.mark.parametrize("status", [204, 206, 304, 400, 401, 403, 404, 410])
def test_other_answers_are_final(web: Web, tmp_path: Path, status: int) -> None:
    web.pages["/a"] = answer(status)
    assert refusal(web.url("/a"), tmp_path / "file", here(web)) == f"the server answers {status}"


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(web: Web, tmp_path: Path, status: int) -> None:
    web.pages["/a"] = answer(status)
    failed = failure(web.url("/a"), tmp_path / "file", here(web))
    assert (str(failed), failed.after) == (f"the server answers {status}", None)


NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "after"),
    [
        ("120", timedelta(minutes=2)),
        (format_datetime(NOW + timedelta(hours=1), usegmt=True), timedelta(hours=1)),
        (format_datetime(NOW - timedelta(hours=1), usegmt=True), timedelta()),
        ("soon", None),
        ("-5", None),
        ("9" * 40, timedelta(seconds=999_999_999)),
    ],
)
def test_how_long_a_server_wants_to_be_left_alone(
    web: Web, tmp_path: Path, said: str, after: timedelta | None
) -> None:
    web.pages["/a"] = answer(429, headers={"Retry-After": said})
    with clock.frozen(NOW):
        assert failure(web.url("/a"), tmp_path / "file", here(web)).after == after


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Content-Type": "text/html; charset=utf-8"}, "the server sends text/html, not a picture"),
        (
            {"Content-Type": "application/octet-stream"},
            "the server sends application/octet-stream, not a picture",
        ),
        ({}, "the server sends something unnamed, not a picture"),
    ],
)
def test_what_is_no_image_is_not_read(web: Web, tmp_path: Path, headers: dict[str, str], reason: str) -> None:
    web.pages["/a"] = answer(200, drawn(), headers)
    assert refusal(web.url("/a"), tmp_path / "file", here(web)) == reason
    assert not (tmp_path / "file").exists()


def test_a_file_beyond_the_limit_is_not_read_to_its_end(web: Web, tmp_path: Path) -> None:
    sent: list[int] = []

    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "image/png")
        request.end_headers()
        for _ in range(1000):
            request.wfile.write(bytes(100_000))
            sent.append(100_000)

    web.pages |= {"/endless": endless, "/told": answer(200, b"", {**PNG, "Content-Length": "2000001"})}
    policy = here(web, most_bytes=2_000_000)

    assert refusal(web.url("/told"), tmp_path / "file", policy) == "the file is larger than 2 MB"
    assert not (tmp_path / "file").exists()
    assert refusal(web.url("/endless"), tmp_path / "file", policy) == "the file is larger than 2 MB"
    assert (tmp_path / "file").stat().st_size <= 2_000_000
    assert sum(sent) < 50_000_000


def test_a_picture_that_ends_early_is_tried_again(web: Web, tmp_path: Path) -> None:
    web.pages["/a"] = answer(200, b"half", {**PNG, "Content-Length": "400"})
    failed = failure(web.url("/a"), tmp_path / "file", here(web))
    assert str(failed) == "the connection ended in the middle of the picture"


def test_a_server_that_takes_its_time_is_left_within_ours(web: Web, tmp_path: Path) -> None:
    def trickling(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "image/png")
        request.end_headers()
        for _ in range(100):
            request.wfile.write(b"x")
            time.sleep(0.1)

    def endless_headers(request: BaseHTTPRequestHandler) -> None:
        for _ in range(100):
            request.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            time.sleep(0.1)

    web.pages |= {"/body": trickling, "/head": endless_headers}
    for path in web.pages:
        begun = time.monotonic()
        failed = failure(web.url(path), tmp_path / "file", here(web, total_seconds=0.5))
        assert str(failed) == "the server did not answer in time"
        assert time.monotonic() - begun < 3


def test_a_server_that_is_away_or_not_known_is_tried_again(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    away = Web(port=port)
    assert (
        str(failure(away.url("/a"), tmp_path / "file", here(away))) == "the connection to the server failed"
    )

    failed = failure(away.url("/a", "nobody.example"), tmp_path / "file", here(away, look_up=knowing()))
    assert str(failed) == "the name of the server could not be looked up"


def test_nonsense_instead_of_http_is_tried_again(web: Web, tmp_path: Path) -> None:
    web.pages["/a"] = lambda request: request.wfile.write(b"SSH-2.0-OpenSSH\r\n") and None
    assert str(failure(web.url("/a"), tmp_path / "file", here(web))) == "the connection to the server failed"


def test_an_encrypted_server_proves_that_it_has_the_name_that_was_asked(tmp_path: Path) -> None:
    certificate = certificate_for("cdn.example", tmp_path)
    names = knowing(cdn_example="127.0.0.1", other_example="127.0.0.1")
    with serving(certificate) as web:
        web.pages["/a"] = picture()
        policy = here(web, look_up=names, authorities=certificate)
        fetch_image(web.url("/a", "cdn.example"), tmp_path / "file", policy=policy)
        assert (tmp_path / "file").read_bytes() == drawn()

        unproven = "the certificate of the server does not prove that it is the right one"
        assert refusal(web.url("/a", "other.example"), tmp_path / "file", policy) == unproven
        unknown = here(web, look_up=names)
        assert refusal(web.url("/a", "cdn.example"), tmp_path / "file", unknown) == unproven
        assert web.asked == ["/a"]


def certificate_for(name: str, folder: Path) -> Path:
    """Write a certificate that vouches for itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "certificate.pem"
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return path
