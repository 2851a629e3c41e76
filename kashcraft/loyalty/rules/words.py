"""What the entries of a ledger, the perks of a tier and the value of a reward are called."""

from __future__ import annotations

from calendar import month_name
from datetime import date

# By what an entry does and the act that it comes from; those of staff and exchanges carry their own reason.
ENTRIES = {
    ("earn", "purchase"): "Earned by an order",
    ("redeem", "purchase"): "Spent on an order",
    ("redeem", "reward"): "Exchanged for a reward",
    ("bonus", "signup"): "Welcome",
    ("bonus", "referral"): "A friend's first order",
    ("bonus", "review"): "Review of a piece you bought",
    ("bonus", "birthday"): "Your birthday",
    ("reversal", "refund"): "Taken back with a refund",
    ("reversal", "redemption"): "Given back",
    ("expiration", "lot"): "Expired",
    ("adjustment", "staff"): "Corrected by us",
}
MONTHS = [(number, month_name[number]) for number in range(1, 13)]


def entry_words(points_type: str, source_type: str, reason: str | None) -> str:
    """Return what an entry is called, with the reason that was given for it."""
    words = ENTRIES.get((points_type, source_type), "Points")
    return f"{words}: {reason}" if reason else words


def written_day(day: date) -> str:
    """Return a day as pages write it: 2 March 2026."""
    return f"{day.day} {day:%B %Y}"


def multiplier_words(multiplier_bp: int) -> str:
    """Return how many points a whole unit of money earns: 12,500 basis points are 1.25."""
    return f"{multiplier_bp / 10_000:g}"


def perks(
    *,
    multiplier_bp: int,
    unit: str,
    birthday: int,
    shipping: str,
    shipping_from: str,
    early: bool,
    first: bool,
) -> list[str]:
    """Return what a tier gives, in a few words each.

    ``unit`` is the whole unit of money that the multiplier is for, ``shipping`` none, standard or express,
    ``shipping_from`` a written amount or empty.
    """
    earned = multiplier_words(multiplier_bp)
    found = [f"{earned} point{'' if earned == '1' else 's'} for each {unit} spent on pieces"]
    if shipping != "none":
        found.append(f"Free {shipping} delivery" + (f" from {shipping_from}" if shipping_from else ""))
    if birthday:
        found.append(f"{birthday} points on your birthday")
    found += ["Early access to new pieces"] if early else []
    found += ["First on every waiting list"] if first else []
    return found


def upgrade_words(months: int) -> str:
    """Return how long an upgrade lifts the tier."""
    return f"One tier up for {months} month{'' if months == 1 else 's'}"
