"""The commands of the shop, run as ``flask NAME``."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click
from flask import Flask, current_app, url_for
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError, OperationalError

from kashcraft.accounts import services as accounts
from kashcraft.accounts.queries import find_staff_by_email, find_user_by_email, list_staff
from kashcraft.accounts.rules import Role
from kashcraft.backoffice.readiness.views import list_missing_lines
from kashcraft.books import queries as books_proof
from kashcraft.core import activity_log, personal_data, private_files
from kashcraft.core import jobs as outbox
from kashcraft.core.db import in_step, takes_no_writes
from kashcraft.core.email_addresses import is_address
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import UserId
from kashcraft.core.personal_data import Individual
from kashcraft.core.settings import SANDBOX, formats
from kashcraft.core.settings import settings as current_settings
from kashcraft.core.signing import sign
from kashcraft.core.staging import NoDiskSpace
from kashcraft.demo import services as demo_shop
from kashcraft.extensions import db
from kashcraft.product_csv import services as product_csv
from kashcraft.product_csv.presenters.progress import describe_progress
from kashcraft.product_csv.presenters.report import describe
from kashcraft.product_csv.queries import list_products_to_export
from kashcraft.product_csv.rules.links import host_of
from kashcraft.product_csv.rules.writing import write_csv
from kashcraft.startup_errors import NO_WRITES, NOT_MIGRATED, Command, Group, check_tables, explain

# Without docstrings and with two memory arenas a process needs 10 % less memory.
LEAN = {"PYTHONOPTIMIZE": "2", "MALLOC_ARENA_MAX": "2"}
FROM_CLI = "FLASK_RUN_FROM_CLI"
# The folder in which prometheus_client stores the metrics of several processes.
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"

OVERTAKEN = (
    "products of the file were edited during each of five tries; import it again when nobody edits them"
)

jobs = Group("jobs", help="List jobs and run them.")


@jobs.command("list")
def list_jobs() -> None:
    """Print the name of every job."""
    for task in outbox.all_tasks():
        click.echo(task.name)


@jobs.command("run")
@click.argument("name")
def run_job(name: str) -> None:
    """Run the job NAME in this process."""
    try:
        task = outbox.find(name)
    except LookupError as error:
        raise click.ClickException(str(error)) from error
    task()
    click.echo(f"{name} done")


@jobs.command("drain")
def drain() -> None:
    """Run all due jobs and print their number."""
    click.echo(f"{outbox.run_due()} jobs done")


catalogue = Group("catalogue", help="Import and export products as files.")


def _hosts(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    for text in values:
        if not host_of(text):
            raise click.BadParameter(f"“{text}” is not a host such as shop.example")
    return values


@catalogue.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Change nothing, and print what would change.")
@click.option("--strict", is_flag=True, help="Refuse rows that would otherwise be imported with a note.")
@click.option(
    "--old-host", "old_hosts", multiple=True, callback=_hosts, metavar="HOST",
    help="Make links to this host in descriptions lead to the shop; can be repeated.",
)  # fmt: skip
@click.option("--pictures", is_flag=True, help="Download pictures from their web addresses, by jobs.")
def import_catalogue(
    file: Path, dry_run: bool, strict: bool, old_hosts: tuple[str, ...], pictures: bool
) -> None:
    """Import FILE, a product CSV in Shopify's format: completely, or nothing when a row is wrong."""
    settings = current_settings()
    product_file = product_csv.ProductFile(
        data=file.read_bytes(), folder=file.parent, currency=settings.shop_currency, old_hosts=old_hosts,
        strict=strict, pictures=pictures,
    )  # fmt: skip
    try:
        report = product_csv.import_file(file=product_file, media=settings.media_path, dry_run=dry_run)
    except product_csv.FileRefused as refused:
        message = "\n".join(map(str, refused.errors))
        raise click.ClickException(f"nothing was imported:\n{message}") from refused
    except NoDiskSpace as error:
        raise click.ClickException(f"nothing was imported: {error}") from error
    except OperationalError as error:
        if not takes_no_writes(error):
            raise
        raise click.ClickException(f"nothing was imported: {NO_WRITES}") from error
    except DomainError as error:
        if error.code != "catalogue_is_being_changed":
            raise
        raise click.ClickException(f"nothing was imported: {OVERTAKEN}") from error
    for line in describe(report.plans, report.notes, fetching=pictures):
        click.echo(line)


@catalogue.command("pictures")
@click.option("--retry", is_flag=True, help="Also retry downloads that have failed.")
def fetch_pictures(retry: bool) -> None:
    """Enqueue the download of missing product pictures, and print the progress."""
    if asked := product_csv.enqueue_missing(again=retry):
        click.echo(f"asked for {asked}; the worker fetches them")
    for line in describe_progress(product_csv.progress(), formats()):
        click.echo(line)


