"""The settings that the owner has saved in the back office, as rows of the database.

Each row replaces the default of one setting; what the environment states wins. The rows are cached in the
process under the reference version, which a trigger raises with every change, so each request and each job of
every process uses the settings of the version that it has seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import get_type_hints

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import OperationalError, ProgrammingError

from kashcraft.core import audit_trail, autocommit, clock, reference_version
from kashcraft.core.caches import Cache
from kashcraft.core.columns import UpdatedAt
from kashcraft.core.db import (
    READ_ERRORS,
    Mapped,
    Model,
    connection_of_step,
    in_a_step,
    insert_into,
    mapped_column,
)
from kashcraft.core.errors import DomainError
from kashcraft.core.money import hundredth
from kashcraft.core.reference_version import ReferenceVersion
from kashcraft.core.setting_rules import Fault, faults_of
from kashcraft.core.settings import EDITABLE, Settings, installation

Values = Mapping[str, object]
log = structlog.get_logger()


class Setting(Model):
    """One setting that was saved in the back office."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    value: Mapped[object] = mapped_column(sa.JSON)
    updated_at: Mapped[UpdatedAt]


@dataclass(frozen=True, slots=True)
class _Loaded:
    """The settings of an installation at a version, with the rows that they were made from."""

    version: int
    own: Settings
    rows: Values
    settings: Settings


# The last known settings; they also serve while the database is down.
LOADED: Cache[str, _Loaded] = Cache("settings", most=1)
_ROWS = sa.select(Setting.name, Setting.value)
_KINDS = get_type_hints(Settings)


def current(own: Settings) -> Settings:
    """Return the settings of the current request, job or command: those of the installation with the saved
    ones.

    One statement at most for the version, and one where another process has changed something since. Raises
    the error of a database that cannot be read, once per context; afterwards the last known settings serve,
    so that the error page can be rendered.
    """
    seen = reference_version.seen()
    if seen.settings is not None and seen.installation is own:
        return seen.settings
    try:
        found = _at(reference_version.seen_version(), own)
    except READ_ERRORS as error:
        if in_a_step():
            raise
        found = _last_known(own)
        _keep(found, own)
        if not _lacks_tables(error):
            raise
    _keep(found, own)
    return found


def use_last_known(own: Settings) -> None:
    """Use the last known settings for the rest of the context, for a page that must not read anything."""
    _keep(_last_known(own), own)


def read_saved() -> dict[str, object]:
    """Return the saved settings by name, as they are now. One statement."""
    rows = connection_of_step().execute(_ROWS).all() if in_a_step() else autocommit.rows(_ROWS)
    return {row.name: row.value for row in rows}


def with_saved(own: Settings, rows: Values) -> Settings:
    """Return the ``own`` settings of an installation with the saved ``rows`` that it does not state itself.

    A row with an invalid value, which the back office does not write, is left out and logged.
    """
    values = {
        name: value
        for name, value in rows.items()
        if name in EDITABLE and name not in own.in_environment and type(value) is _KINDS[name]
    }
    found = _combined(own, values)
    wrong = faults_of(found).keys() & values.keys()
    if wrong:
        log.warning("saved settings are invalid and not used", names=sorted(wrong))
        found = _combined(own, {name: values[name] for name in values.keys() - wrong})
    return found


class SettingsRefused(DomainError):
    """Values of settings are invalid; ``faults`` has the reason for each, by name."""

    def __init__(self, faults: Mapping[str, Fault]) -> None:
        super().__init__("settings_invalid", names=sorted(faults))
        self.faults = faults


def state_of(names: Iterable[str], found: Settings) -> str:
    """Return a short text that changes with every value of ``names``, to recognize an outdated form."""
    values = repr([(name, getattr(found, name), found.is_stated(name)) for name in sorted(names)])
    return blake2b(values.encode(), digest_size=8).hexdigest()


def save(*, values: Values, seen: str) -> bool:
    """Save settings and return whether one of them has changed; the change is recorded.

    ``values`` may name editable settings only; those that the environment states are ignored. ``seen`` is
    ``state_of`` these names as the form showed them. A value that equals the default is saved as well,
    because it is stated then. The new settings apply from the next request or job on, in every process.

    Raises DomainError ``settings_changed`` where they are not as ``seen`` any more, and SettingsRefused for
    invalid values.
    """
    lock = sa.select(ReferenceVersion.version).with_for_update()
    connection_of_step().execute(lock).all()
    own = installation()
    before = with_saved(own, read_saved())
    if state_of(values, before) != seen:
        raise DomainError("settings_changed")
    values = {name: values[name] for name in EDITABLE if name in values and name not in own.in_environment}
    new = {
        name: value
        for name, value in values.items()
        if value != getattr(before, name) or not before.is_stated(name)
    }
    after = before.with_values(values, saved=values)
    if faults := faults_of(after):
        raise SettingsRefused(faults)
    if new:
        _write(new)
        old = {name: getattr(before, name) for name in new}
        audit_trail.record("setting", action="changed", before=old, after=new)
    return bool(new)


def _write(values: Mapping[str, object]) -> None:
    insert = insert_into(Setting)
    saved = insert.on_conflict_do_update(
        index_elements=["name"],
        set_={"value": insert.excluded.value, "updated_at": insert.excluded.updated_at},
    )
    rows = [{"name": name, "value": value, "updated_at": clock.now()} for name, value in values.items()]
    connection_of_step().execute(saved, rows)
    reference_version.note_change()


def _combined(own: Settings, values: Values) -> Settings:
    if not values:
        return own
    found = own.with_values(values, saved=values)
    # The value of a point follows the currency until it is stated.
    stated = values.get("point_value") or "point_value" in own.in_environment
    if stated or (found.shop_currency == own.shop_currency and found.point_value):
        return found
    return found.with_values({"point_value": hundredth(found.shop_currency)}, saved=values)


def _at(version: int, own: Settings) -> Settings:
    known = LOADED.get("all")
    if known is not None and known.own is not own:
        known = None
    if known is not None and known.version == version:
        return known.settings
    rows = read_saved()
    unchanged = known is not None and known.rows == rows and known.settings
    found = unchanged or with_saved(own, rows)
    if not in_a_step():
        LOADED.put("all", _Loaded(version, own, rows, found))
    return found


def _keep(found: Settings, own: Settings) -> None:
    seen = reference_version.seen()
    seen.settings, seen.installation = found, own


def _last_known(own: Settings) -> Settings:
    known = LOADED.get("all")
    return with_saved(own, known.rows) if known is not None else own


def _lacks_tables(error: BaseException) -> bool:
    """Return whether the database has no tables yet, as before the first migration."""
    if isinstance(error, OperationalError):
        return "no such table" in str(error.orig)
    return isinstance(error, ProgrammingError)
