"""The settings of a shop, typed, from environment variables called KASHCRAFT_<NAME>."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, timedelta, tzinfo
from functools import cached_property
from pathlib import Path
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from babel import Locale
from babel.localedata import locale_identifiers

from kashcraft.core import limits, mail, private
from kashcraft.core.formats import Formats
from kashcraft.core.hosts import is_base_url, is_safe
from kashcraft.core.money import hundredth, is_currency

ROOT = Path(__file__).resolve().parent.parent
AT_LEAST_1 = (
    "worker_threads", "pool_size", "request_seconds", "threads", "processes", "hold_minutes",
    "payment_hold_minutes", "most_per_order",
    "waitlist_hold_hours", "points_months", "returned_points_days", "expiry_notice_days",
    "at_risk_days", "gift_code_days", "gift_refund_days", "page_size",
)  # fmt: skip
AT_LEAST_0 = (
    "proxies", "point_value", "minimum_points", "joining_points", "referral_points", "review_points",
    "return_days", "unpaid_orders_per_buyer", "held_units_per_buyer", "unpaid_orders_per_network",
    "held_units_per_network", "unpaid_orders_per_address", "held_units_per_address",
)  # fmt: skip


SANDBOX = "sandbox"
# The payment gateways that a shop can be set up with.
GATEWAYS = (SANDBOX,)
NO_GATEWAY = (
    "KASHCRAFT_PAYMENTS names no payment gateway, so nothing could be bought; so far there is only"
    f" '{SANDBOX}', which takes test cards and moves no money"
)
NO_MAIL = (
    "KASHCRAFT_MAIL_URL names no mail server, so no customer would get an e-mail;"
    " 'file:' writes them to files"
)
MAIL_SHAPE = (
    "is smtp://user:password@host:port, smtps://... or 'file:'; write special characters of the user and the"
    " password as %XX"
)
DATABASES = ("postgresql://", "postgresql+psycopg://", "postgres://", "sqlite:///")
REDIS = ("redis://", "rediss://", "unix://")


class ConfigError(click.ClickException):
    """The settings do not allow a start; the message says in a line each which ones and why, and commands
    print no more.
    """


@dataclass(frozen=True)
class Settings:
    """Everything that differs from one shop or machine to another; amounts are minor units of
    ``shop_currency``.
    """

    env: str = "development"
    instance_path: Path = ROOT / "instance"
    database_url: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    encryption_keys: list[str] = field(default_factory=list, repr=False)
    base_url: str = "http://127.0.0.1:8000"
    other_base_urls: list[str] = field(default_factory=list)
    https: bool = False
    proxies: int = 0
    redis_url: str = field(default="", repr=False)
    mail_url: str = field(default="", repr=False)
    mail_from: str = "Kashcraft <hello@kashcraft.example>"
    support_email: str = "hello@kashcraft.example"
    embedded_worker: bool = False
    worker_threads: int = 2
    rate_limits: bool = True
    cache_fragments: bool = True
    pool_size: int = 6
    request_seconds: int = 15
    threads: int = 4
    processes: int = 1

    shop_name: str = "Kashcraft"
    shop_currency: str = "USD"
    shop_country: str = "US"
    shop_locale: str = "en_US"
    shop_timezone: str = "UTC"
    shop_address: str = "Kashcraft, Boulevard Road, Srinagar 190001, India"
    shop_tax_id: str = ""
    invoice_prefix: str = ""
    prices_include_tax: bool = False
    hold_minutes: int = 10
    payment_hold_minutes: int = 30
    most_per_order: int = 10
    unpaid_orders_per_buyer: int = 3
    held_units_per_buyer: int = 40
    unpaid_orders_per_address: int = 12
    held_units_per_address: int = 120
    unpaid_orders_per_network: int = 30
    held_units_per_network: int = 90
    waitlist_hold_hours: int = 24
    point_value: int = 0
    minimum_points: int = 100
    joining_points: int = 100
    referral_points: int = 100
    review_points: int = 10
    points_months: int = 12
    returned_points_days: int = 30
    expiry_notice_days: int = 30
    at_risk_days: int = 90
    inactive_days: int = 180
    gift_code_days: int = 30
    gift_refund_days: int = 30
    return_days: int = 30
    order_cutoff_hour: int = 14
    page_size: int = 24
    payments: str = ""
    sandbox_webhook_secret: str = field(default="", repr=False)

    @property
    def hold_time(self) -> timedelta:
        """Return how long a placed order keeps its stock until the payment page is used."""
        return timedelta(minutes=self.hold_minutes)

    @property
    def payment_hold_time(self) -> timedelta:
        """Return how long an order keeps its stock from the first use of the payment page on, and once more
        from the press that extends it.
        """
        return timedelta(minutes=self.payment_hold_minutes)

    @property
    def longest_hold_time(self) -> timedelta:
        """Return how long an order that is not paid can keep its stock at most."""
        return self.hold_time + 2 * self.payment_hold_time

    @property
    def waitlist_hold_time(self) -> timedelta:
        """Return how long a piece is kept for somebody from the waiting list."""
        return timedelta(hours=self.waitlist_hold_hours)

    @property
    def return_time(self) -> timedelta:
        """Return how long after its arrival a piece may be sent back."""
        return timedelta(days=self.return_days)

    @property
    def gift_code_time(self) -> timedelta:
        """Return how long the code of a gift card is kept after it was sent."""
        return timedelta(days=self.gift_code_days)

    @property
    def gift_refund_time(self) -> timedelta:
        """Return how long a gift card can be used at least after money came back to it."""
        return timedelta(days=self.gift_refund_days)

    @property
    def at_risk_after(self) -> timedelta:
        """Return after what time without a purchase a member is at risk."""
        return timedelta(days=self.at_risk_days)

    @property
    def inactive_after(self) -> timedelta:
        """Return after what time without a purchase a member is inactive."""
        return timedelta(days=self.inactive_days)

    @property
    def zone(self) -> tzinfo:
        """Return the time zone in which the shop's days begin and its hour for orders strikes."""
        # Named without the zone files, which a small machine may lack.
        return UTC if self.shop_timezone == "UTC" else ZoneInfo(self.shop_timezone)

    @cached_property
    def formats(self) -> Formats:
        """Return how this shop writes amounts, days, times and numbers."""
        return Formats(self.shop_locale, self.zone)

    @property
    def base_urls(self) -> list[str]:
        """Return every address that the shop answers under, the one that its links begin with first."""
        return [self.base_url, *self.other_base_urls]

    @property
    def only_test_payments(self) -> bool:
        """Return whether a real shop hands its goods out for test cards."""
        return self.production and self.payments == SANDBOX

    @property
    def media_path(self) -> Path:
        """Return the folder of the product pictures."""
        return self.instance_path / "media"

    @property
    def database_file(self) -> Path | None:
        """Return the file of the database on SQLite, else None."""
        kind, _, path = self.database_url.partition("?")[0].partition(":///")
        if not kind.startswith("sqlite") or path in ("", ":memory:"):
            return None
        # As Flask-SQLAlchemy reads a relative one.
        return self.instance_path / path

    @property
    def production(self) -> bool:
        """Return whether this is a real shop."""
        return self.env == "production"


