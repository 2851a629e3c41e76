"""The program of the worker, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.server import ROOT, environment

# Loads what the program loads before it runs jobs.
LOADED = """
import sys
from kashcraft import worker_process
worker_process.start()
print({"alembic", "flask_migrate"} & set(sys.modules))
"""


def run(*arguments: str, variables: dict[str, str]) -> tuple[int, str]:
    """Return the exit code of a Python process, and what it printed in both streams."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=variables, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_it_loads_no_migrations(tmp_path: Path) -> None:
    assert run("-c", LOADED, variables=environment(tmp_path)) == (0, "set()\n")


def test_invalid_settings_are_reported_in_one_line(tmp_path: Path) -> None:
    variables = environment(tmp_path, worker_threads="0")

    assert run("-m", "kashcraft.worker_process", variables=variables) == (
        1,
        "Error: KASHCRAFT_WORKER_THREADS must be at least 1, not 0\n",
    )
