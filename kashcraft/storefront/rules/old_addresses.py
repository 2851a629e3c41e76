"""Parts of an old address that the new address retains."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

# Campaign parameters; other parameters of the old shop have no meaning here.
CAMPAIGN = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id")
MAX_CAMPAIGN_LENGTH = 100
# Names of pages in other shops, and the corresponding help pages here.
HELP = {
    "about-us": "about", "contact-us": "contact", "contact-information": "contact", "delivery": "shipping",
    "our-story": "about", "privacy-policy": "privacy", "refund-policy": "returns",
    "return-policy": "returns", "returns-policy": "returns", "shipping-policy": "shipping",
    "terms-and-conditions": "terms", "terms-of-service": "terms",
}  # fmt: skip


def with_campaign(path: str, args: Mapping[str, str]) -> str:
    """Return a path with the campaign parameters of an old address."""
    parameters = {name: args[name][:MAX_CAMPAIGN_LENGTH] for name in CAMPAIGN if args.get(name)}
    return f"{path}?{urlencode(parameters)}" if parameters else path
