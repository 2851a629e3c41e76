"""Points for reviews and birthdays, and corrections by staff."""

from __future__ import annotations

from datetime import date

import pytest

from kashcraft.core import clock
from kashcraft.core.db import step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import new_id
from kashcraft.loyalty import services
from tests.factories.members import account, balance, bought, entries, lots, member
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("database", "frozen")


def born(day: int, month: int) -> object:
    """Return a new member with this birthday."""
    user_id = member()
    with step():
        services.set_birthday(user_id=user_id, day=day, month=month)
    return user_id


def celebrate(today: date) -> int:
    """Award the birthday points of a day and return the number of members."""
    with step():
        return len(services.award_due_birthdays(today=today))


def test_a_review_is_worth_ten_points_once_per_product() -> None:
    user_id, product_id = member(), new_id()
    for _ in range(2):
        with step():
            services.award_review(user_id=user_id, product_id=product_id)
    assert entries(user_id)[2:] == [("bonus", "review", 10)]
    with step():
        services.award_review(user_id=user_id, product_id=new_id())
    assert balance(user_id) == 20
    assert account(user_id).total_points == 120


def test_review_without_an_account_earns_nothing() -> None:
    user_id = person()
    with step():
        assert services.award_review(user_id=user_id, product_id=new_id()) is None


def test_a_birthday_is_worth_the_points_of_the_tier_once_a_year() -> None:
    user_id = born(4, 3)
    bought(user_id, 600_00)
    assert celebrate(date(2026, 3, 3)) == 0
    assert celebrate(date(2026, 3, 4)) == 1
    assert celebrate(date(2026, 3, 4)) == 0
    assert entries(user_id)[-1] == ("bonus", "birthday", 100)
    assert celebrate(date(2027, 3, 4)) == 1
    assert balance(user_id) == 600 + 200
    assert account(user_id).birth_year_last_redeemed == 2027


def test_missed_birthdays_are_awarded_later() -> None:
    born(4, 3)
    assert celebrate(date(2026, 3, 7)) == 1
    born(4, 3)
    assert celebrate(date(2026, 3, 8)) == 0


def test_changed_birthday_is_not_awarded_twice() -> None:
    user_id = born(4, 3)
    assert celebrate(date(2026, 3, 4)) == 1
    with step():
        services.set_birthday(user_id=user_id, day=5, month=3)
    assert celebrate(date(2026, 3, 5)) == 0


def test_birthday_before_joining_is_not_awarded() -> None:
    born(28, 2)
    assert celebrate(date(2026, 3, 2)) == 0


def test_29_february_is_celebrated_on_the_28th(frozen: clock.FrozenClock) -> None:
    user_id = born(29, 2)
    assert celebrate(date(2027, 2, 27)) == 0
    assert celebrate(date(2027, 2, 28)) == 1
    assert balance(user_id) == 50


@pytest.mark.parametrize(("day", "month"), [(30, 2), (31, 4), (0, 1), (1, 13)])
def test_birthday_must_be_an_existing_date(day: int, month: int) -> None:
    user_id = member()
    with pytest.raises(DomainError, match="no_such_day"), step():
        services.set_birthday(user_id=user_id, day=day, month=month)
    assert account(user_id).birth_day is None


def test_correction_changes_the_balance_once_and_not_the_tier() -> None:
    user_id, staff = member(), person()
    for _ in range(2):
        with step():
            services.adjust(user_id=user_id, points=70, reason="Lost parcel", key="case-1", actor_id=staff)
    assert (balance(user_id), lots(user_id)) == (70, [70])
    with step():
        services.adjust(user_id=user_id, points=-50, reason="Wrong case", key="case-2", actor_id=staff)
    assert (balance(user_id), lots(user_id)) == (20, [20])
    assert account(user_id).total_points == 100


def test_a_correction_never_leaves_a_debt() -> None:
    user_id = member(40)
    with pytest.raises(DomainError, match="points_short"), step():
        services.adjust(user_id=user_id, points=-41, reason="Too much", key="case-1")
    assert balance(user_id) == 40


def test_correction_requires_a_reason_and_an_amount() -> None:
    user_id = member()
    with pytest.raises(DomainError, match="reason_missing"), step():
        services.adjust(user_id=user_id, points=5, reason=" ", key="case-1")
    with pytest.raises(DomainError, match="nothing_to_adjust"), step():
        services.adjust(user_id=user_id, points=0, reason="Nothing", key="case-1")
    stranger = person()
    with pytest.raises(NotFound, match="no_member"), step():
        services.adjust(user_id=stranger, points=5, reason="Welcome", key="case-1")
