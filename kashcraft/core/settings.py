"""The settings of the running application, as values.

Services, queries and views read them here and pass them to rules and models as arguments.
``kashcraft.config`` reads them from the environment, and ``core.stored_settings`` those that the owner has
saved in the back office. They are bound to the context of the application (a request, a job, a command), so
that several applications can run in one process, as in the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import Field, dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kashcraft.core import clock
from kashcraft.core.formats import Formats

ROOT = Path(__file__).resolve().parents[2]
# The payment gateway that takes test cards and moves no money.
SANDBOX = "sandbox"
# The settings that can be saved in the back office. All others, such as secrets, the database and the mail
# server, belong to the environment alone.
EDITABLE = (
    "shop_name", "shop_address", "support_email", "shop_tax_id", "invoice_prefix",
    "shop_country", "shop_currency", "shop_locale", "shop_timezone", "prices_include_tax", "collects_tax",
    "order_cutoff_hour", "hold_minutes", "payment_hold_minutes", "most_per_order", "waitlist_hold_hours",
    "unpaid_orders_per_buyer", "held_units_per_buyer", "unpaid_orders_per_address", "held_units_per_address",
    "unpaid_orders_per_network", "held_units_per_network", "return_days", "gift_code_days",
    "gift_refund_days", "page_size", "point_value", "minimum_points", "joining_points", "referral_points",
    "review_points", "points_months", "returned_points_days", "expiry_notice_days", "at_risk_days",
    "inactive_days", "mail_from",
)  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """All settings of a shop; amounts are in minor units of ``shop_currency``."""

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
    page_cache_mib: int = 4
    page_store_mib: int = 128
    pool_size: int = 6
    request_seconds: int = 15
    threads: int = 4
    processes: int = 1
    access_log: bool = False
    metrics: bool = False
    metrics_token: str = field(default="", repr=False)

    shop_name: str = "Kashcraft"
    shop_currency: str = "USD"
    shop_country: str = "US"
    shop_locale: str = "en_US"
    shop_timezone: str = "UTC"
    shop_address: str = "Kashcraft, Boulevard Road, Srinagar 190001, India"
    shop_tax_id: str = ""
    invoice_prefix: str = ""
    prices_include_tax: bool = False
    collects_tax: bool = True
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

    # The names of the settings that the environment states, and of those that are saved in the database.
    in_environment: frozenset[str] = frozenset()
    saved: frozenset[str] = frozenset()

    def with_values(self, values: Mapping[str, Any], *, saved: Iterable[str]) -> Settings:
        """Return these settings with other ``values``, of which ``saved`` names those in the database."""
        return replace(self, **{**values, "saved": frozenset(saved)})

    def is_stated(self, name: str) -> bool:
        """Return whether this setting has been stated, so that it is not the default by accident."""
        return name in self.in_environment or name in self.saved

    @cached_property
    def shown_key(self) -> bytes:
        """Return a short key of everything that rendered pages show of the settings."""
        values = repr([getattr(self, name) for name in EDITABLE])
        return blake2b(values.encode(), digest_size=8).digest()

    @property
    def hold_time(self) -> timedelta:
        """Return how long a placed order holds its stock before the payment page is used."""
        return timedelta(minutes=self.hold_minutes)

    @property
    def payment_hold_time(self) -> timedelta:
        """Return how long an order holds its stock after the first use of the payment page, and after an
        extension by the customer.
        """
        return timedelta(minutes=self.payment_hold_minutes)

    @property
    def longest_hold_time(self) -> timedelta:
        """Return how long an unpaid order can hold its stock at most."""
        return self.hold_time + 2 * self.payment_hold_time

    @property
    def waitlist_hold_time(self) -> timedelta:
        """Return how long a product is held for a customer of the waiting list."""
        return timedelta(hours=self.waitlist_hold_hours)

    @property
    def return_time(self) -> timedelta:
        """Return how long after delivery units may be sent back."""
        return timedelta(days=self.return_days)

    @property
    def gift_code_time(self) -> timedelta:
        """Return how long the code of a gift card is stored after it was sent."""
        return timedelta(days=self.gift_code_days)

    @property
    def gift_refund_time(self) -> timedelta:
        """Return how long a gift card stays valid at least after a refund to it."""
        return timedelta(days=self.gift_refund_days)

    @property
    def at_risk_after(self) -> timedelta:
        """Return the time without a purchase after which a member is at risk."""
        return timedelta(days=self.at_risk_days)

    @property
    def inactive_after(self) -> timedelta:
        """Return the time without a purchase after which a member is inactive."""
        return timedelta(days=self.inactive_days)

    @property
    def zone(self) -> tzinfo:
        """Return the time zone of the shop's days and of its cutoff hour for orders."""
        # UTC needs no time zone files, which a small machine may lack.
        return UTC if self.shop_timezone == "UTC" else ZoneInfo(self.shop_timezone)

    @cached_property
    def formats(self) -> Formats:
        """Return the shop's formats for amounts, dates, times and numbers."""
        return Formats(self.shop_locale, self.zone)

    @property
    def base_urls(self) -> list[str]:
        """Return all base addresses of the shop; links use the first one."""
        return [self.base_url, *self.other_base_urls]

    @property
    def only_test_payments(self) -> bool:
        """Return whether a production shop accepts only test cards."""
        return self.production and self.payments == SANDBOX

    @property
    def media_path(self) -> Path:
        """Return the folder of the product pictures."""
        return self.instance_path / "media"

    @property
    def uploads_path(self) -> Path:
        """Return the private folder of files that people have sent and that are not checked yet."""
        return self.instance_path / "uploads"

    @property
    def database_file(self) -> Path | None:
        """Return the file of a SQLite database, else None."""
        kind, _, path = self.database_url.partition("?")[0].partition(":///")
        if not kind.startswith("sqlite") or path in ("", ":memory:"):
            return None
        # Flask-SQLAlchemy resolves relative paths in the same way.
        return self.instance_path / path

    @property
    def production(self) -> bool:
        """Return whether this is a production shop."""
        return self.env == "production"


def setting_fields() -> list[Field[object]]:
    """Return the fields of the settings themselves, without those that say where they come from."""
    return [item for item in fields(Settings) if item.name not in ("in_environment", "saved")]


# Returns the current settings, which tests replace while an application runs.
Source = Callable[[], Settings]

_source: ContextVar[Source | None] = ContextVar("settings", default=None)
_installation: ContextVar[Source | None] = ContextVar("installation", default=None)


def settings() -> Settings:
    """Return the settings of the running application, with what is saved in the database.

    The first call in a request, a job or a command may read their version. Raises LookupError where no
    application runs.
    """
    source = _source.get()
    if source is None:
        raise LookupError("no settings outside of an application's context")
    return source()


def installation() -> Settings:
    """Return the settings of the environment alone, for what is not saved in the database: secrets,
    addresses, folders, limits of the process. It reads nothing. Raises LookupError where no application runs.
    """
    source = _installation.get()
    return settings() if source is None else source()


Sources = tuple[Source | None, Source | None]


def use_source(source: Source | None, environment: Source | None = None) -> Sources:
    """Read the settings of the current context from ``source``, and those of the environment alone from
    ``environment``; return the previous sources.
    """
    before = _source.get(), _installation.get()
    _source.set(source)
    _installation.set(environment)
    return before


def formats() -> Formats:
    """Return the shop's formats for amounts, dates, times and numbers."""
    return settings().formats


def shop_time() -> datetime:
    """Return the current time in the shop's time zone."""
    return clock.now().astimezone(settings().zone)
