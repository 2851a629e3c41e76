"""Reads the settings of a shop from environment variables called KASHCRAFT_<NAME>."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta
from typing import Any, get_type_hints

import click

from kashcraft.core import mail, private_files, rate_limits
from kashcraft.core.columns import read_json
from kashcraft.core.hosts import is_base_url, is_safe
from kashcraft.core.money import hundredth
from kashcraft.core.setting_rules import faults_of
from kashcraft.core.settings import SANDBOX, Settings, setting_fields

AT_LEAST_1 = ("worker_threads", "pool_size", "request_seconds", "threads", "processes", "page_cache_mib")
AT_LEAST_0 = ("page_store_mib", "proxies")
# What is wrong with a setting of the shop, by the code of its fault.
FAULTS = {
    "at_least": "must be at least {bound}",
    "at_most": "must be at most {bound}",
    "too_long": "must have at most {bound} characters",
    "empty": "must be a text",
    "not_one_line": "must be one line of text",
    "no_currency": "must be the code of a currency",
    "no_country": "must be the code of a country",
    "no_locale": "must be a locale",
    "no_time_zone": "must be a time zone",
    "no_address": "must be an e-mail address",
    "no_sender": "must be an e-mail address, or a name with an e-mail address in angle brackets",
    "before_at_risk": "must be at least {bound} (KASHCRAFT_AT_RISK_DAYS)",
    "no_hour": "must be an hour from 0 to 24",
}


# The payment gateways that can be used.
GATEWAYS = (SANDBOX,)
NO_GATEWAY = (
    "KASHCRAFT_PAYMENTS must name a payment gateway, or nothing can be bought; the only one so far is"
    f" '{SANDBOX}', which accepts test cards and moves no money"
)
NO_MAIL = "KASHCRAFT_MAIL_URL must name a mail server, or no e-mail is sent; 'file:' writes e-mails to files"
METRICS_ARE_OPEN = (
    "KASHCRAFT_METRICS requires KASHCRAFT_METRICS_TOKEN in production, or anyone could read the metrics"
)
MAIL_SHAPE = (
    "must be smtp://user:password@host:port, smtps://... or 'file:', with special characters of user and"
    " password written as %XX"
)
DATABASES = ("postgresql://", "postgresql+psycopg://", "postgres://", "sqlite:///")
REDIS = ("redis://", "rediss://", "unix://")


class ConfigError(click.ClickException):
    """The settings are invalid; the message has one line for each, which is all that commands print."""


def load(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Return the settings of ``environ`` (by default the process's) with ``overrides``.

    Outside of production a missing secret is created and stored in the instance folder, readable by its owner
    only. Raises ConfigError with one line for each problem: an invalid value, an unknown setting, and a
    setting that production requires or forbids.
    """
    environ = os.environ if environ is None else environ
    kinds = get_type_hints(Settings)
    values: dict[str, Any] = {}
    problems = []
    for item in setting_fields():
        text = environ.get(f"KASHCRAFT_{item.name.upper()}")
        if text is not None:
            try:
                values[item.name] = _read(item.name, kinds[item.name], text)
            except ConfigError as error:
                problems.append(error.message)
    known = {item.name for item in setting_fields()}
    unknown = sorted(
        name for name in environ
        if name.startswith("KASHCRAFT_") and name.removeprefix("KASHCRAFT_").lower() not in known
    )  # fmt: skip
    if unknown:
        problems.append(f"unknown settings: {', '.join(unknown)}")
    stated = frozenset({**values, **overrides})
    settings = Settings(**{**values, **overrides, "in_environment": stated})
    problems += _problems(settings)
    if settings.production:
        problems += _problems_of_production(settings)
    if problems:
        raise ConfigError("\n".join(problems))
    return _complete(settings)


KINDS = {int: "a whole number", bool: "true or false"}


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
        raise ConfigError(f"KASHCRAFT_{name.upper()} must be {KINDS[kind]}, not {text!r}") from error


def _problems(settings: Settings) -> list[str]:
    """Return a line for each invalid value; values that may contain a password are not quoted."""
    problems = {
        "ENV": settings.env not in ("development", "production") and "must be development or production",
        "BASE_URL": not is_base_url(settings.base_url) and "must be http:// or https:// and a host",
        "OTHER_BASE_URLS": not all(map(is_base_url, settings.other_base_urls))
        and "must be a list of addresses of http:// or https:// and a host",
        "PAYMENTS": settings.payments not in ("", *GATEWAYS) and f"must be one of {', '.join(GATEWAYS)}",
    }
    problems |= {
        name.upper(): FAULTS[fault.code].format(bound=fault.bound)
        for name, fault in faults_of(settings).items()
    }
    problems |= {name.upper(): getattr(settings, name) < 1 and "must be at least 1" for name in AT_LEAST_1}
    problems |= {name.upper(): getattr(settings, name) < 0 and "must be at least 0" for name in AT_LEAST_0}
    secret = {
        "MAIL_URL": (mail.is_transport(settings.mail_url), MAIL_SHAPE),
        "DATABASE_URL": (
            settings.database_url.startswith(DATABASES),
            "must be postgresql://... or sqlite:///...",
        ),
        "REDIS_URL": (
            settings.redis_url.startswith(REDIS),
            "must be redis://..., rediss://... or unix://...",
        ),
    }
    return [
        *(f"KASHCRAFT_{name} {problem}, not {getattr(settings, name.lower())!r}"
          for name, problem in problems.items() if problem),
        *(f"KASHCRAFT_{name} {shape}" for name, (fits, shape) in secret.items()
          if getattr(settings, name.lower()) and not fits),
    ]  # fmt: skip


