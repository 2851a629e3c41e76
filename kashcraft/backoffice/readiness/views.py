"""The checklist with the addresses of this shop."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import current_app, url_for

from kashcraft.backoffice.readiness.presenters import CheckLine, check_lines
from kashcraft.backoffice.readiness.queries import get_shop_state
from kashcraft.core.settings import installation


def read_checklist(*, before_paths: str = "") -> list[CheckLine]:
    """Return the checklist of the shop; its addresses begin with ``before_paths``. Four statements."""

    def find_url(endpoint: str, values: Mapping[str, str]) -> str:
        if endpoint not in current_app.view_functions:
            return ""
        path_of: Callable[..., str] = url_for
        return before_paths + path_of(endpoint, **values)

    return check_lines(get_shop_state(), find_url)


def list_missing_lines() -> list[str]:
    """Return a line for each thing that is missing, with the page where it is done, for the command."""
    with current_app.test_request_context():
        lines = read_checklist(before_paths=installation().base_url)
    missing = [line for line in lines if not line.is_done]
    return [f"missing: {one.text} ({', '.join(filter(None, (one.place, one.url)))})" for one in missing]
