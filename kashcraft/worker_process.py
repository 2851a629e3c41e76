"""The worker in a process of its own: the program that ``flask worker`` becomes, to save memory."""

from __future__ import annotations

import click

from kashcraft import start, worker
from kashcraft.startup_errors import Command


@click.command("worker", cls=Command)
def main() -> None:
    """Run jobs until stopped."""
    worker.run(start())


if __name__ == "__main__":
    main()
