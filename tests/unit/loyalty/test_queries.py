"""Reads of members and of the whole program."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from kashcraft.core import clock
from kashcraft.core.db import step
from kashcraft.core.ids import new_id
from kashcraft.loyalty import queries, rules, services
from kashcraft.loyalty.models import ProgrammeChangeKind, ReferralState, RewardStatus, RewardType, Tier
from kashcraft.loyalty.queries import Expiry, MonthlyExpiry, TierMoves
from kashcraft.loyalty.rules import Earned, RiskLevel, TierTerms
from kashcraft.pricing.rules import PointsTerms, TierPerk
from tests.factories.members import an_offer, bought, granted, member, spent
from tests.factories.people import person
from tests.factories.rows import NOW

pytestmark = pytest.mark.usefixtures("database", "frozen")


def terms() -> list[TierTerms]:
    """Return the current requirements of the tiers."""
    return [
        TierTerms(tier=row.tier, qualifying_points=row.qualifying_points, net_spend=row.net_spend)
        for row in queries.list_tiers()
    ]


def test_user_without_an_account_has_no_membership() -> None:
    stranger = person()
    assert queries.find_membership(stranger) is None
    assert queries.find_summary(stranger) is None
    assert queries.find_tier_perk(stranger) is None
    assert queries.get_points_terms(stranger, 50).balance == 0


def test_memberships_are_read_together() -> None:
    one, other = member(300), member(100)
    found = queries.list_memberships([one, other, person()])
    assert {user_id: row.balance for user_id, row in found.items()} == {one: 300, other: 100}
    assert [row.tier for row in found[one].tiers] == list(Tier)


def test_balance_excludes_expired_points_before_the_job_runs(frozen: clock.FrozenClock) -> None:
    user_id = member(300)
    frozen.advance(days=366)
    found = queries.find_membership(user_id)
    assert found is not None
    assert found.balance == 0
    assert queries.list_expiring(user_id) == []
    assert queries.list_open_lots(user_id) == []


def test_summary_shows_the_progress_to_the_next_tier() -> None:
    user_id = member()
    bought(user_id, 150_00)
    bought(user_id, 100_00)
    found = queries.find_summary(user_id)
    assert found is not None
    assert (found.balance, found.worth, found.average_order_value) == (250, 250, 125_00)
    assert (found.tier.tier, found.tier.name, found.risk) == (Tier.BRONZE, "Bronze", RiskLevel.SAFE)
    assert found.progress is not None
    assert (found.progress.tier, found.progress.points_missing, found.progress.spend_missing) == (
        Tier.SILVER,
        150,
        0,
    )
    assert found.projected is None


def test_the_ledger_is_read_in_pages_with_the_balance_after_each_entry() -> None:
    user_id = member(600)
    order_id = spent(user_id, 200)
    page, total = queries.list_entries(user_id, number=1, size=2)
    assert total == 3
    assert [(row.points, row.balance, row.order_id) for row in page] == [
        (-200, 400, order_id),
        (500, 600, None),
    ]
    assert [row.points for row in queries.list_entries(user_id, number=2, size=2)[0]] == [100]


def test_points_that_expire_on_one_day_are_one_number(frozen: clock.FrozenClock) -> None:
    user_id = member(300)
    frozen.advance(days=40)
    bought(user_id, 20_00)
    assert queries.list_expiring(user_id) == [
        Expiry((NOW + timedelta(days=365)).date(), 300),
        Expiry((NOW + timedelta(days=405)).date(), 20),
    ]
    assert [(lot.lot_points, lot.remaining) for lot in queries.list_open_lots(user_id)] == [
        (100, 100),
        (200, 200),
        (20, 20),
    ]


def test_offer_shows_missing_points_and_tier() -> None:
    user_id = member(400)
    an_offer(500)
    an_offer(100, name="For gold", min_tier_required=Tier.GOLD)
    found = queries.find_membership(user_id)
    assert found is not None
    assert [(row.name, row.tier_missing, row.points_missing) for row in queries.list_offers(found)] == [
        ("For gold", True, 0),
        ("5.00 off", False, 100),
    ]


def test_inactive_offers_come_last_for_staff() -> None:
    offer_id = an_offer(100, name="Over")
    an_offer(500)
    with step():
        services.switch_offer(offer_id=offer_id, is_active=False)
    assert [row.name for row in queries.list_all_offers()] == ["5.00 off", "Over"]
    over = queries.find_offer(offer_id)
    assert over is not None
    assert over.points_cost == 100
    assert queries.find_offer(new_id()) is None
    assert [change.kind for change in queries.list_changes(offer_id=offer_id)] == [
        ProgrammeChangeKind.SWITCHED_OFF,
        ProgrammeChangeKind.CREATED,
    ]


def test_rewards_for_orders_leave_upgrades_out() -> None:
    user_id = member(100)
    discount = granted(user_id, RewardType.DISCOUNT, 500, expires_at=NOW + timedelta(days=9))
    upgrade = granted(user_id, RewardType.VIP_UPGRADE, 3)
    assert [row.id for row in queries.list_usable_rewards(user_id)] == [discount]
    assert [row.id for row in queries.list_available_rewards(user_id)] == [discount, upgrade]
    assert queries.find_reward_terms(upgrade, user_id) is None
    assert queries.find_reward_terms(discount, person()) is None


def test_reward_is_expired_before_the_job_runs(frozen: clock.FrozenClock) -> None:
    user_id = member(100)
    granted(user_id, RewardType.DISCOUNT, 500, expires_at=NOW + timedelta(days=1))
    frozen.advance(days=2)
    (row,) = queries.list_rewards_of_member(user_id)
    assert (row.status, row.state, row.is_gift) == (RewardStatus.AVAILABLE, RewardStatus.EXPIRED, True)


def test_the_terms_of_points_and_of_the_tiers_delivery() -> None:
    user_id = member(100)
    assert queries.get_points_terms(user_id, 50) == PointsTerms(points=50, balance=100, worth=1, minimum=100)
    assert queries.find_tier_perk(user_id) is None
    bought(user_id, 600_00)
    assert queries.find_tier_perk(user_id) == TierPerk(name="Silver", free_from=50_00)


def test_points_earned_by_an_order() -> None:
    order_id = bought(member(100), 40_00)
    assert queries.find_earned(order_id, "USD") == Earned(40, 10_000, "USD")
    assert queries.find_earned(new_id(), "USD") is None


def test_referral_is_found_from_both_sides() -> None:
    user_id = member(100)
    code = queries.get_referral_summary(user_id).code
    friend = person()
    with step():
        services.open_account(user_id=friend, referred_by=code)
    assert queries.get_referral_summary(user_id).joined == 1
    assert [(row.user_id, row.state) for row in queries.list_referred_friends(user_id)] == [
        (friend, ReferralState.JOINED)
    ]
    referrer = queries.find_referrer(friend)
    assert referrer is not None
    assert referrer.user_id == user_id
    assert queries.find_referrer(user_id) is None


def test_members_are_found_by_their_address_and_counted() -> None:
    member(100, email="zoon@shop.example")
    member(100, email="ada@shop.example")
    rows, total = queries.search_members(words="zoon", page=1, size=10)
    assert ([row.email for row in rows], total) == (["zoon@shop.example"], 1)
    assert queries.search_members(page=2, size=1)[1] == 2


def test_members_are_sorted_by_points_and_spend_those_without_purchases_last() -> None:
    few, many = member(50, email="zoon@shop.example"), member(700, email="ada@shop.example")
    bought(few, 60_00)

    def sorted_by(sort: str, *, descending: bool = False) -> list[UUID]:
        found, _ = queries.search_members(sort=sort, descending=descending, page=1, size=10)
        return [row.user_id for row in found]

    assert sorted_by("points") == [few, many]
    assert sorted_by("points", descending=True) == [many, few]
    assert sorted_by("spend", descending=True) == [few, many]
    assert sorted_by("last") == sorted_by("last", descending=True) == [few, many]


def test_members_are_filtered_by_tier_and_counted_by_risk(frozen: clock.FrozenClock) -> None:
    member(100)
    frozen.advance(days=100)
    member(100)
    assert queries.search_members(tier=Tier.BRONZE, page=1, size=10)[1] == 2
    assert queries.search_members(tier=Tier.SILVER, page=1, size=10) == ([], 0)
    assert queries.count_by_risk() == {RiskLevel.SAFE: 1, RiskLevel.AT_RISK: 1, RiskLevel.INACTIVE: 0}


def test_the_top_and_the_closest_to_the_next_tier() -> None:
    idle, close, top = member(), member(), member()
    bought(close, 300_00)
    bought(top, 600_00)
    assert [row.user_id for row in queries.list_top_members(limit=2)] == [top, close]
    closest = queries.list_members_near_tier(limit=1)[0]
    assert (closest.user_id, closest.tier, closest.spend_missing) == (close, Tier.SILVER, 0)
    assert idle not in {row.user_id for row in queries.list_members_near_tier()}


def test_figures_of_the_program() -> None:
    member(300)
    gold = member(0)
    bought(gold, 2_000_00)
    found = queries.get_programme(queries.list_tiers())
    assert found.tiers == {Tier.BRONZE: 1, Tier.SILVER: 0, Tier.GOLD: 1, Tier.PLATINUM: 0}
    assert found.risks == {RiskLevel.SAFE: 2, RiskLevel.AT_RISK: 0, RiskLevel.INACTIVE: 0}
    assert (found.members, found.outstanding, found.debt, found.worth) == (2, 2_300, 0, 2_300)


def test_points_by_month_and_their_expiry() -> None:
    user_id = member(300)
    bought(user_id, 50_00)
    spent(user_id, 120)
    month = queries.list_months(1)[0]
    assert (month.start, month.earned, month.granted, month.spent) == (date(2026, 3, 1), 50, 300, 120)
    assert (month.reversed, month.expired, month.change) == (0, 0, 230)
    assert queries.list_monthly_expiries(12) == [MonthlyExpiry(None, 230)]
    assert queries.list_monthly_expiries(13) == [MonthlyExpiry(date(2027, 3, 1), 230)]


def test_other_requirements_move_members_up_and_down() -> None:
    bought(member(), 600_00)
    now = terms()
    higher = [
        item
        if item.tier is Tier.BRONZE
        else TierTerms(tier=item.tier, qualifying_points=9_000 + place, net_spend=item.net_spend)
        for place, item in enumerate(now)
    ]
    assert queries.get_tier_moves(now, higher) == TierMoves(rise=0, fall=1)
    assert queries.get_tier_moves(higher, now) == TierMoves(rise=1, fall=0)
    assert rules.first_misplaced_tier(now) is None


def test_counters_are_verified_against_the_ledger() -> None:
    user_id = member(300)
    spent(user_id, 120)
    assert queries.list_differences() == []
