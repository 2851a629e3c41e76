"""Rules that the code does not follow everywhere yet, with the number of remaining violations.

The numbers may only decrease. A test passes the violations that it finds to ``ratchet``, which fails when
there are more than the number and lists them. A rule with the number 0 has no exceptions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.architecture.source import ROOT

# Whether a number that is too high fails, too, so that it is lowered with each correction.
STRICT = False

# One a line and sorted, so that branches seldom conflict.
NUMBERS: dict[str, int] = {
    "arguments that are Any": 0,
    "asserts": 19,
    "class names in several places": 0,
    "functions for every template": 0,
    "functions of more than 8 arguments": 6,
    "functions that return Any": 0,
    "helpers of views over 20 lines": 10,
    "ids without a type": 121,
    "imports inside functions": 1,
    "look-ups that return something else": 0,
    "look-ups without a verb": 5,
    "marked texts in double quotes": 0,
    "modules without a test of their name": 53,
    "rules import i18n": 0,
    "rules import models": 0,
    "second names of a module": 17,
    "steps that only read": 0,
    "style blocks in several files": 20,
    "tables of other packages": 110,
    "tables outside their component": 1,
    "template lines over 160 characters": 180,
    "tests that are too long": 13,
    "uses of Any": 370,
    "words that the glossary refuses in kashcraft": 0,
    "words that the glossary refuses in tests": 0,
}


def ratchet(rule: str, found: Iterable[str]) -> None:
    """Fail when a rule has more violations than its number allows; each is given as ``file:line what``."""
    places, allowed = sorted(found), NUMBERS[rule]
    listed = "\n  ".join(sorted(places, key=_last_edit, reverse=True))
    assert len(places) <= allowed, (
        f"{rule}: {len(places)} places, {allowed} are allowed; files edited last come first:\n  {listed}"
    )
    assert not STRICT or len(places) == allowed, f"{rule}: lower the number to {len(places)}"


def _last_edit(place: str) -> float:
    """Return when the file at the beginning of a place was edited, or 0 where there is none."""
    path = ROOT / re.split("[: ]", place, maxsplit=1)[0]
    return path.stat().st_mtime if path.is_file() else 0
