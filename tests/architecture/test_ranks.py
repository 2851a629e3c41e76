"""A package imports only from packages of lower ranks.

Imports inside functions and for type checkers count as well.
"""

from __future__ import annotations

from tests.architecture.source import APPLICATION, FLASK, FOR_EVERYBODY, RANK, modules, modules_in

NETWORK = ("socket", "smtplib", "urllib.request", "http.client", "requests", "httpx")
# Forbidden imports by layer.
NEVER = {
    "models": FLASK,
    "rules": (*FLASK, *NETWORK, "sqlalchemy", "kashcraft.core.db", "kashcraft.core.clock.now"),
    "presenters": (*FLASK, *NETWORK, "kashcraft.core.db", "sqlalchemy"),
    "queries": (*FLASK, *NETWORK),
    "services": (*FLASK, *NETWORK),
    "handlers": (*FLASK, *NETWORK),
    "jobs": (*FLASK, *NETWORK),
    "gateways": (*FLASK, "sqlalchemy", "kashcraft.core.db"),
    "forms": ("sqlalchemy", "kashcraft.core.db"),
    "views": ("sqlalchemy", "kashcraft.core.db.db"),
}


def rank_of(name: str) -> int:
    return RANK.get(name, APPLICATION)


def test_packages_import_only_from_lower_ranks() -> None:
    wrong = []
    for module in modules():
        for line, name in module.imports():
            root, _, rest = name.partition(".")
            other = rest.split(".")[0]
            if root != "kashcraft" or other in {module.package, *FOR_EVERYBODY}:
                continue
            if module.package == "events" and name.startswith("kashcraft.core.ids."):
                continue
            if rank_of(other) >= module.rank and module.rank != APPLICATION:
                wrong.append(f"{module.at(line)}: {module.package} may not know {other}")

    assert wrong == [], (
        "call lower packages; inform higher ones by an event, or raise the rank of this package"
    )


def test_core_imports_no_other_package() -> None:
    wrong = [
        f"{module.at(line)} imports {name}"
        for module in modules()
        if module.rank == 0 or module.package in FOR_EVERYBODY
        for line, name in module.imports()
        if name.startswith("kashcraft.")
        and name.split(".")[1] != module.package
        and not (module.package in FOR_EVERYBODY and name.startswith("kashcraft.core."))
        and not name.startswith("kashcraft.core.ids.")
    ]

    assert wrong == [], "pass the value as an argument; core knows no other package"


def test_events_are_plain_values_and_import_only_types_of_ids() -> None:
    wrong = [
        f"{module.at(line)} imports {name}"
        for module in modules()
        if module.package == "events"
        for line, name in module.imports()
        if name.startswith(("kashcraft", "sqlalchemy", "flask"))
        and not name.startswith("kashcraft.core.ids.")
    ]

    assert wrong == [], "an event has ids of core/ids.py and plain values; its handler reads the rest"


def test_modules_import_only_what_their_layer_allows() -> None:
    wrong = [
        f"{module.at(line)}: {layer} may not import {name}"
        for layer, banned in NEVER.items()
        for module in modules_in(layer)
        for line, name in module.imports()
        if any(f"{name}.".startswith(f"{item}.") for item in banned)
    ]

    assert wrong == [], "docs/architecture.md says under Inside a feature what each module may do"


def test_rules_do_not_read_the_clock() -> None:
    wrong = [
        module.at(number)
        for module in modules_in("rules")
        for number, line in enumerate(module.lines, 1)
        if "clock.now" in line or "datetime.now" in line or "date.today" in line
    ]

    assert wrong == [], "pass the time as an argument; services and views call clock.now()"


def test_flask_is_imported_by_views_and_the_application_only() -> None:
    packages, layers = {"core", "storefront", "backoffice"}, {"views", "forms"}
    wrong = [
        f"{module.at(line)} imports {name}"
        for module in modules()
        if module.rank < APPLICATION and module.package not in packages and module.layer not in layers
        for line, name in module.imports()
        if name.split(".")[0] in FLASK
    ]

    assert wrong == [], "only views and forms of a feature know Flask: pass the value as an argument"
