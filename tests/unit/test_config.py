"""Settings: their types, invalid values, and the requirements of production."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import threading
from datetime import UTC, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kashcraft import config
from kashcraft.config import ConfigError, load
from kashcraft.core.settings import ROOT, setting_fields
from tests.support.server import FLASK

SECRET, WEBHOOK_SECRET = "0aZ9bY8cX7dW6eV5fU4gT3hS2iR1jQkP", "f2c19e4b7a60d835f2e81b9c04d7a653"
NEWEST_KEY, OLDEST_KEY = "Kf3-xQ9_mB7vT2wLzR8nYc5HsGd4JpEu", "q7Wn0_eXr5Tz-Yu2Io9Pa6Sd3Fg8Hj1K"
PRODUCTION = {
    "KASHCRAFT_ENV": "production",
    "KASHCRAFT_SECRET_KEY": SECRET,
    "KASHCRAFT_ENCRYPTION_KEYS": f"{NEWEST_KEY}, {OLDEST_KEY}",
    "KASHCRAFT_DATABASE_URL": "postgresql://shop:pass@db/shop",
    "KASHCRAFT_PAYMENTS": "sandbox",
    "KASHCRAFT_SANDBOX_WEBHOOK_SECRET": WEBHOOK_SECRET,
    "KASHCRAFT_BASE_URL": "https://shop.example/",
    "KASHCRAFT_MAIL_URL": "smtps://shop:secret@mail.example",
}


def test_values_are_read_by_their_type(tmp_path: Path) -> None:
    settings = load(
        {
            "KASHCRAFT_PRICES_INCLUDE_TAX": "yes",
            "KASHCRAFT_HOLD_MINUTES": "45",
            "KASHCRAFT_SHOP_TIMEZONE": "Asia/Kolkata",
        },
        instance_path=tmp_path,
    )

    assert (settings.prices_include_tax, settings.hold_minutes) == (True, 45)
    assert settings.zone == ZoneInfo("Asia/Kolkata")
    assert load({}, instance_path=tmp_path).zone is UTC


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("HOLD_MINUTES", "soon", "KASHCRAFT_HOLD_MINUTES must be a whole number, not 'soon'"),
        ("HTTPS", "maybe", "KASHCRAFT_HTTPS must be true or false, not 'maybe'"),
        ("HOLD_MINUTES", "0", "KASHCRAFT_HOLD_MINUTES must be at least 1, not 0"),
        ("GIFT_CODE_DAYS", "0", "KASHCRAFT_GIFT_CODE_DAYS must be at least 1, not 0"),
        ("RETURN_DAYS", "-1", "KASHCRAFT_RETURN_DAYS must be at least 0, not -1"),
        (
            "INACTIVE_DAYS",
            "89",
            r"KASHCRAFT_INACTIVE_DAYS must be at least 90 \(KASHCRAFT_AT_RISK_DAYS\), not 89",
        ),
        ("PROXIES", "-1", "KASHCRAFT_PROXIES must be at least 0, not -1"),
        ("ENV", "prod", "KASHCRAFT_ENV must be development or production, not 'prod'"),
        (
            "BASE_URL",
            "shop.example",
            r"KASHCRAFT_BASE_URL must be http:// or https:// and a host, not 'shop.example'",
        ),
        ("BASE_URL", "https://a.example/shop", r"KASHCRAFT_BASE_URL must be http:// or https:// and a host"),
        ("BASE_URL", "https://a.example:port", r"KASHCRAFT_BASE_URL must be http:// or https:// and a host"),
        (
            "OTHER_BASE_URLS",
            "https://a.example,b.example",
            "KASHCRAFT_OTHER_BASE_URLS must be a list of addresses of http",
        ),
        ("SHOP_CURRENCY", "XYZ", "KASHCRAFT_SHOP_CURRENCY must be the code of a currency, not 'XYZ'"),
        ("SHOP_CURRENCY", "XTS", "KASHCRAFT_SHOP_CURRENCY must be the code of a currency, not 'XTS'"),
        ("SHOP_COUNTRY", "us", "KASHCRAFT_SHOP_COUNTRY must be the code of a country, not 'us'"),
        ("SHOP_LOCALE", "en-US", "KASHCRAFT_SHOP_LOCALE must be a locale, not 'en-US'"),
        ("SHOP_TIMEZONE", "Asia/Nowhere", "KASHCRAFT_SHOP_TIMEZONE must be a time zone, not 'Asia/Nowhere'"),
        ("SHOP_TIMEZONE", "../etc/passwd", "KASHCRAFT_SHOP_TIMEZONE must be a time zone"),
        ("ORDER_CUTOFF_HOUR", "25", "KASHCRAFT_ORDER_CUTOFF_HOUR must be an hour from 0 to 24, not 25"),
        ("MAIL_URL", "foo:bar", "KASHCRAFT_MAIL_URL must be smtp://user:password@host:port, smtps://"),
        ("MAIL_URL", "mail.example:25", "KASHCRAFT_MAIL_URL must be smtp://"),
        ("MAIL_URL", "smtp:mail.example", "KASHCRAFT_MAIL_URL must be smtp://"),
        ("MAIL_URL", "smtp://", "KASHCRAFT_MAIL_URL must be smtp://"),
        (
            "MAIL_URL",
            "smtp://shop:a/b@mail.example",
            "special characters of user and password written as %XX",
        ),
        ("MAIL_URL", "smtp://mail.example:many", "KASHCRAFT_MAIL_URL must be smtp://"),
        ("MAIL_URL", "file:///var/mail", "KASHCRAFT_MAIL_URL must be smtp://"),
        ("DATABASE_URL", "mysql://shop", "KASHCRAFT_DATABASE_URL must be postgresql://... or sqlite:///..."),
        ("REDIS_URL", "redis:6379", "KASHCRAFT_REDIS_URL must be redis://..., rediss://... or unix://..."),
        ("TYPO", "1", "unknown settings: KASHCRAFT_TYPO"),
    ],
)
def test_an_invalid_value_is_refused(tmp_path: Path, name: str, value: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load({f"KASHCRAFT_{name}": value}, instance_path=tmp_path)


@pytest.mark.parametrize("name", ["SECRET_KEY", "ENCRYPTION_KEYS", "DATABASE_URL", "SANDBOX_WEBHOOK_SECRET"])
def test_production_requires_its_secrets(tmp_path: Path, name: str) -> None:
    given = {key: value for key, value in PRODUCTION.items() if key != f"KASHCRAFT_{name}"}

    with pytest.raises(ConfigError, match=f"production requires KASHCRAFT_{name}"):
        load(given, instance_path=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("SECRET_KEY", "short", "KASHCRAFT_SECRET_KEY must be at least 32 random characters"),
        ("SECRET_KEY", "s" * 32, "KASHCRAFT_SECRET_KEY must be at least 32 random characters"),
        ("SECRET_KEY", "0123456789abcdef" * 2, "KASHCRAFT_SECRET_KEY must be at least 32 random characters"),
        ("SECRET_KEY", "change-me-" * 4, "KASHCRAFT_SECRET_KEY must be at least 32 random characters"),
        ("SANDBOX_WEBHOOK_SECRET", "w", "KASHCRAFT_SANDBOX_WEBHOOK_SECRET must be at least 32 random"),
        ("ENCRYPTION_KEYS", f"{NEWEST_KEY},old", "KASHCRAFT_ENCRYPTION_KEYS must be at least 32 random"),
        ("PAYMENTS", "", "KASHCRAFT_PAYMENTS must name a payment gateway, or nothing can be bought"),
        ("PAYMENTS", "cash", "KASHCRAFT_PAYMENTS must be one of sandbox, not 'cash'"),
        ("MAIL_URL", "", "KASHCRAFT_MAIL_URL must name a mail server, or no e-mail is sent"),
        ("BASE_URL", "http://shop.example", "BASE_URL must begin with https:// in production"),
        (
            "OTHER_BASE_URLS",
            "http://www.shop.example",
            "OTHER_BASE_URLS must begin with https:// in production",
        ),
    ],
)
def test_production_requires_strong_secrets_and_valid_values(
    tmp_path: Path, name: str, value: str, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        load({**PRODUCTION, f"KASHCRAFT_{name}": value}, instance_path=tmp_path)


def test_production_sends_cookies_over_encrypted_connections_only(tmp_path: Path) -> None:
    settings = load(PRODUCTION, instance_path=tmp_path)

    assert settings.https
    assert config.flask_options(settings)["SESSION_COOKIE_SECURE"] is True
    assert settings.base_url == "https://shop.example"
    assert settings.database_url == "postgresql+psycopg://shop:pass@db/shop"


def test_a_command_prints_one_line_when_the_shop_cannot_start(tmp_path: Path) -> None:
    given = {name: value for name, value in PRODUCTION.items() if name != "KASHCRAFT_PAYMENTS"}
    variables = {"PATH": os.environ["PATH"], "KASHCRAFT_INSTANCE_PATH": str(tmp_path), **given}
    command = [str(FLASK), "serve", "--port", "1"]
    started = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)

    assert (started.returncode, started.stdout) == (1, "")
    assert started.stderr == f"Error: {config.NO_GATEWAY}\n"


def test_all_problems_are_listed_one_a_line(tmp_path: Path) -> None:
    given = {
        "KASHCRAFT_ENV": "production",
        "KASHCRAFT_SECRET_KEY": "short",
        "KASHCRAFT_SHOP_CURRENCY": "XYZ",
        "KASHCRAFT_HOLD_MINUTES": "soon",
        "KASHCRAFT_PAGE_SIZE": "0",
        "KASHCRAFT_MAIL_URL": "smtp://shop:mailpass",
        "KASHCRAFT_BASE_URL": "http://shop.example",
        "KASHCRAFT_TYPO": "1",
    }
    with pytest.raises(ConfigError) as refused:
        load(given, instance_path=tmp_path)

    assert str(refused.value).splitlines() == [
        "KASHCRAFT_HOLD_MINUTES must be a whole number, not 'soon'",
        "unknown settings: KASHCRAFT_TYPO",
        "KASHCRAFT_SHOP_CURRENCY must be the code of a currency, not 'XYZ'",
        "KASHCRAFT_PAGE_SIZE must be at least 1, not 0",
        f"KASHCRAFT_MAIL_URL {config.MAIL_SHAPE}",
        "KASHCRAFT_BASE_URL must begin with https:// in production",
        "production requires KASHCRAFT_ENCRYPTION_KEYS, KASHCRAFT_DATABASE_URL",
        config.NO_GATEWAY,
        "KASHCRAFT_SECRET_KEY must be at least 32 random characters in production;"
        " create them with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'",
    ]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url", ["smtp://localhost", "smtp://a%40b:c%2Fd@mail.example:587/", "smtps://[::1]:465"]
)
def test_usual_addresses_of_mail_servers_are_accepted(tmp_path: Path, url: str) -> None:
    settings = load({**PRODUCTION, "KASHCRAFT_MAIL_URL": url}, instance_path=tmp_path)

    assert settings.mail_url == url
    assert [line for line in config.warnings(settings) if "MAIL_URL" in line] == []


def test_e_mails_are_files_in_development_or_when_the_setting_says_so(tmp_path: Path) -> None:
    development = load({}, instance_path=tmp_path)
    production = load({**PRODUCTION, "KASHCRAFT_MAIL_URL": "file:"}, instance_path=tmp_path)

    assert (development.mail_url, production.mail_url) == ("file:", "file:")
    assert config.warnings(development) == []
    assert "KASHCRAFT_MAIL_URL is 'file:', so no e-mail is sent" in config.warnings(production)


def test_random_secrets_of_128_bits_are_strong_enough(tmp_path: Path) -> None:
    for _ in range(500):
        load({**PRODUCTION, "KASHCRAFT_SECRET_KEY": secrets.token_hex(16)}, instance_path=tmp_path)


def test_test_cards_are_the_default_in_development_only(tmp_path: Path) -> None:
    development, production = load({}, instance_path=tmp_path), load(PRODUCTION, instance_path=tmp_path)

    assert (development.payments, development.only_test_payments) == ("sandbox", False)
    assert (production.payments, production.only_test_payments) == ("sandbox", True)
    assert config.warnings(development) == []
    assert config.warnings(production) == [
        "KASHCRAFT_PAYMENTS=sandbox: this shop accepts only test cards and receives no money"
    ]


def test_the_repr_of_settings_contains_no_secret(tmp_path: Path) -> None:
    shown = repr(load({**PRODUCTION, "KASHCRAFT_MAIL_URL": "smtp://u:mailpass@m"}, instance_path=tmp_path))

    assert not [
        secret
        for secret in (SECRET, WEBHOOK_SECRET, "pass@db", "mailpass", NEWEST_KEY, OLDEST_KEY)
        if secret in shown
    ]


def test_generated_secrets_are_private_and_the_same_for_processes_that_start_together(
    tmp_path: Path,
) -> None:
    keys: list[str] = []
    begin = threading.Barrier(8)

    def start() -> None:
        begin.wait()
        keys.append(load({}, instance_path=tmp_path).secret_key)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(keys)) == 1
    assert len(keys[0]) == 64
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "encryption_key", "sandbox_webhook_secret", "secret_key",
    ]  # fmt: skip
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_settings_in_days_become_time_deltas(tmp_path: Path) -> None:
    days = {"return_days": 14, "gift_code_days": 7, "gift_refund_days": 60, "at_risk_days": 30}
    settings = load({}, instance_path=tmp_path, **days)

    assert settings.return_time == timedelta(days=14)
    assert settings.gift_code_time == timedelta(days=7)
    assert settings.gift_refund_time == timedelta(days=60)
    assert (settings.at_risk_after, settings.inactive_after) == (timedelta(days=30), timedelta(days=180))


def test_every_setting_is_documented_with_its_default() -> None:
    text = (ROOT / "docs" / "operating.md").read_text()
    documented = dict(re.findall(r"^\| `KASHCRAFT_([A-Z_]+)` \| ([^|]*) \|", text, re.MULTILINE))
    assert sorted(documented) == sorted(item.name.upper() for item in setting_fields())
    for item in setting_fields():
        if isinstance(item.default, int):
            written = "as `BASE_URL`" if item.name == "https" else f"`{str(item.default).lower()}`"
            assert documented[item.name.upper()] == written, item.name
