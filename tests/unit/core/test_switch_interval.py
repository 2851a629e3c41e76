"""The switch interval of threads."""

from __future__ import annotations

import sys

from flask import Flask

from kashcraft.core import switch_interval


def test_an_application_shortens_the_switch_interval() -> None:
    before = sys.getswitchinterval()
    try:
        sys.setswitchinterval(0.005)
        switch_interval.init_app(Flask(__name__))
        assert sys.getswitchinterval() == switch_interval.TURN_SECONDS
    finally:
        sys.setswitchinterval(before)
