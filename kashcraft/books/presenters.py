"""Template values of the e-mail about differences."""

from __future__ import annotations

from collections.abc import Sequence

from kashcraft.books.rules import Difference

MOST_LISTED = 50


def email_context(differences: Sequence[Difference]) -> dict[str, object]:
    """Return the number of differences, and the first fifty of them as text."""
    return {
        "count": len(differences),
        "differences": [str(difference) for difference in differences[:MOST_LISTED]],
        "left_out": max(len(differences) - MOST_LISTED, 0),
    }
