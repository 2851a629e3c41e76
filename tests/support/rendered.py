"""Every template is rendered in some test; the end of a whole run says which one was not.

A template that no test renders can be broken without anybody noticing. Whether one was rendered is known only
when all tests have run, on every worker of pytest-xdist: so this is a plugin and no test. Each process notes
the templates that Jinja fetches while it renders (pages, what they extend, include and import); the workers
hand their notes to the controller, which compares them with the folder and fails the run. A run of some
files, with -k, or with failures proves nothing about templates and is left alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
seen: set[str] = set()


def pytest_configure(config: pytest.Config) -> None:
    """Note the name of every template that is fetched from now on."""
    fetch = Environment.get_template

    def noting(self: Environment, name: Any, *arguments: Any, **options: Any) -> Any:
        seen.add(str(name))
        return fetch(self, name, *arguments, **options)

    Environment.get_template = noting  # type: ignore[method-assign]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker has seen."""
    seen.update(getattr(node, "workeroutput", {}).get("templates", ()))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Hand the notes over on a worker; elsewhere fail a whole run that has left templates out."""
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput["templates"] = sorted(seen)
    elif exitstatus == pytest.ExitCode.OK and _is_whole(config) and never_rendered():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, exitstatus: int, config: pytest.Config) -> None:
    """Name the templates that made a run fail in which every test passed."""
    if exitstatus == pytest.ExitCode.OK and _is_whole(config):
        for name in never_rendered():
            terminalreporter.write_line(f"no test renders templates/{name}", red=True)


def never_rendered() -> list[str]:
    """Return the templates of the folder that nothing has fetched."""
    names = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if path.is_file()}
    return sorted(names - seen)


def _is_whole(config: pytest.Config) -> bool:
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return whole and not config.option.keyword and config.option.markexpr in ("", "not long")
