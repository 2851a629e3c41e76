"""What the e-mail about books that are not right says."""

from __future__ import annotations

from collections.abc import Sequence

from kashcraft.books.rules import Difference

MOST_LISTED = 50


def email_context(differences: Sequence[Difference]) -> dict[str, object]:
    """Return what the e-mail says: how many differences there are, and the first fifty of them."""
    return {
        "count": len(differences),
        "differences": [str(difference) for difference in differences[:MOST_LISTED]],
        "left_out": max(len(differences) - MOST_LISTED, 0),
    }
