from __future__ import annotations

import pytest

from kashcraft.core.content_version import content_version, refuse_outdated
from kashcraft.core.errors import DomainError


def test_equal_content_has_one_version_in_any_order() -> None:
    version = content_version({"name": "Home", "places": ["US"]})

    assert version == content_version({"places": ["US"], "name": "Home"})
    assert version != content_version({"places": ["US"], "name": "Away"})
    assert len(version) == 32


def test_a_form_that_saw_other_values_is_refused() -> None:
    refuse_outdated(None, {"name": "Home"})
    refuse_outdated(content_version({"name": "Home"}), {"name": "Home"})
    for seen in ("", content_version({"name": "Away"})):
        with pytest.raises(DomainError) as refusal:
            refuse_outdated(seen, {"name": "Home"})
        assert refusal.value.code == "outdated"
