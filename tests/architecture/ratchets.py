"""Rules that the code does not follow everywhere yet, with the number of remaining violations.

The numbers may only decrease. A test passes the violations that it finds to ``ratchet``, which fails when
there are more than the number. It lists the files that were edited last, and says what to do instead. A rule
with the number 0 has no exceptions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.architecture.source import ROOT

# Whether a number that is too high fails, too, so that it is lowered with each correction.
STRICT = True

# One a line and sorted, so that branches seldom conflict.
NUMBERS: dict[str, int] = {
    "arguments that are Any": 0,
    "asserts": 19,
    "class names in several places": 0,
    "functions for every template": 0,
    "functions of more than 8 arguments": 6,
    "functions that return Any": 0,
    "helpers of views over 20 lines": 9,
    "ids without a type": 114,
    "imports inside functions": 1,
    "look-ups that return something else": 0,
    "look-ups without a verb": 5,
    "marked texts in double quotes": 0,
    "modules without a test of their name": 51,
    "rules import i18n": 0,
    "rules import models": 0,
    "second names of a module": 17,
    "steps that only read": 0,
    "style blocks in several files": 20,
    "tables of other packages": 109,
    "tables outside their component": 1,
    "template lines over 160 characters": 179,
    "tests that are too long": 13,
    "uses of Any": 369,
    "words that the glossary refuses in kashcraft": 0,
    "words that the glossary refuses in tests": 0,
}

# What to do instead of a violation.
ADVICE: dict[str, str] = {
    "arguments that are Any": "give the argument a type: a model, a dataclass, a Protocol, or object",
    "asserts": "raise an error; assert is only for type checkers",
    "class names in several places": "choose another name; it exists once in the whole shop",
    "functions for every template": "pass the value as context of the template, or import a macro",
    "functions of more than 8 arguments": "pass a dataclass of rules.py or split the function",
    "functions that return Any": "give the function a return type",
    "helpers of views over 20 lines": "move what is shown to presenters, and what is decided to rules",
    "ids without a type": "use a type of kashcraft/core/ids.py, such as OrderId, instead of UUID",
    "imports inside functions": "import at the top; if that is circular, the ranks are wrong",
    "look-ups that return something else": "get_ raises, find_ returns None, list_ returns a sequence",
    "look-ups without a verb": "begin the name with get_, find_, list_, count_, sum_, is_, has_ or may_",
    "marked texts in double quotes": "write {{ _('Text') }}; a text with an apostrophe goes into {% trans %}",
    "modules without a test of their name": (
        "write tests/unit/PACKAGE/test_MODULE.py, for kashcraft/PACKAGE/FOLDER/MODULE.py"
        " tests/unit/PACKAGE/FOLDER/test_MODULE.py or tests/unit/PACKAGE/test_FOLDER.py"
    ),
    "rules import i18n": "raise DomainError(code), and put the text into REFUSALS of presenters.py",
    "rules import models": "take plain values, or a Protocol as in orders/rules/sold.py",
    "second names of a module": "import it under the name that is given after elsewhere",
    "steps that only read": "call the query without in_step",
    "style blocks in several files": "style a block in one file of static/css",
    "tables of other packages": (
        "call a query of that package, and take its rows by a Protocol or as values of a dataclass;"
        " a service that queues an e-mail returns no Message"
    ),
    "tables outside their component": "use simple_table or table of templates/components/table.html",
    "template lines over 160 characters": "break the line between two attributes or arguments",
    "tests that are too long": "move some tests to a new file; the limit is 400 lines",
    "uses of Any": "use a type, a Protocol, or object",
    "words that the glossary refuses in kashcraft": "use the other word, see docs/glossary.md",
    "words that the glossary refuses in tests": "use the other word, see docs/glossary.md",
}
# How many places are listed beside those that are too many.
MORE = 2


def ratchet(rule: str, found: Iterable[str]) -> None:
    """Fail when a rule has more violations than its number allows; each is given as ``file:line what``."""
    places, allowed = sorted(found), NUMBERS[rule]
    newest = sorted(places, key=_last_edit, reverse=True)[: len(places) - allowed + MORE]
    listed = "\n  ".join(newest)
    assert len(places) <= allowed, (
        f"{rule}: {len(places)} places, {allowed} are allowed. What to do: {ADVICE[rule]}.\n"
        f"The {len(newest)} places in the files edited last:\n  {listed}"
    )
    assert not STRICT or len(places) == allowed, f"{rule}: lower the number to {len(places)}"


def _last_edit(place: str) -> float:
    """Return when the file at the beginning of a place was edited, or 0 where there is none."""
    path = ROOT / re.split("[: ]", place, maxsplit=1)[0]
    return path.stat().st_mtime if path.is_file() else 0