def _complete(settings: Settings) -> Settings:
    base_url = settings.base_url.rstrip("/")
    filled: dict[str, Any] = {"base_url": base_url, "https": settings.https or base_url.startswith("https:")}
    if not settings.production:
        filled["payments"] = settings.payments or SANDBOX
        filled["mail_url"] = settings.mail_url or mail.TO_FILES
        private_files.make_folder(settings.instance_path)
        for name in ("secret_key", "sandbox_webhook_secret"):
            if not getattr(settings, name):
                filled[name] = private_files.read_or_create_secret(settings.instance_path / name)
        if not settings.encryption_keys:
            filled["encryption_keys"] = [
                private_files.read_or_create_secret(settings.instance_path / "encryption_key")
            ]
    if not settings.database_url:
        filled["database_url"] = f"sqlite:///{settings.instance_path / 'kashcraft.db'}"
    elif settings.database_url.startswith(("postgresql://", "postgres://")):
        filled["database_url"] = "postgresql+psycopg://" + settings.database_url.split("://", 1)[1]
    if not settings.point_value:
        filled["point_value"] = hundredth(settings.shop_currency)
    values = {item.name: getattr(settings, item.name) for item in fields(Settings)}
    return Settings(**{**values, **filled})


def _problems_of_production(settings: Settings) -> list[str]:
    """Return a line for each setting that production lacks, and for each secret that can be guessed."""
    problems = [
        f"KASHCRAFT_{name} must begin with https:// in production"
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
        problems.append(f"production requires {', '.join(missing)}")
    if not settings.payments:
        problems.append(NO_GATEWAY)
    if not settings.mail_url:
        problems.append(NO_MAIL)
    if settings.metrics and not settings.metrics_token:
        problems.append(METRICS_ARE_OPEN)
    names = ("secret_key", *secrets_of_gateways, *(("metrics_token",) if settings.metrics else ()))
    secrets = {name: [getattr(settings, name)] for name in names}
    problems += [
        f"KASHCRAFT_{name.upper()} must be at least {private_files.SECRET_LENGTH} random characters in "
        "production; create them with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        for name, texts in {**secrets, "encryption_keys": settings.encryption_keys}.items()
        if any(text and private_files.is_guessable(text) for text in texts)
    ]
    return problems


def warnings(settings: Settings) -> list[str]:
    """Return warnings about ``settings`` for operators, to be logged at every start."""
    found = []
    if settings.only_test_payments:
        found.append("KASHCRAFT_PAYMENTS=sandbox: this shop accepts only test cards and receives no money")
    if settings.production and not settings.mail_url.startswith("smtp"):
        found.append(f"KASHCRAFT_MAIL_URL is '{settings.mail_url}', so no e-mail is sent")
    return found


def flask_options(settings: Settings) -> dict[str, Any]:
    """Return the configuration of Flask and its extensions for ``settings``."""
    # Parameters of statements may be secret, and errors are logged.
    engine: dict[str, Any] = {
        "hide_parameters": True,
        "pool_timeout": settings.request_seconds,
        "json_deserializer": read_json,
    }
    if settings.database_url.startswith("postgresql") or settings.database_file:
        # Each thread uses one connection: web threads, the threads of four lanes of jobs, and the relay.
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
        # Limits the fields of a form without its files; ``core.security`` limits the whole body.
        "MAX_FORM_MEMORY_SIZE": 512 * 1024,
        "COMPRESS_ALGORITHM": ["zstd", "br", "gzip"],
        "COMPRESS_MIMETYPES": ["text/html", "text/plain", "text/xml", "application/xml", "application/json"],
        "RATELIMIT_ENABLED": settings.rate_limits,
        "RATELIMIT_STORAGE_URI": settings.redis_url or "memory://",
        # Short timeouts: while Redis does not answer, limits are counted in the process.
        "RATELIMIT_STORAGE_OPTIONS": {
            "socket_connect_timeout": 1,
            "socket_timeout": 1,
            "wrap_exceptions": True,
        }
        if settings.redis_url
        else {},
        "RATELIMIT_STRATEGY": rate_limits.STRATEGY,
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": bool(settings.redis_url),
    }
