"""The loyalty programme in the back office: figures, members, corrections, gifts, tiers, the list."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts.models import Role
from kashcraft.core import clock, jobs
from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from kashcraft.loyalty import queries, services
from kashcraft.loyalty.models import LoyaltyReward, PointsHistory, RewardOffer, RewardType
from kashcraft.orders import services as orders
from kashcraft.orders.models import Order, OrderLine
from kashcraft.pricing.rules import RewardKind, RewardTerms
from tests.factories.catalogue import make_product
from tests.factories.members import account, an_offer, an_order, balance, bought, granted, member, spent
from tests.factories.orders import paid, stocked
from tests.factories.people import person, signed_in
from tests.factories.rows import NOW

HOME = "/backoffice/loyalty"
HTMX = {"HX-Request": "true"}
TIER = {
    "qualifying_points": "500", "net_spend": "250.00", "multiplier": "1.25", "birthday_points": "100",
    "free_shipping": "standard", "free_shipping_from": "50.00",
}  # fmt: skip
OFFER = {
    "name": "5.00 off", "reward_type": "discount", "value": "5.00", "points_cost": "500", "valid_days": "90",
    "min_tier_required": "",
}  # fmt: skip


def text_of(markup: str) -> str:
    """Return what a person reads."""
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def in_shop(app: Flask, work: Callable[[], Any]) -> Any:
    """Return what ``work`` returns inside the application."""
    with app.app_context():
        return work()


@pytest.fixture
def asha(app: Flask, frozen: clock.FrozenClock) -> UUID:
    """A member with 700 points."""
    return UUID(str(in_shop(app, lambda: member(700, email="asha@shop.example"))))


@pytest.fixture
def helper(app: Flask, frozen: clock.FrozenClock) -> FlaskClient:
    """The browser of a signed-in member of the support team."""
    return signed_in(app, Role.SUPPORT)


@pytest.fixture
def owner(app: Flask, frozen: clock.FrozenClock) -> FlaskClient:
    """The owner at their screen."""
    return signed_in(app, Role.OWNER)


def page(client: FlaskClient, user_id: UUID, query: str = "") -> str:
    return client.get(f"{HOME}/members/{user_id}{query}").text


def test_an_empty_programme_has_figures_too(owner: FlaskClient) -> None:
    text = text_of(owner.get(HOME).text)
    assert "Members 0 Points outstanding 0, worth $0.00 at checkout Buying 0 At risk 0 Inactive 0" in text
    assert "There are no members yet." in text
    assert "No member is close to the next tier." in text


def test_the_programme_in_figures(app: Flask, owner: FlaskClient, frozen: clock.FrozenClock) -> None:
    with app.app_context():
        frozen.moment = datetime(2026, 1, 31, 23, 59, tzinfo=UTC)
        first = member(300)
        frozen.moment = NOW
        bought(first, 600_00)
        spent(first, 250)
        debtor = member()
        order_id = bought(debtor, 80_00)
        spent(debtor, 80)
        with step():
            services.reverse(
                order_id=order_id, refund_id=new_id(), net_total=80_00, net_refunded_before=0,
                net_refunded_after=80_00,
            )  # fmt: skip
        assert queries.list_differences() == []
    text = text_of(owner.get(HOME).text)
    assert "Members 2 Points outstanding 650, worth $6.50 at checkout Points due from members 80" in text
    assert "Bronze Members 1 Share 50% Silver Members 1 Share 50% Gold Members 0 Share 0%" in text
    assert "March 2026 Earned 680 Granted 0 Redeemed 330 Reversed 80 Expired 0 Change +270" in text
    assert "January 2026 Earned 0 Granted 300 Redeemed 0 Reversed 0 Expired 0 Change +300" in text
    assert "Later Points 650" in text
    assert "Asha Bhat Silver Lifetime points 700 Points 650 Net spend $600.00" in text
    assert "Asha Bhat Gold Progress 35% Missing points 1,300 Missing spend $400.00" in text


def test_an_editor_sees_the_figures_and_no_names(app: Flask, asha: UUID) -> None:
    editor = signed_in(app, Role.EDITOR)
    text = text_of(editor.get(HOME).text)
    assert "Points outstanding 700" in text
    assert "Top members" not in text
    assert "Asha Bhat Bronze" not in text


def listed(client: FlaskClient, query: str = "") -> list[str]:
    """Return the ids of the members in a list, in its order."""
    return re.findall(rf'href="{HOME}/members/([0-9a-f-]+)"', client.get(f"{HOME}/members{query}").text)


def test_members_are_found_by_parts_of_name_and_email(app: Flask, helper: FlaskClient, asha: UUID) -> None:
    with app.app_context():
        other = member(email="farah@shop.example")

    assert sorted(listed(helper)) == sorted([str(asha), str(other)])
    assert listed(helper, "?find=ASHA@") == [str(asha)]
    assert sorted(listed(helper, "?find=bha+ash")) == sorted([str(asha), str(other)])
    assert listed(helper, "?find=100%25") == []
    assert "Nothing found" in helper.get(f"{HOME}/members?find=nobody").text


def test_members_are_listed_by_risk_with_their_numbers(
    app: Flask, helper: FlaskClient, asha: UUID, frozen: clock.FrozenClock
) -> None:
    with app.app_context():
        frozen.advance(days=100)
        later = member()
        frozen.advance(days=90)
    client = signed_in(app, Role.SUPPORT)
    assert listed(client, "?tab=inactive") == [str(asha)]
    assert listed(client, "?tab=at_risk") == [str(later)]
    assert listed(client, "?tab=safe") == []
    text = text_of(client.get(f"{HOME}/members?tab=safe").text)
    assert "All 2 Buying 0 At risk 1 Inactive 1" in text
    assert "No members here" in text
    assert len(listed(client, "?tab=nonsense")) == 2


def test_members_are_sorted_filtered_and_exported(app: Flask, helper: FlaskClient, asha: UUID) -> None:
    with app.app_context():
        silver = member(50, email="farah@shop.example")
        bought(silver, 600_00)
        jobs.run_due()
    assert listed(helper, "?sort=points") == [str(silver), str(asha)]
    assert listed(helper, "?sort=-points") == [str(asha), str(silver)]
    assert listed(helper, "?sort=-spend") == [str(silver), str(asha)]
    assert listed(helper, "?sort=last") == [str(silver), str(asha)]
    assert listed(helper, "?sort=-last") == [str(silver), str(asha)]
    assert listed(helper, "?tier=silver") == [str(silver)]
    answer = helper.get(f"{HOME}/members?sort=-points&format=csv")
    assert answer.mimetype == "text/csv"
    assert answer.text.lstrip("\ufeff").splitlines() == [
        "Member,Tier,Points,Net spend,Last purchase,Status",
        "Asha Bhat (asha@shop.example),Bronze,700,0.00,,Buying",
        "Asha Bhat (farah@shop.example),Silver,650,600.00,2026-03-02T10:00:00+00:00,Buying",
    ]


def test_a_long_list_has_pages(app: Flask, helper: FlaskClient) -> None:
    with app.app_context():
        for _ in range(41):
            member()
    first = helper.get(f"{HOME}/members?find=bhat").text
    assert f"{HOME}/members?find=bhat&amp;page=2" in first
    assert (len(listed(helper, "?find=bhat")), len(listed(helper, "?find=bhat&page=2"))) == (40, 1)


def test_the_page_of_a_member_shows_status_history_rewards_and_friends(
    app: Flask, helper: FlaskClient, asha: UUID
) -> None:
    with app.app_context():
        number = db.session.get_one(Order, bought(asha, 300_00)).number
        friend = person(email="farah@shop.example")
        code = queries.get_referral_summary(asha).code or ""
        with step():
            services.open_account(user_id=friend, referred_by=code)
        reward_id, order_id = granted(asha, RewardType.DISCOUNT, 500), an_order()
        with step():
            services.redeem_reward(reward_id=reward_id, user_id=asha, order_id=order_id)
    markup = page(helper, asha)
    text = text_of(markup)
    assert (
        "Points 1,000, worth $10.00 Lifetime points 400 Net spend $300.00 Purchases 1, $300.00 on average "
        "Last purchase March 2, 2026"
    ) in text
    assert "Bronze since March 2, 2026. Bronze needs nothing: every member starts there." in text
    assert (
        "Silver needs 500 lifetime points and $250.00 net spend. Still missing: 100 points. "
        "Contact E-mail asha@shop.example"
    ) in text
    assert f"Earned by an order March 2, 2026, 10:00 AM {number} Points +300 Balance 1,000" in text
    assert "Corrected by us: For a test March 2, 2026, 10:00 AM Points +600 Balance 700" in text
    assert "Welcome March 2, 2026 March 2, 2027 Earned 100 Remaining 100" in text
    assert "A gift March 2, 2026 Given by the shop – Used KC-" in text
    assert "Asha Bhat March 2, 2026 Signed in" in text
    assert f'href="/backoffice/orders/{order_id}"' in markup
    assert "Referred by Asha Bhat" in text_of(page(helper, friend))


def test_the_page_of_a_member_lists_the_newest_orders(app: Flask, helper: FlaskClient, asha: UUID) -> None:
    assert "This member has no orders." in page(helper, asha)
    with app.app_context():
        product = stocked(50)
        found = [paid((product, 1), user_id=asha) for _ in range(11)]
        oldest, newest, link = found[0].number, found[-1].number, f"/backoffice/orders/{found[-1].id}"
    before, _, rest = page(helper, asha).partition('id="orders"')
    markup = rest.partition('id="ledger"')[0]
    assert 'id="ledger"' not in before
    assert f'<a href="{link}">{newest}</a>' in markup
    assert oldest not in markup
    assert "All 11 orders" in markup


def test_a_raised_tier_is_shown_with_its_end(app: Flask, helper: FlaskClient, asha: UUID) -> None:
    with app.app_context():
        reward_id = granted(asha, RewardType.VIP_UPGRADE, 3)
        with step():
            services.start_upgrade(reward_id=reward_id, user_id=asha)
    assert "Raised by an upgrade until June 2, 2026." in text_of(page(helper, asha))


def test_a_customer_without_a_membership_is_not_found(app: Flask, helper: FlaskClient) -> None:
    with app.app_context():
        nobody = person()
    assert helper.get(f"{HOME}/members/{nobody}").status_code == 404
    for path, data in (("points", {"points": "5", "reason": "x", "key": "k"}), ("rewards", {})):
        answer = helper.post(f"{HOME}/members/{nobody}/{path}", data=data)
        assert answer.status_code == 404


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_points_are_corrected_once_with_who_and_why(
    app: Flask, asha: UUID, headers: dict[str, str], frozen: clock.FrozenClock
) -> None:
    with app.app_context():
        clerk = person(Role.SUPPORT)
    client = signed_in(app, user_id=clerk)
    key = re.search(r'name="key" value="([^"]+)"', page(client, asha))
    assert key
    sent = {"points": "-150", "reason": "Entered twice", "key": key[1]}
    for _ in range(2):
        answer = client.post(f"{HOME}/members/{asha}/points", data=sent, headers=headers)
        place = answer.headers["HX-Redirect" if headers else "Location"]
        assert place == f"{HOME}/members/{asha}?notice=points_adjusted#ledger"
    with app.app_context():
        assert balance(asha) == 550
        entry = db.session.scalars(sa.select(PointsHistory).where(PointsHistory.actor_id == clerk)).one()
        assert (entry.points_amount, entry.reason, entry.created_at) == (-150, "Entered twice", NOW)
    text = text_of(page(client, asha, "?notice=points_adjusted"))
    assert "Corrected by us: Entered twice March 2, 2026, 10:00 AM Asha Bhat Points −150 Balance 550" in text
    assert "Points corrected." in text


@pytest.mark.parametrize(
    ("sent", "field", "message"),
    [
        ({"points": "", "reason": "x"}, "points", "Please enter how many points."),
        ({"points": "1.5", "reason": "x"}, "points", "A whole number from −1,000,000 to 1,000,000."),
        ({"points": "0", "reason": "x"}, "points", "Please enter a number other than 0."),
        ({"points": "-701", "reason": "x"}, "points", "The balance is 700, so no more than that"),
        ({"points": "5", "reason": " "}, "reason", "Please enter a reason. The member can read it."),
        ({"points": "1000001", "reason": "x"}, "points", "A whole number from −1,000,000 to 1,000,000."),
    ],
)
def test_a_correction_that_cannot_be_is_answered_beside_its_field(
    app: Flask, helper: FlaskClient, asha: UUID, sent: dict[str, str], field: str, message: str
) -> None:
    answer = helper.post(f"{HOME}/members/{asha}/points", data={**sent, "key": "key-1"})
    assert answer.status_code == 422
    assert re.search(rf'id="{field}-error">{re.escape(message)}', answer.text)
    assert 'value="key-1"' in answer.text
    with app.app_context():
        assert balance(asha) == 700


def test_a_reward_is_given_once_and_found_by_the_member(app: Flask, helper: FlaskClient, asha: UUID) -> None:
    with app.app_context():
        bowl = make_product("Walnut bowl", sku="WB-1").id
        key = str(new_id())
    sent = {
        "name": "A bowl", "reward_type": "free_item", "sku": "WB-1", "why": "Late parcel", "key": key,
        "min_tier_required": "", "last_day": "2026-04-30",
    }  # fmt: skip
    for _ in range(2):
        answer = helper.post(f"{HOME}/members/{asha}/rewards", data=sent)
        assert answer.headers["Location"] == f"{HOME}/members/{asha}?notice=reward_granted#rewards"
    with app.app_context():
        (reward,) = db.session.scalars(sa.select(LoyaltyReward)).all()
        assert (str(reward.id), reward.product_id, reward.value) == (key, bowl, 0)
        assert reward.expires_at == datetime(2026, 5, 1, tzinfo=UTC)
    text = text_of(page(helper, asha))
    assert "A bowl March 2, 2026 Given by Asha Bhat Late parcel May 1, 2026 Available" in text
    mine = text_of(signed_in(app, user_id=asha).get("/account/loyalty").text)
    assert "A bowl Use it before May 1, 2026." in mine
    assert "Late parcel" not in mine


def test_the_form_of_a_gift_is_filled_like_an_offer(app: Flask, helper: FlaskClient, asha: UUID) -> None:
    with app.app_context():
        offer_id = an_offer(500, description="For patience")
    markup = page(helper, asha, f"?like={offer_id}")
    assert 'value="5.00 off"' in markup
    assert 'value="5.00"' in markup
    assert "For patience</textarea>" in markup
    assert page(helper, asha, f"?like={new_id()}").count("<h1") == 1


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"name": ""}, "name"),
        ({"value": ""}, "value"),
        ({"value": "free"}, "value"),
        ({"value": "0"}, "value"),
        ({"reward_type": "vip_upgrade", "value": "1.5"}, "value"),
        ({"reward_type": "vip_upgrade", "value": "25"}, "value"),
        ({"reward_type": "free_item", "sku": ""}, "sku"),
        ({"reward_type": "free_item", "sku": "NONE"}, "sku"),
        ({"reward_type": "nonsense"}, "reward_type"),
        ({"why": ""}, "why"),
        ({"last_day": "9999-01-01"}, "last_day"),
    ],
)
def test_a_gift_that_makes_no_sense_is_answered_beside_its_field(
    app: Flask, helper: FlaskClient, asha: UUID, sent: dict[str, str], field: str
) -> None:
    usual = {
        "name": "A gift",
        "reward_type": "discount",
        "value": "5.00",
        "why": "Patience",
        "min_tier_required": "",
        "key": str(new_id()),
    }
    answer = helper.post(f"{HOME}/members/{asha}/rewards", data={**usual, **sent})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    with app.app_context():
        assert db.session.scalars(sa.select(LoyaltyReward)).all() == []


def test_a_tier_is_changed_once_its_effect_was_shown(app: Flask, owner: FlaskClient, asha: UUID) -> None:
    with app.app_context():
        bought(asha, 600_00)
        jobs.run_due()
    sent = {**TIER, "net_spend": "700.00"}
    shown = owner.post(f"{HOME}/tiers/silver", data=sent)
    assert shown.status_code == 200
    assert "0 members move up. 1 member moves down. Each of them receives an e-mail." in text_of(shown.text)
    assert 'value="700.00"' in shown.text
    with app.app_context():
        assert account(asha).current_tier == "silver"
    agreed = re.search(r'name="agreed" value="([^"]+)"', shown.text)
    assert agreed
    answer = owner.post(f"{HOME}/tiers/silver", data={**sent, "agreed": agreed[1]})
    assert answer.headers["Location"] == f"{HOME}/tiers?notice=tier_changed"
    with app.app_context():
        jobs.run_due()
        assert account(asha).current_tier == "bronze"
    assert "Silver Lifetime points 500 Net spend $700.00" in text_of(owner.get(f"{HOME}/tiers").text)
    history = text_of(owner.get(f"{HOME}/tiers/silver").text)
    assert "History Changed March 2, 2026, 10:00 AM Net spend: $250.00 → $700.00; Asha Bhat" in history


def test_an_agreement_to_another_effect_is_none(app: Flask, owner: FlaskClient, asha: UUID) -> None:
    with app.app_context():
        bought(asha, 600_00)
    answer = owner.post(f"{HOME}/tiers/silver", data={**TIER, "net_spend": "700.00", "agreed": "0-0"})
    assert answer.status_code == 200
    with app.app_context():
        assert [row.net_spend for row in queries.list_tiers()][1] == 250_00


def test_a_perk_that_moves_nobody_is_changed_at_once(app: Flask, owner: FlaskClient, asha: UUID) -> None:
    sent = {**TIER, "qualifying_points": "0", "net_spend": "0", "multiplier": "1.1", "birthday_points": "60",
            "free_shipping": "none", "free_shipping_from": "", "early_access": "y"}  # fmt: skip
    answer = owner.post(f"{HOME}/tiers/bronze", data=sent)
    assert answer.status_code == 303
    history = text_of(owner.get(f"{HOME}/tiers/bronze").text)
    assert "Points per unit spent: 1 → 1.1" in history
    assert "Birthday points: 50 → 60" in history
    assert "Early access to new products: no → yes" in history


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"qualifying_points": "2000"}, "qualifying_points"),
        ({"qualifying_points": "-1"}, "qualifying_points"),
        ({"qualifying_points": ""}, "qualifying_points"),
        ({"net_spend": "1000.01"}, "qualifying_points"),
        ({"net_spend": "much"}, "net_spend"),
        ({"multiplier": "0"}, "multiplier"),
        ({"multiplier": "1.23456"}, "multiplier"),
        ({"birthday_points": "some"}, "birthday_points"),
        ({"free_shipping": "drone"}, "free_shipping"),
        ({"free_shipping_from": "-1"}, "free_shipping_from"),
    ],
)
def test_numbers_that_make_no_ladder_are_answered_beside_their_field(
    app: Flask, owner: FlaskClient, asha: UUID, values: dict[str, str], field: str
) -> None:
    answer = owner.post(f"{HOME}/tiers/silver", data={**TIER, **values})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    with app.app_context():
        assert [row.qualifying_points for row in queries.list_tiers()] == [0, 500, 2_000, 5_000]


def test_a_shop_without_members_has_no_tiers_yet(owner: FlaskClient) -> None:
    assert "The tiers are created when the first member joins." in owner.get(f"{HOME}/tiers").text
    assert owner.get(f"{HOME}/tiers/gold").status_code == 404


def test_an_editor_keeps_the_list_of_rewards(app: Flask, asha: UUID) -> None:
    editor, key = signed_in(app, Role.EDITOR), str(new_id())
    assert "No rewards yet" in editor.get(f"{HOME}/offers").text
    new = editor.get(f"{HOME}/offers/new").text
    assert re.search(r'name="key" value="[0-9a-f-]{36}"', new)
    sent = {**OFFER, "key": key, "min_tier_required": "silver", "last_day": "2026-03-31"}
    for _ in range(2):
        answer = editor.post(f"{HOME}/offers/new", data=sent)
        assert answer.headers["Location"] == f"{HOME}/offers?notice=offer_written"
    listed = text_of(editor.get(f"{HOME}/offers").text)
    assert "5.00 off Points 500 Silver and above before April 1, 2026 Active Deactivate" in listed
    shown = editor.get(f"{HOME}/offers/{key}").text
    assert 'value="2026-03-31"' in shown
    changed = {**sent, "points_cost": "450", "min_tier_required": "", "value": "6.00"}
    answer = editor.post(f"{HOME}/offers/{key}", data=changed)
    assert answer.headers["Location"] == f"{HOME}/offers?notice=offer_changed"
    history = text_of(editor.get(f"{HOME}/offers/{key}").text)
    assert "Value: $5.00 → $6.00" in history
    assert "Price in points: 500 → 450" in history
    assert "Available to: Silver → –" in history
    mine = signed_in(app, user_id=asha)
    assert "Redeem 450 points" in mine.get("/account/loyalty").text
    for state, is_there in (("off", False), ("on", True)):
        answer = editor.post(f"{HOME}/offers/{key}/{state}")
        assert answer.headers["Location"] == f"{HOME}/offers?notice=offer_{state}"
        assert ("Redeem 450 points" in mine.get("/account/loyalty").text) is is_there


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"points_cost": "0"}, "points_cost"),
        ({"valid_days": ""}, "valid_days"),
        ({"first_day": "2026-04-02", "last_day": "2026-04-01"}, "last_day"),
        ({"reward_type": "free_item", "sku": "NONE"}, "sku"),
        ({"min_tier_required": "tin"}, "min_tier_required"),
    ],
)
def test_an_offer_that_makes_no_sense_is_answered_beside_its_field(
    app: Flask, owner: FlaskClient, values: dict[str, str], field: str
) -> None:
    with app.app_context():
        offer_id = an_offer(500)
    for path in ("new", str(offer_id)):
        answer = owner.post(f"{HOME}/offers/{path}", data={**OFFER, "key": str(new_id()), **values})
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
    with app.app_context():
        assert [row.name for row in db.session.scalars(sa.select(RewardOffer))] == ["5.00 off"]


def test_offers_that_do_not_exist_are_not_found(owner: FlaskClient) -> None:
    nothing = f"{HOME}/offers/{new_id()}"
    assert owner.get(nothing).status_code == 404
    assert owner.post(nothing, data=OFFER).status_code == 404
    assert owner.post(f"{nothing}/on").status_code == 404


@pytest.mark.parametrize("path", ["", "/members", "/members/{member}", "/offers", "/tiers"])
def test_pages_read_as_much_for_one_row_as_for_many(
    app: Flask, owner: FlaskClient, asha: UUID, count_statements: Callable[[], Any], path: str
) -> None:
    address = HOME + path.format(member=asha)

    def statements() -> int:
        owner.get(address)
        with count_statements() as seen:
            assert owner.get(address).status_code == 200
        return len(seen)

    with app.app_context():
        bought(asha, 10_00)
        an_offer(300)
        granted(asha, RewardType.DISCOUNT, 500)
    one = statements()
    with app.app_context():
        for number in range(4):
            bought(member(), 20_00)
            bought(asha, 10_00)
            an_offer(400 + number)
            granted(asha, RewardType.DISCOUNT, 500)
    assert statements() == one
    # Of these, the navigation counts the waiting work with three.
    assert one <= 17


@pytest.mark.parametrize("kind", [RewardType.DISCOUNT, RewardType.FREE_SHIPPING])
def test_a_refund_says_before_and_after_that_a_reward_comes_back(
    app: Flask, helper: FlaskClient, asha: UUID, kind: RewardType
) -> None:
    with app.app_context():
        value = 500 if kind is RewardType.DISCOUNT else 0
        reward_id = granted(asha, kind, value)
        terms = RewardTerms(reference=reward_id, name="A gift", kind=RewardKind(kind.value), value=value)
        order = paid((stocked(5), 2), user_id=asha, reward=terms, shipping=500)
        (line_id,) = db.session.scalars(sa.select(OrderLine.id).where(OrderLine.order_id == order.id))
        if kind is RewardType.FREE_SHIPPING:
            with step():
                orders.start_processing(order_id=order.id)
                orders.mark_shipped(order_id=order.id)
    page_of_order, comes_back = f"/backoffice/orders/{order.id}", kind is RewardType.DISCOUNT
    form = {f"units_{line_id.hex}": "1", "reason": "Broken", "key": "one", "shipping": "", "amount": ""}
    part = helper.post(f"{page_of_order}/refund/preview", data=form).text
    assert "can be used again" not in part
    whole = form | {f"units_{line_id.hex}": "2", "shipping": "5.00" if comes_back else ""}
    shown = helper.post(f"{page_of_order}/refund/preview", data=whole).text
    assert ("The reward A gift can be used again." in shown) is comes_back
    agreed = re.search(r'name="agreed" value="(\d+)"', shown)
    assert agreed
    assert helper.post(f"{page_of_order}/refund", data=whole | {"agreed": agreed[1]}).status_code == 303
    assert ("the reward A gift given back" in helper.get(page_of_order).text) is comes_back
    mine = text_of(signed_in(app, user_id=asha).get("/account/loyalty").text)
    assert ("Your rewards A gift" in mine) is comes_back


def test_staff_give_themselves_neither_points_nor_rewards(app: Flask, frozen: clock.FrozenClock) -> None:
    with app.app_context():
        clerk = person(Role.SUPPORT)
        with step():
            services.open_account(user_id=clerk)
        before, key = balance(clerk), str(new_id())
    client = signed_in(app, user_id=clerk)
    points = {"points": "100", "reason": "For me", "key": "key-1"}
    reward = {
        "name": "5.00 off", "reward_type": "discount", "value": "5.00", "why": "For me", "key": key,
        "min_tier_required": "", "last_day": "2026-04-30",
    }  # fmt: skip
    for action, sent, field in (("points", points, "points"), ("rewards", reward, "why")):
        answer = client.post(f"{HOME}/members/{clerk}/{action}", data=sent)
        assert answer.status_code == 422
        assert f'id="{field}-error">This is your own membership.' in answer.text
    with app.app_context():
        assert balance(clerk) == before
        assert db.session.scalar(sa.select(sa.func.count()).select_from(LoyaltyReward)) == 0
