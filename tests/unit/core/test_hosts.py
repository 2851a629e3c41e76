"""The hosts that the shop answers for, and its own origins."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from kashcraft import config, create_app
from kashcraft.core.hosts import own_hosts
from tests.architecture.source import ROOT

SHOP = own_hosts(
    ["https://Shop.example", "https://www.shop.example:8443", "https://bücher.example"], development=False
)


@pytest.mark.parametrize(
    ("host", "answered"),
    [
        ("shop.example", True),
        ("SHOP.example", True),
        ("shop.example:443", True),
        ("www.shop.example", True),
        ("xn--bcher-kva.example", True),
        ("evil.example", False),
        ("shop.example.evil.example", False),
        ("evil.shop.example", False),
        ("shop.example@evil.example", False),
        ("evil.example#shop.example", False),
        ("localhost", False),
        ("127.0.0.1:8000", False),
        ("", False),
        ("[", False),
    ],
)
def test_only_the_hosts_of_the_base_addresses_are_answered(host: str, answered: bool) -> None:
    assert SHOP.answer_for(host) is answered


@pytest.mark.parametrize("host", ["localhost", "localhost:8123", "127.0.0.1:5000", "[::1]:8000"])
def test_in_development_this_machine_is_answered_under_any_port(host: str) -> None:
    assert own_hosts(["https://tunnel.example"], development=True).answer_for(host)
    assert own_hosts(["http://127.0.0.1:8000"], development=False).answer_for(host)
    assert not own_hosts(["https://shop.example"], development=True).answer_for("evil.example")


def test_own_origins_are_those_of_the_base_addresses() -> None:
    own = {"https://shop.example", "https://www.shop.example:8443", "https://xn--bcher-kva.example"}

    assert SHOP.origins_of("https", "evil.example") == own
    assert SHOP.origins_of("http", "localhost:8000") == own
    local = own_hosts(["http://127.0.0.1:8000"], development=True)
    assert local.origins_of("http", "localhost:9") == {"http://127.0.0.1:8000", "http://localhost:9"}
    assert local.origins_of("http", "evil.example") == {"http://127.0.0.1:8000"}


@pytest.fixture
def real_shop(tmp_path: Path) -> Flask:
    """A shop whose addresses are no local ones; requests come without cookies, as from an old browser."""
    settings = config.load(
        {},
        instance_path=tmp_path,
        base_url="https://shop.example",
        other_base_urls=["https://www.shop.example"],
    )
    return create_app(settings)


@pytest.mark.parametrize("path", ["/account", "/static/app.css", "/no-such-page"])
def test_a_request_for_a_foreign_host_is_refused(real_shop: Flask, path: str) -> None:
    answer = real_shop.test_client().get(path, base_url="https://evil.example")

    assert answer.status_code == 421
    assert "Location" not in answer.headers
    assert "evil" not in answer.text


def test_the_health_check_accepts_any_host(real_shop: Flask) -> None:
    answer = real_shop.test_client().get("/healthz", base_url="http://10.0.0.7:8000")

    # Its database has no tables yet.
    assert (answer.status_code, answer.json["status"], answer.json["database"]) == (
        503, "failing", "unreadable",
    )  # fmt: skip


def test_a_missing_slash_redirects_to_a_relative_address(real_shop: Flask) -> None:
    for host in ("shop.example", "www.shop.example"):
        answer = real_shop.test_client().get("/account?tab=1", base_url=f"http://{host}")
        assert (answer.status_code, answer.headers["Location"]) == (308, "/account/?tab=1")


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://shop.example", 422),
        ("https://www.shop.example", 422),
        ("http://shop.example", 403),
        ("https://evil.example", 403),
        ("https://shop.example:8443", 403),
    ],
)
def test_the_origin_of_a_form_is_compared_with_the_base_addresses(
    app: Flask, origin: str, status: int
) -> None:
    previous, app.extensions["hosts"] = app.extensions["hosts"], SHOP_AND_WWW
    try:
        answer = app.test_client().post("/account/sign-in", headers={"Origin": origin})
    finally:
        app.extensions["hosts"] = previous

    assert answer.status_code == status


SHOP_AND_WWW = own_hosts(["https://shop.example", "https://www.shop.example"], development=False)


def test_absolute_addresses_are_built_in_e_mails_only() -> None:
    """There they begin with the shop's base address; in a page they would begin with the request's host."""
    sources = [*ROOT.glob("kashcraft/**/*.py"), *ROOT.glob("templates/**/*")]
    made = re.compile(r"_external|\burl_root\b|\bhost_url\b|\brequest\.(url|base_url)\b")
    found = {
        str(path.relative_to(ROOT)) for path in sources if path.is_file() and made.search(path.read_text())
    }

    assert {name for name in found if not name.startswith("templates/emails/")} == {
        "kashcraft/core/security.py"
    }
