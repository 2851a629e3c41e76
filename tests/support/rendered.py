"""A pytest plugin that fails a complete run when a template was not rendered by any test.

It is a plugin, because that is known only when all tests have run on every worker of pytest-xdist. Each
process collects the templates that Jinja loads (pages, and those that they extend, include and import). The
workers send their lists to the controller, which compares them with the folder. Partial runs, runs with -k,
and runs with failures are not checked.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
seen: set[str] = set()


def pytest_configure(config: pytest.Config) -> None:
    """Collect the name of every template that is loaded."""
    fetch = Environment.get_template

    def noting(self: Environment, name: Any, *arguments: Any, **options: Any) -> Any:
        seen.add(str(name))
        return fetch(self, name, *arguments, **options)

    Environment.get_template = noting  # type: ignore[method-assign]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add the templates of a worker."""
    seen.update(getattr(node, "workeroutput", {}).get("templates", ()))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Send the list on a worker; elsewhere fail a complete run with missing templates."""
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput["templates"] = sorted(seen)
    elif exitstatus == pytest.ExitCode.OK and _is_whole(config) and never_rendered():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, exitstatus: int, config: pytest.Config) -> None:
    """List the templates that made a run fail."""
    if exitstatus == pytest.ExitCode.OK and _is_whole(config):
        for name in never_rendered():
            terminalreporter.write_line(f"no test renders templates/{name}", red=True)


def never_rendered() -> list[str]:
    """Return the templates of the folder that were not loaded."""
    names = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if path.is_file()}
    return sorted(names - seen)


def _is_whole(config: pytest.Config) -> bool:
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return whole and not config.option.keyword and config.option.markexpr in ("", "not long")
