"""How the threads of a process take turns."""

from __future__ import annotations

import sys

from flask import Flask

# A thread whose statement has come back waits this long at most for one that computes. With the interpreter's
# own 5 ms, whoever holds the row that everybody wants would pay that wait with every statement.
TURN_SECONDS = 0.001


def init_app(app: Flask) -> None:
    """Have the threads of this process take short turns."""
    sys.setswitchinterval(TURN_SECONDS)
