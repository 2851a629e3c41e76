"""One member as staff read it: what the tiers need, and the states of rewards and referrals."""

from __future__ import annotations

from collections.abc import Mapping

from kashcraft.core.formats import Formats
from kashcraft.core.i18n import LazyText, ngettext
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.money import Money
from kashcraft.loyalty.presenters import tier_name
from kashcraft.loyalty.rules import ReferralState, RewardStatus, TierProgress, TierTerms

# The label of a reward's status, and the state that colors its tag.
REWARDS: Mapping[RewardStatus, tuple[LazyText, str]] = {
    RewardStatus.AVAILABLE: (_l("Available"), "good"),
    RewardStatus.REDEEMED: (_l("Used"), "info"),
    RewardStatus.EXPIRED: (_l("Expired"), "muted"),
}
REFERRALS: Mapping[ReferralState, LazyText] = {
    ReferralState.INVITED: _l("Opened an account"),
    ReferralState.JOINED: _l("Signed in"),
    ReferralState.REWARDED: _l("Bought, both received their points"),
    ReferralState.VOID: _l("Not counted: the same mailbox"),
}


def requirement_text(terms: TierTerms, currency: str, formats: Formats) -> str:
    """Return what a tier needs, as a sentence."""
    name = tier_name(terms.tier)
    if not terms.qualifying_points and not terms.net_spend:
        return _("%(tier)s needs nothing: every member starts there.", tier=name)
    needed = _both(terms.qualifying_points, terms.net_spend, currency, formats, lifetime=True)
    return _("%(tier)s needs %(needed)s.", tier=name, needed=needed)


def missing_text(progress: TierProgress, currency: str, formats: Formats) -> str:
    """Return what a member still lacks for the next tier, as a sentence; empty where nothing is missing."""
    missing = _both(progress.points_missing, progress.spend_missing, currency, formats)
    return _("Still missing: %(missing)s.", missing=missing) if missing else ""


def _both(points: int, spend: int, currency: str, formats: Formats, *, lifetime: bool = False) -> str:
    """Return points and spend in words, without the one that is 0."""
    number, parts = formats.number(points), []
    if points and lifetime:
        parts.append(ngettext("%(num)s lifetime point", "%(num)s lifetime points", points, num=number))
    elif points:
        parts.append(ngettext("%(num)s point", "%(num)s points", points, num=number))
    if spend:
        parts.append(_("%(amount)s net spend", amount=formats.amount(Money(spend, currency))))
    return formats.several(parts)
