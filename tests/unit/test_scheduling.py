"""Which tests go to one worker together."""

from __future__ import annotations

import pytest

from tests.support.scheduling import together


@pytest.mark.parametrize(
    ("test", "shared"),
    [
        ("tests/browser/test_lists.py::test_a[1440]", "tests/browser/"),
        ("tests/architecture/test_names.py::test_b", "tests/architecture/"),
        ("tests/functional/test_currencies.py::test_c[KWD]", "tests/functional/test_currencies.py"),
        ("tests/unit/core/test_money.py::test_d[a::b]", "tests/unit/core/test_money.py::test_d[a::b]"),
    ],
)
def test_tests_that_share_something_expensive_stay_together(test: str, shared: str) -> None:
    assert together(test) == shared
