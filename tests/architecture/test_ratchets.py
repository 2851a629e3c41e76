"""The ratchet: it fails on new violations, lists them, and has no unused numbers."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.architecture import ratchets
from tests.architecture.source import files


@pytest.fixture(autouse=True)
def numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratchets, "NUMBERS", {"rule": 2})
    monkeypatch.setitem(ratchets.ADVICE, "rule", "write it differently")


def test_as_many_violations_as_the_number_pass() -> None:
    ratchets.ratchet("rule", ["a.py:1", "b.py:2"])


def test_one_more_violation_fails_and_says_what_to_do() -> None:
    with pytest.raises(AssertionError) as failure:
        ratchets.ratchet("rule", ["c.py:3", "a.py:1", "b.py:2"])

    assert str(failure.value).splitlines() == [
        "rule: 3 places, 2 are allowed. What to do: write it differently.",
        "The 3 places in the files edited last:",
        "  a.py:1",
        "  b.py:2",
        "  c.py:3",
    ]


def test_the_files_edited_last_are_listed_and_older_ones_left_out(tmp_path: Path) -> None:
    older, newer = tmp_path / "a.py", tmp_path / "b.py"
    for moment, path in enumerate((older, newer)):
        path.touch()
        os.utime(path, (moment, moment))
    places = [*(f"{older}:{line} x" for line in range(1, 6)), f"{newer}:1 x"]
    allowed = len(places) - 1
    ratchets.NUMBERS["rule"] = allowed

    with pytest.raises(AssertionError) as failure:
        ratchets.ratchet("rule", places)

    assert str(failure.value).splitlines()[2:] == [f"  {newer}:1 x", f"  {older}:1 x", f"  {older}:2 x"]


def test_fewer_violations_fail_only_in_strict_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratchets, "STRICT", False)
    ratchets.ratchet("rule", ["a.py:1"])

    monkeypatch.setattr(ratchets, "STRICT", True)
    with pytest.raises(AssertionError, match="rule: lower the number to 1"):
        ratchets.ratchet("rule", ["a.py:1"])


def test_every_number_is_used_and_sorted() -> None:
    source = ratchets.__file__
    with open(source, encoding="utf-8") as file:  # noqa: PTH123
        listed = re.findall(r'^    "(.+)": \d+,$', file.read(), re.MULTILINE)
    used = {
        rule
        for path in files("tests", ".py")
        if path.name != "test_ratchets.py"
        for rule in re.findall(r'\bratchet\(\s*"([^"]+)"', path.read_text())
    }

    assert listed == sorted(used)
    assert set(ratchets.ADVICE) - {"rule"} == used, "each rule says in ADVICE what to do instead"
