"""The commands of the shop, below ``flask``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from kashcraft import worker as worker_threads
from kashcraft.core import jobs as outbox

jobs = AppGroup("jobs", help="Look at the work that is owed, and run it by hand.")


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


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Run jobs until stopped. Any number of workers may run beside one another on PostgreSQL."""
    worker_threads.run(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command("serve")
@click.option("--host", default=lambda: os.environ.get("HOST", "127.0.0.1"), help="Address to listen on.")
@click.option("--port", default=lambda: int(os.environ.get("PORT", "8000")), help="Port to listen on.")
@click.option("--workers", default=0, help="Web processes; one on SQLite, which is one process, else two.")
@click.option("--threads", default=8, help="Threads in each web process.")
@with_appcontext
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the shop with its production server; on SQLite the worker runs in the same process."""
    settings = current_app.config["SETTINGS"]
    single = settings.database_url.startswith("sqlite")
    if single and workers > 1:
        raise click.ClickException("on SQLite the shop is one process; use PostgreSQL for more")
    environment = dict(os.environ)
    if single:
        environment["KASHCRAFT_EMBEDDED_WORKER"] = "1"
    granian = Path(sys.executable).with_name("granian")
    count = workers or (1 if single else 2)
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": port,
        "--workers": count,
        "--blocking-threads": threads,
        "--backpressure": 512,
        "--log-level": "warning",
    }
    arguments = [str(part) for option in options.items() for part in option]
    click.echo(f"Kashcraft is open at http://{host}:{port}", err=True)
    os.execve(granian, [str(granian), *arguments, "--no-ws", "wsgi:app"], environment)  # noqa: S606 - the server takes this process over


def init_app(app: Flask) -> None:
    """Add the commands to ``flask``."""
    for command in (jobs, worker, serve):
        app.cli.add_command(command)
