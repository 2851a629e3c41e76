"""The commands of the shop, below ``flask``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError, OperationalError

from kashcraft import worker as worker_threads
from kashcraft.books import queries as books_proof
from kashcraft.core import activity_log, private_files
from kashcraft.core import jobs as outbox
from kashcraft.core.db import in_step, takes_no_writes
from kashcraft.core.errors import DomainError
from kashcraft.core.settings import SANDBOX, formats
from kashcraft.core.settings import settings as current_settings
from kashcraft.core.staging import NoDiskSpace
from kashcraft.demo import services as demo_shop
from kashcraft.extensions import db
from kashcraft.product_csv import services as product_csv
from kashcraft.product_csv.presenters.progress import describe_progress
from kashcraft.product_csv.presenters.report import describe
from kashcraft.product_csv.queries import list_products_to_export
from kashcraft.product_csv.rules.links import host_of
from kashcraft.product_csv.rules.writing import write_csv
from kashcraft.startup_errors import NO_WRITES, NOT_MIGRATED, Command, Group, explain, look_at_the_tables

# A server process without docstrings and with two memory arenas for all its threads is a tenth smaller.
LEAN = {"PYTHONOPTIMIZE": "2", "MALLOC_ARENA_MAX": "2"}
FROM_CLI = "FLASK_RUN_FROM_CLI"
# Where several processes keep the figures that prometheus_client counts.
FIGURES = "PROMETHEUS_MULTIPROC_DIR"

OVERTAKEN = (
    "products of the file were edited during each of five tries; import it again when nobody edits them"
)

jobs = Group("jobs", help="Look at the work that is owed, and run it by hand.")


@jobs.command("list")
def list_jobs() -> None:
    """Print the name of every job."""
    for task in outbox.all_tasks():
        click.echo(task.name)


@jobs.command("run")
@click.argument("name")
def run_job(name: str) -> None:
    """Run the job called NAME, here and now."""
    try:
        task = outbox.find(name)
    except LookupError as error:
        raise click.ClickException(str(error)) from error
    task()
    click.echo(f"{name} done")


@jobs.command("drain")
def drain() -> None:
    """Run everything that is due, and say how much it was."""
    click.echo(f"{outbox.run_due()} jobs done")


catalogue = Group("catalogue", help="Bring products in and take them out as files.")


def _hosts(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    for text in given:
        if not host_of(text):
            raise click.BadParameter(f"“{text}” is not a host such as shop.example")
    return given


@catalogue.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Do it all and take it all back: say what would change.")
@click.option("--strict", is_flag=True, help="Refuse what would otherwise be imported with a note.")
@click.option(
    "--old-host", "old_hosts", multiple=True, callback=_hosts, metavar="HOST",
    help="Lead links to this host in descriptions to the shop; may be given several times.",
)  # fmt: skip
@click.option("--pictures", is_flag=True, help="Have pictures that are web addresses fetched by jobs.")
def import_catalogue(
    file: Path, dry_run: bool, strict: bool, old_hosts: tuple[str, ...], pictures: bool
) -> None:
    """Import FILE, a product CSV of Shopify's format: all of it, or nothing when a row is wrong."""
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
@click.option("--retry", is_flag=True, help="Ask for those once more that were given up.")
def fetch_pictures(retry: bool) -> None:
    """Have the pictures fetched that products still lack, and say how far that is."""
    if asked := product_csv.owe_missing(again=retry):
        click.echo(f"asked for {asked}; the worker fetches them")
    for line in describe_progress(product_csv.progress(), formats()):
        click.echo(line)


@catalogue.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_catalogue(file: Path) -> None:
    """Write every product of the shop to FILE in Shopify's CSV format; importing it again changes nothing."""
    settings = current_settings()
    products = list_products_to_export()
    text = write_csv(products, currency=settings.shop_currency, base_url=settings.base_url)
    file.write_text(text, encoding="utf-8", newline="")
    click.echo(f"{len(products)} products written to {file}")


books = Group("books", help="Prove that every counter is what its ledger says.")


@books.command("prove")
def prove_books() -> None:
    """Work every counter out once more from its ledger, list each difference, and change nothing."""
    found = books_proof.list_differences()
    for difference in found:
        click.echo(difference)
    if found:
        raise click.ClickException(f"figures that differ: {len(found)}")
    click.echo(f"The books are right: {books_proof.count_checks()} kinds of figures equal their ledgers.")


demo = Group("demo", help="Fill the shop with a catalogue, people and a year of orders.")


@demo.command("load")
@click.option("--yes", is_flag=True, help="Load it into a production shop, too.")
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


@click.command("worker", cls=Command)
@with_appcontext
def worker() -> None:
    """Run jobs until stopped. Any number of workers may run beside one another on PostgreSQL."""
    _refuse_without_tables()
    worker_threads.run(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command("serve", cls=Command)
@click.option("--host", default=lambda: os.environ.get("HOST", "127.0.0.1"), help="Address to listen on.")
@click.option("--port", default=lambda: int(os.environ.get("PORT", "8000")), help="Port to listen on.")
@click.option("--workers", default=0, help="Web processes; one on SQLite, which is one process, else two.")
@click.option("--threads", default=0, help="Threads in each web process; else as the settings say.")
@with_appcontext
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the shop with its production server; on SQLite the worker runs in the same process."""
    settings = current_settings()
    single = settings.database_url.startswith("sqlite")
    if single and workers > 1:
        raise click.ClickException("on SQLite the shop is one process; use PostgreSQL for more")
    _refuse_without_tables()
    environment = {**LEAN, **{name: value for name, value in os.environ.items() if name != FROM_CLI}}
    threads = threads or settings.threads
    environment["KASHCRAFT_THREADS"] = str(threads)
    if single:
        environment["KASHCRAFT_EMBEDDED_WORKER"] = "1"
    count = workers or (1 if single else 2)
    environment["KASHCRAFT_PROCESSES"] = str(max(count, settings.processes))
    if settings.metrics and count > 1 and FIGURES not in environment:
        environment[FIGURES] = str(_empty_folder(settings.instance_path / "metrics"))
    options = {
        "--host": host, "--port": port, "--workers": count, "--threads": threads,
        "--patience": settings.request_seconds,
    }  # fmt: skip
    arguments = [str(part) for option in options.items() for part in option]
    command = [sys.executable, "-m", "kashcraft.server", *arguments]
    os.execve(sys.executable, command, environment)  # noqa: S606 - the server takes this process over


def _empty_folder(path: Path) -> Path:
    """Return the folder in which the web processes keep their figures, without those of an earlier start."""
    private_files.make_folder(path)
    for file in path.glob("*.db"):
        file.unlink()
    return path


def _refuse_without_tables() -> None:
    """Raise ClickException where the database was never migrated; one that is away may come back."""
    try:
        look_at_the_tables()
    except DBAPIError as error:
        if explain(error) == NOT_MIGRATED:
            raise click.ClickException(NOT_MIGRATED) from None


def init_app(app: Flask) -> None:
    """Add the commands to ``flask``; a web process does without Alembic and its memory."""
    if os.environ.get(FROM_CLI) == "true":
        enable_migrations(app)
    for command in (jobs, catalogue, books, demo, worker, serve):
        app.cli.add_command(command)


def enable_migrations(app: Flask) -> None:
    """Let ``flask db`` work on the migrations of the shop."""
    from flask_migrate import Migrate

    Migrate(
        app, db, directory=str(Path(app.root_path) / "migrations"), render_as_batch=True, compare_type=True
    )
