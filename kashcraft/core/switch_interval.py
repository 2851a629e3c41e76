"""The interval at which the threads of a process take turns."""

from __future__ import annotations

import sys

from flask import Flask

# A thread waits at most this long for a computing thread after a statement returns. With the default of 5 ms
# a thread that holds a contended row would wait that long after each statement.
TURN_SECONDS = 0.001


def init_app(app: Flask) -> None:
    """Shorten the switch interval of this process."""
    sys.setswitchinterval(TURN_SECONDS)
