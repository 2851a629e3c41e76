"""A pytest plugin that divides the tests among the workers of pytest-xdist.

A worker gets one test after the other, except for what would be built anew on each worker: the browser with
its shop, the parsed source files, and the fixtures of a module. Those tests go to one worker together, and
first. The marks of pytest-xdist have no effect, because pytest 9.2 leaves groups out of the names of tests.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("tests/browser/", "tests/architecture/")


class TogetherScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Sends tests that share something expensive to one worker."""

    def _split_scope(self, nodeid: str) -> str:
        return together(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> TogetherScheduling:
    """Divide the tests in this way, whatever ``--dist`` says."""
    return TogetherScheduling(config, log)


def together(nodeid: str) -> str:
    """Return what a test shares: its folder, or its module; otherwise its own name."""
    path = nodeid.partition("::")[0]
    folder = next((folder for folder in FOLDERS if path.startswith(folder)), "")
    return folder or (path if _has_fixtures_of_its_own(path) else nodeid)


@cache
def _has_fixtures_of_its_own(path: str) -> bool:
    return 'scope="module"' in (ROOT / path).read_text()
