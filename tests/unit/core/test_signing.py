"""Signed links, and secrets at rest."""

from __future__ import annotations

import pytest
from flask import Flask

from kashcraft.core import clock, signing
from kashcraft.core.clock import FrozenClock


def test_a_signed_value_is_valid_for_its_purpose_only(database: Flask) -> None:
    link = signing.sign("order", ["0190", 1])

    assert signing.read_signed("order", link) == ["0190", 1]
    assert signing.read_signed("reset", link) is None
    # The last letter of a signature has bits to spare, the first has none.
    body, _, signature = link.rpartition(".")
    other = "A" if signature[0] != "A" else "B"
    assert signing.read_signed("order", f"{body}.{other}{signature[1:]}") is None
    assert signing.read_signed("order", "") is None


def test_secrets_are_stored_encrypted_and_read_back(database: Flask) -> None:
    stored = signing.encrypt("tok_4242")

    assert "tok_4242" not in stored
    assert stored != signing.encrypt("tok_4242")
    assert signing.decrypt(stored) == "tok_4242"
    with pytest.raises(ValueError, match="no configured key"):
        signing.decrypt(stored[:-4] + "AAAA")


def test_signatures_work_with_a_frozen_clock(database: Flask, frozen: FrozenClock) -> None:
    assert clock.now().year == 2026
    assert signing.read_signed("order", signing.sign("order", 1), max_age=60) == 1
