"""Chromium: its path, and options that restrict it to the shop."""

from __future__ import annotations

import os
import shutil
import sys
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class BrowserError(Exception):
    """Chromium was not found."""


def chromium() -> str:
    """Return the path of Chromium, from the variable CHROMIUM or by its usual names. Raises BrowserError."""
    for name in (os.environ.get("CHROMIUM", ""), *NAMES):
        found = shutil.which(name) if name else None
        if found:
            return found
    raise BrowserError("there is no Chromium: install it, or name its program in the variable CHROMIUM")


def launch_arguments() -> dict[str, Any]:
    """Return the arguments for Playwright's ``chromium.launch``."""
    return {"executable_path": chromium(), "args": ARGUMENTS}


if __name__ == "__main__":
    try:
        sys.stdout.write(chromium() + "\n")
    except BrowserError as error:
        sys.exit(str(error))