def load(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Return the settings of ``environ`` (the process's) with ``overrides`` on top.

    Outside production a missing secret is made up once and kept in the instance folder, readable by its owner
    only. Raises ConfigError, which names everything that is wrong in a line each: an unreadable or impossible
    value, an unknown setting, and what production may not start with or without.
    """
    environ = os.environ if environ is None else environ
    kinds = get_type_hints(Settings)
    values: dict[str, Any] = {}
    problems = []
    for item in fields(Settings):
        text = environ.get(f"KASHCRAFT_{item.name.upper()}")
        if text is not None:
            try:
                values[item.name] = _read(item.name, kinds[item.name], text)
            except ConfigError as error:
                problems.append(error.message)
    unknown = sorted(
        name for name in environ
        if name.startswith("KASHCRAFT_") and name.removeprefix("KASHCRAFT_").lower() not in kinds
    )  # fmt: skip
    if unknown:
        problems.append(f"unknown settings: {', '.join(unknown)}")
    settings = Settings(**{**values, **overrides})
    problems += _problems(settings)
    if settings.production:
        problems += _problems_of_production(settings)
    if problems:
        raise ConfigError("\n".join(problems))
    return _complete(settings)


def _read(name: str, kind: Any, text: str) -> Any:
    try:
        if kind is bool:
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[
                text.lower()
            ]
        if kind == list[str]:
            return [part.strip() for part in text.split(",") if part.strip()]
        return kind(text)
    except (KeyError, ValueError) as error:
        raise ConfigError(f"KASHCRAFT_{name.upper()} cannot be read as {kind.__name__}: {text!r}") from error


def _problems(settings: Settings) -> list[str]:
    """Return a line for each value that no shop can have; what may hold a password is not quoted."""
    problems = {
        "ENV": settings.env not in ("development", "production") and "is development or production",
        "BASE_URL": not is_base_url(settings.base_url) and "is http(s):// and a host",
        "OTHER_BASE_URLS": not all(map(is_base_url, settings.other_base_urls))
        and "is a list of http(s):// and a host",
        "SHOP_CURRENCY": not is_currency(settings.shop_currency) and "is no currency",
        "SHOP_COUNTRY": settings.shop_country not in Locale("en").territories and "is no country",
        "SHOP_LOCALE": settings.shop_locale not in locale_identifiers() and "is no locale",
        "SHOP_TIMEZONE": not _is_zone(settings.shop_timezone) and "is no time zone",
        "ORDER_CUTOFF_HOUR": not 0 <= settings.order_cutoff_hour <= 24 and "is an hour from 0 to 24",
        "PAYMENTS": settings.payments not in ("", *GATEWAYS) and f"is one of {', '.join(GATEWAYS)}",
        "INACTIVE_DAYS": settings.inactive_days < settings.at_risk_days
        and f"is at least {settings.at_risk_days} (KASHCRAFT_AT_RISK_DAYS)",
    }
    problems |= {name.upper(): getattr(settings, name) < 1 and "is at least 1" for name in AT_LEAST_1}
    problems |= {name.upper(): getattr(settings, name) < 0 and "is at least 0" for name in AT_LEAST_0}
    secret = {
        "MAIL_URL": (mail.is_transport(settings.mail_url), MAIL_SHAPE),
        "DATABASE_URL": (settings.database_url.startswith(DATABASES), "is postgresql://... or sqlite:///..."),
        "REDIS_URL": (settings.redis_url.startswith(REDIS), "is redis://..., rediss://... or unix://..."),
    }
    return [
        *(f"KASHCRAFT_{name} {problem}, not {getattr(settings, name.lower())!r}"
          for name, problem in problems.items() if problem),
        *(f"KASHCRAFT_{name} {shape}" for name, (fits, shape) in secret.items()
          if getattr(settings, name.lower()) and not fits),
    ]  # fmt: skip


def _is_zone(name: str) -> bool:
    try:
        return name == "UTC" or bool(ZoneInfo(name))
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return False


def _complete(settings: Settings) -> Settings:
    base_url = settings.base_url.rstrip("/")
    filled: dict[str, Any] = {"base_url": base_url, "https": settings.https or base_url.startswith("https:")}
    if not settings.production:
        filled["payments"] = settings.payments or SANDBOX
        filled["mail_url"] = settings.mail_url or mail.TO_FILES
        private.make_folder(settings.instance_path)
        for name in ("secret_key", "sandbox_webhook_secret"):
            if not getattr(settings, name):
                filled[name] = private.kept_secret(settings.instance_path / name)
        if not settings.encryption_keys:
            filled["encryption_keys"] = [private.kept_secret(settings.instance_path / "encryption_key")]
    if not settings.database_url:
        filled["database_url"] = f"sqlite:///{settings.instance_path / 'kashcraft.db'}"
    elif settings.database_url.startswith(("postgresql://", "postgres://")):
        filled["database_url"] = "postgresql+psycopg://" + settings.database_url.split("://", 1)[1]
    if not settings.point_value:
        filled["point_value"] = hundredth(settings.shop_currency)
    values = {item.name: getattr(settings, item.name) for item in fields(Settings)}
    return Settings(**{**values, **filled})


def _problems_of_production(settings: Settings) -> list[str]:
    """Return a line for what a real shop may not start without, and for secrets that can be guessed."""
    problems = [
        f"KASHCRAFT_{name} begins with https:// in production"
        for name, urls in (("BASE_URL", [settings.base_url]), ("OTHER_BASE_URLS", settings.other_base_urls))
        if not all(map(is_safe, urls))
    ]
    secrets_of_gateways = ("sandbox_webhook_secret",) if settings.payments == SANDBOX else ()
    missing = [
        f"KASHCRAFT_{name.upper()}"
        for name in ("secret_key", "encryption_keys", "database_url", *secrets_of_gateways)
        if not getattr(settings, name)
    ]
    if missing:
        problems.append(f"production needs {', '.join(missing)}")
    if not settings.payments:
        problems.append(NO_GATEWAY)
    if not settings.mail_url:
        problems.append(NO_MAIL)
    given = {name: [getattr(settings, name)] for name in ("secret_key", *secrets_of_gateways)}
    problems += [
        f"KASHCRAFT_{name.upper()} needs at least {private.SECRET_LENGTH} random characters in production;"
        " this makes some: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        for name, texts in {**given, "encryption_keys": settings.encryption_keys}.items()
        if any(text and private.is_guessable(text) for text in texts)
    ]
    return problems


def warnings(settings: Settings) -> list[str]:
    """Return what the operator of ``settings`` should be told at every start."""
    told = []
    if settings.only_test_payments:
        told.append(
            "KASHCRAFT_PAYMENTS=sandbox: this shop hands its goods out for test cards, and no money comes in"
        )
    if settings.production and not settings.mail_url.startswith("smtp"):
        told.append(f"KASHCRAFT_MAIL_URL is '{settings.mail_url}', so no e-mail reaches anybody")
    return told


def flask_options(settings: Settings) -> dict[str, Any]:
    """Return the configuration keys of Flask and its extensions for ``settings``."""
    # What is bound to a statement may be secret, and errors are logged.
    engine: dict[str, Any] = {"hide_parameters": True, "pool_timeout": settings.request_seconds}
    if settings.database_url.startswith("postgresql") or settings.database_file:
        # A thread has one connection at most: those of the web, of the jobs' four lanes, and the relay.
        more = settings.threads + 4 * settings.worker_threads + 1 - settings.pool_size
        engine |= {"pool_size": settings.pool_size, "max_overflow": max(0, more), "pool_recycle": 1800}
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.https,
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        # The parts of a form beside its files; the bodies themselves are limited by ``core.security``.
        "MAX_FORM_MEMORY_SIZE": 512 * 1024,
        "COMPRESS_ALGORITHM": ["zstd", "br", "gzip"],
        "COMPRESS_MIMETYPES": ["text/html", "text/plain", "text/xml", "application/xml", "application/json"],
        "RATELIMIT_ENABLED": settings.rate_limits,
        "RATELIMIT_STORAGE_URI": settings.redis_url or "memory://",
        # A Redis that does not answer holds nobody up for long: limits are counted in the process meanwhile.
        "RATELIMIT_STORAGE_OPTIONS": {
            "socket_connect_timeout": 1,
            "socket_timeout": 1,
            "wrap_exceptions": True,
        }
        if settings.redis_url
        else {},
        "RATELIMIT_STRATEGY": limits.STRATEGY,
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": bool(settings.redis_url),
    }