@catalogue.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_catalogue(file: Path) -> None:
    """Write all products to FILE in Shopify's CSV format; importing it again changes nothing."""
    settings = current_settings()
    products = list_products_to_export()
    text = write_csv(products, currency=settings.shop_currency, base_url=settings.base_url)
    file.write_text(text, encoding="utf-8", newline="")
    click.echo(f"{len(products)} products written to {file}")


staff = Group("staff", help="Invite, list and suspend people who work in the back office.")
STAFF_PROBLEMS = {
    "staff_suspended": "{} is suspended: run flask staff resume {}",
    "staff_already": "{} has these roles already",
    "last_owner": "{} is the only active owner; add another owner first",
}


@staff.command("add")
@click.argument("email")
@click.option(
    "--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]),
    help="A role of the person; can be repeated.",
)  # fmt: skip
def add_staff(email: str, roles: tuple[str, ...]) -> None:
    """Print a link that gives EMAIL access, once and for seven days; earlier links become invalid."""
    if not is_address(email):
        raise click.ClickException(f"“{email}” is not an e-mail address")
    wanted = [Role(role) for role in roles]
    with _staff_problems(email):
        invitation = in_step(lambda: accounts.invite_staff(email=email, roles=wanted))
    token = sign("staff_invitation", [str(invitation.id), invitation.version])
    with current_app.test_request_context():
        link = current_settings().base_url + url_for("accounts.staff_invitation", token=token)
    click.echo(f"The link works once, until {formats().time(invitation.expires_at)}:\n{link}")


@staff.command("list")
def show_staff() -> None:
    """Print e-mail address, name, roles, state and last sign-in of each member of staff."""
    for person in list_staff():
        signed_in = formats().time(person.last_sign_in) if person.last_sign_in else "-"
        line = (person.email, person.full_name, ", ".join(person.roles), person.state, signed_in)
        click.echo("\t".join(line))


@staff.command("suspend")
@click.argument("email")
def suspend_staff(email: str) -> None:
    """Take all rights from EMAIL and end the sessions, until ``flask staff resume``."""
    user_id = _staff_id(email)
    with _staff_problems(email):
        in_step(lambda: accounts.suspend_staff(user_id=user_id))
    click.echo(f"{email} is suspended")


@staff.command("resume")
@click.argument("email")
def resume_staff(email: str) -> None:
    """Give EMAIL the rights of the roles again."""
    user_id = _staff_id(email)
    in_step(lambda: accounts.resume_staff(user_id=user_id))
    click.echo(f"{email} is active")


def _staff_id(email: str) -> UserId:
    person = find_staff_by_email(email)
    if person is None:
        raise click.ClickException(f"{email} is not a member of staff")
    return person.id


@contextmanager
def _staff_problems(email: str) -> Iterator[None]:
    """Raise a ClickException where the block is refused."""
    try:
        yield
    except DomainError as refusal:
        raise click.ClickException(STAFF_PROBLEMS[refusal.code].format(email, email)) from None


shop = Group("shop", help="What the shop needs.")


@shop.command("check")
def check_shop() -> None:
    """Print what is missing before the first sale, with the page where it is done; changes nothing."""
    missing = list_missing_lines()
    for line in missing:
        click.echo(line)
    if missing:
        raise click.ClickException("the shop is not ready for its first sale")
    click.echo("The shop is ready for its first sale.")


books = Group("books", help="Check every counter against its ledger.")


@books.command("prove")
def prove_books() -> None:
    """Calculate every counter again from its ledger and print the differences; changes nothing."""
    found = books_proof.list_differences()
    for difference in found:
        click.echo(difference)
    if found:
        raise click.ClickException(f"figures that differ: {len(found)}")
    click.echo(f"The books are right: {books_proof.count_checks()} kinds of figures equal their ledgers.")


demo = Group("demo", help="Load a demo shop: products, customers and a year of orders.")


@demo.command("load")
@click.option("--yes", is_flag=True, help="Load it even into a production shop.")
def load_demo(yes: bool) -> None:
    """Load the demo shop. Loading it again changes nothing."""
    settings = current_settings()
    if settings.production and not yes:
        raise click.ClickException(
            "this is a production shop; its demo accounts have public passwords (--yes)"
        )
    if settings.payments != SANDBOX:
        raise click.ClickException(
            "the orders of the demo are paid with test cards (KASHCRAFT_PAYMENTS=sandbox)"
        )
    if demo_shop.is_loaded():
        click.echo("The demo shop is here already; nothing was changed.")
        return
    pictures = demo_shop.store_pictures(settings.media_path)
    try:
        with activity_log.silent():
            loaded = in_step(lambda: demo_shop.load(pictures=pictures, settings=settings))
    except DomainError as error:
        raise click.ClickException(f"nothing was loaded: {error}") from error
    for line in demo_shop.describe(loaded):
        click.echo(line)


