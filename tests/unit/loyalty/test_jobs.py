"""Jobs of the loyalty program. Running one twice has no second effect."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import pytest

from kashcraft.core import clock, jobs
from kashcraft.core.db import step
from kashcraft.core.ids import new_id
from kashcraft.loyalty import jobs as member_jobs
from kashcraft.loyalty import services
from kashcraft.loyalty.models import RewardType, Tier
from tests.factories.members import account, balance, bought, entries, member
from tests.factories.rows import NOW

pytestmark = pytest.mark.usefixtures("database", "frozen")


def test_points_expire_and_upgrades_end(frozen: clock.FrozenClock) -> None:
    people = [member(200) for _ in range(3)]
    with step():
        upgrade = services.grant_reward(
            user_id=people[0],
            prize=services.Prize(name="A tier up", reward_type=RewardType.VIP_UPGRADE, value=2),
        )
        services.start_upgrade(reward_id=upgrade.id, user_id=people[0])
    frozen.advance(days=365)
    for _ in range(2):
        member_jobs.expire_points()
    assert [balance(user_id) for user_id in people] == [0, 0, 0]
    assert account(people[0]).current_tier == "bronze"


def test_birthday_points_are_awarded_on_the_day(frozen: clock.FrozenClock) -> None:
    people = [member() for _ in range(60)]
    for user_id in people:
        with step():
            services.set_birthday(user_id=user_id, day=3, month=3)
    frozen.advance(days=1)
    for _ in range(2):
        member_jobs.birthdays()
    assert {account(user_id).available_points for user_id in people} == {50}
    assert entries(people[0])[-1] == ("bonus", "birthday", 50)


def test_rewards_expire(frozen: clock.FrozenClock) -> None:
    user_id = member()
    with step():
        reward = services.grant_reward(
            user_id=user_id,
            prize=services.Prize(name="5.00 off", reward_type=RewardType.DISCOUNT, value=500),
            expires_at=NOW + timedelta(days=1),
        )
    member_jobs.expire_rewards()
    assert reward.status == "available"
    frozen.advance(days=1)
    member_jobs.expire_rewards()
    with step() as session:
        session.refresh(reward)
    assert reward.status == "expired"


def test_new_tier_sends_an_email(sent_emails: list[EmailMessage]) -> None:
    user_id = member(email="asha@shop.example")
    bought(user_id, 600_00)
    jobs.run_due()
    (email,) = sent_emails
    assert email["Subject"] == "You are a Silver member of Kashcraft now"
    assert email["To"] == "asha@shop.example"
    text = email.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "you have reached Silver" in text
    assert "http://localhost/account/loyalty" in text


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("upgrade_ended", "your upgrade has ended, so your tier is Silver again. Your points"),
        ("terms", "the requirements of our tiers have changed, so your tier is Silver now. Your points"),
        ("", "your tier is Silver now. Your points are as they were."),
    ],
)
def test_email_about_a_lower_tier_states_the_reason(
    sent_emails: list[EmailMessage], reason: str, sentence: str
) -> None:
    user_id = member()
    with step():
        services.send_tier_email(
            user_id=user_id,
            old_tier=Tier.GOLD,
            new_tier=Tier.SILVER,
            at="2026-03-02T10:00:00+00:00",
            reason=reason,
        )
    jobs.run_due()
    text = sent_emails[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert sentence in text


def test_tier_lost_by_a_refund_sends_no_email(sent_emails: list[EmailMessage]) -> None:
    user_id = member()
    order_id = bought(user_id, 600_00)
    jobs.run_due()
    assert [email["Subject"] for email in sent_emails] == ["You are a Silver member of Kashcraft now"]
    with step():
        services.reverse(
            order_id=order_id, refund_id=new_id(), net_total=600_00, net_refunded_before=0,
            net_refunded_after=600_00,
        )  # fmt: skip
    jobs.run_due()
    assert account(user_id).current_tier == "bronze"
    assert len(sent_emails) == 1
