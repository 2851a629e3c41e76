"""What of an old address goes on to the new one."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

# Which campaign sent somebody; variants, pages and sortings of the other shop mean nothing here.
CAMPAIGN = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id")
LONGEST_CAMPAIGN = 100
# Pages that other shops have under these names, and the help page that says it here.
HELP = {
    "about-us": "about", "contact-us": "contact", "contact-information": "contact", "delivery": "shipping",
    "our-story": "about", "privacy-policy": "privacy", "refund-policy": "returns",
    "return-policy": "returns", "returns-policy": "returns", "shipping-policy": "shipping",
    "terms-and-conditions": "terms", "terms-of-service": "terms",
}  # fmt: skip


def with_campaign(path: str, args: Mapping[str, str]) -> str:
    """Return a path with those parameters of an old address that say where somebody came from."""
    kept = {name: args[name][:LONGEST_CAMPAIGN] for name in CAMPAIGN if args.get(name)}
    return f"{path}?{urlencode(kept)}" if kept else path