people = Group("person", help="Export or erase what the shop stores about a person.")

TO_END_FIRST = {
    "orders_unfinished": "an order is not delivered, a refund is not paid out, or a return is open",
    "staff_account": "this is an account of staff; take its roles away first",
}


@people.command("export")
@click.argument("email")
def export_person(email: str) -> None:
    """Print everything about the customer or guest with the address EMAIL, as JSON."""
    found = personal_data.export(_person(email))
    if not found:
        raise click.ClickException(f"nothing is stored about {email}")
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))


@people.command("erase")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Erase without asking.")
def erase_person(email: str, yes: bool) -> None:
    """Erase the customer or guest with the address EMAIL. Orders and ledgers stay, without a name."""
    person = _person(email)
    if not personal_data.export(person):
        raise click.ClickException(f"nothing is stored about {email}")
    if not yes:
        click.confirm(f"Erase everything about {email}? This cannot be undone", abort=True)
    try:
        in_step(lambda: personal_data.erase(person))
    except DomainError as refusal:
        if refusal.code not in TO_END_FIRST:
            raise
        raise click.ClickException(f"nothing was erased: {TO_END_FIRST[refusal.code]}") from refusal
    click.echo(f"{email} is erased")


def _person(email: str) -> Individual:
    account = find_user_by_email(email)
    return Individual(email=email, user_id=account.id if account else None)


@click.command("worker", cls=Command)
@with_appcontext
def worker() -> None:
    """Run jobs until stopped. On PostgreSQL several workers can run at the same time."""
    _refuse_without_tables()
    _become("kashcraft.worker_process", [], _lean_environment())


@click.command("serve", cls=Command)
@click.option("--host", default=lambda: os.environ.get("HOST", "127.0.0.1"), help="Address to listen on.")
@click.option("--port", default=lambda: int(os.environ.get("PORT", "8000")), help="Port to listen on.")
@click.option("--workers", default=0, help="Number of web processes: 1 on SQLite, else 2.")
@click.option("--threads", default=0, help="Threads of each web process; by default KASHCRAFT_THREADS.")
@with_appcontext
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Run the production server; on SQLite the worker runs in the same process."""
    settings = current_settings()
    single = settings.database_url.startswith("sqlite")
    if single and workers > 1:
        raise click.ClickException("on SQLite the shop is one process; use PostgreSQL for more")
    _refuse_without_tables()
    environment = _lean_environment()
    threads = threads or settings.threads
    environment["KASHCRAFT_THREADS"] = str(threads)
    if single:
        environment["KASHCRAFT_EMBEDDED_WORKER"] = "1"
    count = workers or (1 if single else 2)
    environment["KASHCRAFT_PROCESSES"] = str(max(count, settings.processes))
    if settings.metrics and count > 1 and METRICS_FOLDER not in environment:
        environment[METRICS_FOLDER] = str(_empty_folder(settings.instance_path / "metrics"))
    options = {
        "--host": host, "--port": port, "--workers": count, "--threads": threads,
        "--patience": settings.request_seconds,
    }  # fmt: skip
    arguments = [str(part) for option in options.items() for part in option]
    _become("kashcraft.server", arguments, environment)


def _lean_environment() -> dict[str, str]:
    """Return the environment of this process for one that runs for long."""
    return {**LEAN, **{name: value for name, value in os.environ.items() if name != FROM_CLI}}


def _become(module: str, arguments: list[str], environment: dict[str, str]) -> NoReturn:
    """Replace this process, which has loaded what only commands need, by a program of the shop."""
    command = [sys.executable, "-m", module, *arguments]
    os.execve(sys.executable, command, environment)  # noqa: S606 - one of our own modules


def _empty_folder(path: Path) -> Path:
    """Return the folder for the metrics of the web processes, without files of an earlier start."""
    private_files.make_folder(path)
    for file in path.glob("*.db"):
        file.unlink()
    return path


def _refuse_without_tables() -> None:
    """Raise ClickException where the database was never migrated, but not where it is unreachable."""
    try:
        check_tables()
    except DBAPIError as error:
        if explain(error) == NOT_MIGRATED:
            raise click.ClickException(NOT_MIGRATED) from None


def init_app(app: Flask) -> None:
    """Add the commands to ``flask``; web processes do not load Alembic, to save memory."""
    if os.environ.get(FROM_CLI) == "true":
        enable_migrations(app)
    for command in (jobs, catalogue, staff, shop, books, demo, people, worker, serve):
        app.cli.add_command(command)


def enable_migrations(app: Flask) -> None:
    """Make ``flask db`` use the migrations of the shop."""
    from flask_migrate import Migrate

    Migrate(
        app, db, directory=str(Path(app.root_path) / "migrations"), render_as_batch=True, compare_type=True
    )
