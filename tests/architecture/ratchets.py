"""Rules that the shop does not keep everywhere yet: how many places still break each, counted by the tests.

A number only shrinks. A test hands what it found to ``ratchet``; one place more than the number fails and
names them all. A rule whose number has reached 0 is a rule like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.architecture.source import ROOT

# Whether a number that is higher than it need be fails too: whoever mends a place lowers the number then.
STRICT = False

# One a line and sorted, so that two branches seldom meet in a line.
NUMBERS: dict[str, int] = {
    "arguments that are Any": 66,
    "asserts": 21,
    "class names in several places": 24,
    "functions for every template": 2,
    "functions of more than 8 arguments": 7,
    "functions that return Any": 32,
    "helpers of views over 20 lines": 12,
    "ids without a type": 170,
    "imports inside functions": 1,
    "look-ups that return something else": 2,
    "look-ups without a verb": 182,
    "marked texts in double quotes": 638,
    "modules below views write to the response": 0,
    "modules without a test of their name": 90,
    "rules import i18n": 47,
    "rules import models": 41,
    "second names of a module": 21,
    "steps that only read": 2,
    "style blocks in several files": 20,
    "tables of other packages": 123,
    "tables outside their component": 30,
    "template lines over 160 characters": 349,
    "tests that are too long": 13,
    "uses of Any": 844,
}


def ratchet(rule: str, found: Iterable[str]) -> None:
    """Refuse more places that break a rule than its number allows; each is given as ``file:line what``."""
    places, allowed = sorted(found), NUMBERS[rule]
    listed = "\n  ".join(sorted(places, key=_last_edit, reverse=True))
    assert len(places) <= allowed, (
        f"{rule}: {len(places)} places, {allowed} are allowed; files edited last come first:\n  {listed}"
    )
    assert not STRICT or len(places) == allowed, f"{rule}: lower the number to {len(places)}"


def _last_edit(place: str) -> float:
    """Return when the file was edited that a place begins with, 0 where it begins with none."""
    path = ROOT / re.split("[: ]", place, maxsplit=1)[0]
    return path.stat().st_mtime if path.is_file() else 0
