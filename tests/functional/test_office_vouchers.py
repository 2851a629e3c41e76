"""Staff create, change and switch vouchers, create codes in bulk, and see the uses."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts.models import Role
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, in_step
from kashcraft.vouchers import queries, services
from kashcraft.vouchers.models import DiscountType, Voucher, VoucherUsage
from tests.factories.catalogue import make_category, make_product, make_product_with_variants
from tests.factories.orders import paid, stocked
from tests.factories.people import person, signed_in
from tests.factories.vouchers import make_voucher, use

pytestmark = pytest.mark.usefixtures("frozen")
NEW = {
    "name": "Spring", "discount_type": "percentage", "discount_value": "15",
    "start_date": "2026-03-02T10:00", "expires_at": "2026-04-01T00:00", "max_usage_per_user": "1",
    "is_active": "y", "key": "form-1",
}  # fmt: skip


@pytest.fixture
def editor(app: Flask) -> FlaskClient:
    """An editor, who manages vouchers."""
    return signed_in(app, Role.EDITOR)


def text_of(answer: Any) -> str:
    """Return a page as people read it."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def error(answer: Any, field: str) -> str:
    """Return the first message beside a field."""
    found = re.search(rf'id="{field}-error">([^<]*)<', answer.text)
    return html.unescape(found[1]) if found else ""


def stored(app: Flask) -> Voucher:
    """Return the only voucher with its categories and products."""
    with app.app_context():
        return queries.get_voucher(db.session.scalars(sa.select(Voucher.id)).one())


def test_a_voucher_is_created_with_every_term(app: Flask) -> None:
    with app.app_context():
        asha, wood = person(Role.EDITOR), make_category("Wood")
        boxes = make_category("Boxes", parent=wood)
        bowl, pheran = make_product("Bowl", sku="KC-BOWL"), make_product_with_variants("Pheran")
        box_id, left_out = boxes.id, {bowl.id, pheran.id}
        sent = NEW | {
            "code": "spring 15", "max_discount": "50.00", "min_order_value": "30", "max_order_value": "500",
            "categories": [str(boxes.id)], "excluded": f"kc-bowl\n{pheran.slug}", "max_usages": "100",
            "campaign": "Spring", "description": "For regulars", "notes": "Ask Asha",
        }  # fmt: skip
    client = signed_in(app, user_id=asha)
    answer = client.post("/backoffice/vouchers/new", data=sent)
    voucher = stored(app)
    assert answer.headers["Location"] == f"/backoffice/vouchers/{voucher.id}?notice=voucher_created"
    assert (voucher.code, voucher.discount_type, voucher.discount_value, voucher.currency) == (
        "SPRING-15", DiscountType.PERCENTAGE, 1_500, None,
    )  # fmt: skip
    assert (voucher.max_discount, voucher.min_order_value, voucher.max_order_value) == (5_000, 3_000, 50_000)
    assert (voucher.applicable_categories, set(voucher.excluded_products)) == ([box_id], left_out)
    assert (voucher.max_usages, voucher.max_usage_per_user, voucher.requires_code, voucher.created_by) == (
        100, 1, True, asha,
    )  # fmt: skip
    page = text_of(client.get(answer.headers["Location"]))
    for words in (
        "Voucher created.",
        "15% off from $30.00 to $500.00, at most $50.00, once per customer, 100 uses in total",
        "Wood › Boxes",
        "Bowl (KC-BOWL)", "March 2, 2026, 10:00 AM – April 1, 2026, 12:00 AM", "Total uses 0 of 100",
        "Uses per customer 1", "With its code", "For regulars",
        "Created March 2, 2026, 10:00 AM Asha Bhat",
    ):  # fmt: skip
        assert words in page


def test_a_form_sent_twice_creates_one_voucher(app: Flask, editor: FlaskClient) -> None:
    answers = [editor.post("/backoffice/vouchers/new", data=NEW) for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert re.fullmatch(r"VC-[0-9A-Y]{6}", stored(app).code)


def test_an_automatic_voucher_starts_and_ends_in_the_time_zone_of_the_shop(
    app: Flask, editor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(app.config["SETTINGS"], shop_timezone="Asia/Kolkata")
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    sent = NEW | {
        "discount_type": "fixed", "discount_value": "5.50", "min_discount": "2", "automatic": "y",
        "max_usage_per_user": "",
    }  # fmt: skip
    sent.pop("is_active")
    answer = editor.post("/backoffice/vouchers/new", data=sent)
    voucher = stored(app)
    assert (voucher.discount_value, voucher.currency, voucher.min_discount) == (550, "USD", 200)
    assert (voucher.requires_code, voucher.is_active, voucher.max_usage_per_user) == (False, False, None)
    assert voucher.start_date == datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
    assert voucher.expires_at == datetime(2026, 4, 1, tzinfo=ZoneInfo("Asia/Kolkata"))
    page = text_of(editor.get(answer.headers["Location"]))
    assert "$5.50 off, not less than $2.00, without a code" in page
    assert "March 2, 2026, 10:00 AM – April 1, 2026, 12:00 AM" in page
    assert "Codes in bulk" not in page


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"name": " "}, "name", "Please enter a name."),
        ({"code": "GC-1111-2222-3333-4444"}, "code", "3 to 40 letters A to Z"),
        ({"code": "ß!"}, "code", "3 to 40 letters A to Z"),
        ({"code": "taken"}, "code", "Another voucher has this code."),
        ({"discount_type": "gift"}, "discount_type", "Not a valid choice"),
        ({"discount_value": ""}, "discount_value", "Please enter the discount."),
        ({"discount_value": "0"}, "discount_value", "Please enter more than 0."),
        ({"discount_value": "0.5"}, "discount_value", "A percentage is from 1 to 100."),
        ({"discount_value": "100.01"}, "discount_value", "A percentage is from 1 to 100."),
        ({"discount_value": "12.345"}, "discount_value", "Please enter a percentage"),
        ({"discount_value": "0", "name": "Zero"}, "discount_value", "Please enter more than 0."),
        ({"discount_value": "-5"}, "discount_value", "Please enter a percentage"),
        ({"discount_value": "1e1"}, "discount_value", "Please enter a percentage"),
        ({"discount_type": "fixed", "discount_value": "0.00"}, "discount_value", "more than 0"),
        ({"discount_type": "fixed", "discount_value": "1.999"}, "discount_value", "Please enter an amount"),
        ({"discount_type": "fixed", "discount_value": "99999999999"}, "discount_value", "Please enter an am"),
        ({"discount_type": "fixed", "max_discount": "5"}, "max_discount", "This is only for percentages."),
        ({"min_discount": "5"}, "min_discount", "This is only for amounts."),
        ({"discount_type": "fixed", "min_discount": "16"}, "min_discount", "the voucher would never apply."),
        ({"max_discount": "0"}, "max_discount", "Please enter an amount above 0."),
        ({"max_discount": "lots"}, "max_discount", "Please enter an amount, for example 12.50."),
        ({"min_order_value": "50", "max_order_value": "49.99"}, "max_order_value", "below the minimum order"),
        ({"categories": ["nonsense"]}, "categories", "'nonsense' is not a valid choice"),
        ({"excluded": "NOT-THERE, KC-ELSE"}, "excluded", "Unknown products: NOT-THERE, KC-ELSE."),
        ({"expires_at": "2026-03-02T10:00"}, "expires_at", "This is in the past."),
        ({"start_date": "2026-05-01T00:00"}, "expires_at", "The end must be after the start."),
        ({"start_date": "0001-01-01T00:00"}, "start_date", "Please enter a date from 2000 to 2099."),
        ({"expires_at": "soon"}, "expires_at", "Not a valid datetime value."),
        ({"expires_at": ""}, "expires_at", "Please enter a day and a time."),
        ({"max_usages": "0"}, "max_usages", "A whole number from 1 to 1,000,000."),
        ({"max_usage_per_user": "99999999999"}, "max_usage_per_user", "A whole number from 1 to 1,000,000."),
        ({"notes": "x" * 1001}, "notes", "At most 1,000 characters."),
    ],
)
def test_an_invalid_value_shows_an_error_at_its_field_and_the_entered_values(
    app: Flask, editor: FlaskClient, values: dict[str, Any], field: str, message: str
) -> None:
    with app.app_context():
        make_voucher(code="TAKEN")
    answer = editor.post("/backoffice/vouchers/new", data=NEW | {"campaign": "Letters"} | values)
    assert answer.status_code == 422
    assert message in error(answer, field)
    assert 'value="Letters"' in answer.text
    for name, typed in values.items():
        if isinstance(typed, str) and name not in ("discount_type", "excluded", "notes"):
            assert f'value="{html.escape(typed.strip())}"' in answer.text
    assert stored(app).code == "TAKEN"


def test_a_form_sent_without_changes_changes_nothing(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        shawls, stole = make_category("Shawls"), make_product("Stole", sku="KC-STOLE")
        voucher = make_voucher(
            code="SPRING", max_discount=5_000, min_order_value=3_000, category_ids=(shawls.id,),
            excluded_product_ids=(stole.id,), expires_at=datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC),
        )  # fmt: skip
    page = editor.get(f"/backoffice/vouchers/{voucher.id}/edit").text
    answer = editor.post(f"/backoffice/vouchers/{voucher.id}/edit", data=fields(page))
    assert answer.headers["Location"].endswith("?notice=voucher_changed")
    assert stored(app).expires_at == datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC)
    with app.app_context():
        assert [change.kind for change in queries.list_changes(voucher.id)] == ["created"]


def fields(page: str) -> dict[str, Any]:
    """Return what the form of a voucher would send."""
    form = page[page.index("<fieldset") - 6_000 :]
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        values = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if values.get("type") in ("checkbox", "radio") and "checked" not in tag:
            continue
        sent.setdefault(values.get("name", ""), html.unescape(values.get("value", "")))
    for name, text in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>([^<]*)', form):
        sent[name] = html.unescape(text).strip()
    return sent


def test_the_history_shows_who_changed_which_value(app: Flask) -> None:
    with app.app_context():
        asha, voucher = person(Role.EDITOR), make_voucher(code="SPRING")
    client = signed_in(app, user_id=asha)
    sent = fields(client.get(f"/backoffice/vouchers/{voucher.id}/edit").text)
    sent |= {"discount_value": "12.5", "max_usages": "7", "expires_at": "2026-03-02T10:30"}
    client.post(f"/backoffice/vouchers/{voucher.id}/edit", data=sent)
    page = text_of(client.get(f"/backoffice/vouchers/{voucher.id}"))
    assert "Discount: 10% → 12.5%" in page
    assert "Total uses: none → 7" in page
    assert "Changed March 2, 2026, 10:00 AM" in page
    assert "Ends: April 1, 2026, 10:00 AM → March 2, 2026, 10:30 AM" in page


def test_a_used_voucher_preserves_its_code_and_its_type(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        voucher = make_voucher(code="SPRING", max_usages=5)
        where = f"/backoffice/vouchers/{voucher.id}/edit"
        use(voucher, "a@shop.example")
        use(voucher, "b@shop.example")
    page = editor.get(where)
    assert "This voucher has been used" in page.text
    assert "the total uses cannot be below 2." in text_of(page)
    sent = fields(page.text)
    for change, field, message in (
        ({"code": "SUMMER"}, "code", "An order has used this voucher, so this cannot be changed."),
        ({"max_usages": "1"}, "max_usages", "It was used 2 times"),
    ):
        answer = editor.post(where, data=sent | change)
        assert (answer.status_code, message in error(answer, field)) == (422, True)
    assert editor.post(where, data=sent | {"discount_type": "fixed"}).status_code == 422
    assert (stored(app).code, stored(app).max_usages, stored(app).discount_type) == (
        "SPRING",
        5,
        "percentage",
    )
    # It may end in the past, which ends it at once.
    past = {"max_usages": "2", "start_date": "2026-02-01T00:00", "expires_at": "2026-03-01T00:00"}
    assert editor.post(where, data=sent | past).status_code == 303
    assert "Ended" in text_of(editor.get(where.removesuffix("/edit")))


def test_two_editors_do_not_overwrite_each_other(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        voucher = make_voucher(code="SPRING")
    where = f"/backoffice/vouchers/{voucher.id}/edit"
    mine, theirs = (fields(editor.get(where).text) for _ in range(2))
    assert editor.post(where, data=theirs | {"name": "Theirs"}).status_code == 303
    answer = editor.post(where, data=mine | {"name": "Mine"})
    assert (answer.status_code, 'value="Mine"' in answer.text) == (422, True)
    assert "Someone else has changed this voucher." in text_of(answer)
    assert stored(app).name == "Theirs"


def test_a_preview_shows_a_sentence_of_the_terms_and_saves_nothing(app: Flask, editor: FlaskClient) -> None:
    sent = NEW | {"min_order_value": "60", "max_discount": "40", "preview": "y"}
    answer = editor.post("/backoffice/vouchers/new", data=sent)
    assert answer.status_code == 200
    assert "15% off from $60.00, at most $40.00, once per customer" in text_of(answer)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Voucher)) == 0


def test_selected_vouchers_are_switched_off_and_the_undo_switches_them_on(
    app: Flask, editor: FlaskClient
) -> None:
    with app.app_context():
        ids = [str(make_voucher(code=f"CODE-{number}").id) for number in range(2)]
        off = make_voucher(code="OFF", is_active=False)
    sent = {"ids": [*ids, str(off.id)], "back": "/backoffice/vouchers?tab=all&find=code"}
    answer = editor.post("/backoffice/vouchers/selected/off", data=sent)
    assert answer.headers["Location"].startswith("/backoffice/vouchers?tab=all&find=code&undo=")
    page = editor.get(answer.headers["Location"])
    assert "CODE-0 and CODE-1: switched off." in text_of(page)
    assert 'action="/backoffice/vouchers/selected/on"' in page.text
    undone = re.findall(r'name="ids" value="([^"]+)">', page.text.partition("</undo-toast>")[0])
    assert undone == ids
    again = editor.post("/backoffice/vouchers/selected/off", data=sent)
    assert "notice=vouchers_unchanged" in again.headers["Location"]
    nothing = editor.post("/backoffice/vouchers/selected/off")
    assert nothing.headers["Location"] == "/backoffice/vouchers?notice=nothing_selected"
    editor.post("/backoffice/vouchers/selected/on", data={"ids": undone})
    with app.app_context():
        active = db.session.scalars(sa.select(Voucher.code).where(Voucher.is_active)).all()
    assert sorted(active) == ["CODE-0", "CODE-1"]


def test_the_list_is_exported_as_it_is_filtered_and_sorted(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        use(make_voucher(code="B-10", campaign="Spring", max_usages=5))
        make_voucher(code="A-10", campaign="Spring", requires_code=False)
        make_voucher(code="C-10")
    answer = editor.get("/backoffice/vouchers?campaign=Spring&sort=code&format=csv")
    head, *rows = csv.reader(io.StringIO(answer.text, newline=""))
    assert head == [
        "Code", "Name", "Discount", "Campaign", "Starts", "Ends", "Uses", "Discounts", "Status",
    ]  # fmt: skip
    assert [(row[0], row[2], row[3], *row[6:]) for row in rows] == [
        ("A-10", "10% off (automatic)", "Spring", "0", "0.00", "Running"),
        ("B-10", "10% off", "Spring", "1", "10.00", "Running"),
    ]


def test_a_voucher_is_switched_off_and_on(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        voucher = make_voucher(code="SPRING")
        codes = in_step(lambda: services.issue_codes(voucher_id=voucher.id, count=2))
    where = f"/backoffice/vouchers/{voucher.id}"
    off = editor.post(f"{where}/off", data={"with_copies": "on"})
    assert off.headers["Location"] == f"{where}?notice=voucher_off"
    assert "Switched off March 2, 2026, 10:00 AM 2 codes; Asha Bhat" in text_of(editor.get(where))
    with app.app_context():
        assert [queries.get_voucher(one.id).is_active for one in (voucher, *codes)] == [False] * 3
    editor.post(f"{where}/on")
    with app.app_context():
        assert [queries.get_voucher(one.id).is_active for one in (voucher, *codes)] == [True, False, False]


def test_codes_are_created_once_and_exported_without_formulas(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        voucher = make_voucher(code="LETTER", name='=HYPERLINK("https://evil.example")')
    where = f"/backoffice/vouchers/{voucher.id}/codes"
    assert "No codes yet" in editor.get(where).text
    for _ in range(2):
        answer = editor.post(where, data={"count": "3", "max_usages": "1", "key": "codes-1"})
        assert answer.headers["Location"] == f"{where}?notice=codes_created"
    page = editor.get(where).text
    codes = re.findall(r"VC-[0-9A-Y]{6}", page)
    assert len(set(codes)) == 3
    answer = editor.get(f"{where}.csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="codes-letter.csv"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    head, *rows = csv.reader(io.StringIO(answer.text, newline=""))
    assert head == ["Code", "Uses", "Total uses", "Status", "Voucher", "Ends"]
    assert [row[0] for row in rows] == codes
    assert rows[0][1:] == ["0", "1", "on", '\'=HYPERLINK("https://evil.example")', "2026-04-01T10:00+00:00"]
    listed = editor.get("/backoffice/vouchers").text
    assert "LETTER" in listed
    assert codes[0] not in listed
    assert codes[0] in editor.get(f"/backoffice/vouchers?find={codes[0].lower()}").text
    assert "See 3 codes" in editor.get(f"/backoffice/vouchers/{voucher.id}").text


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"count": "0"}, "count"), ({"count": "10001"}, "count"), ({"max_usages": "0"}, "max_usages")],
)
def test_an_invalid_number_of_codes_creates_none(
    app: Flask, editor: FlaskClient, sent: dict[str, str], field: str
) -> None:
    with app.app_context():
        voucher = make_voucher()
    data = {"count": "3", "max_usages": "1", "key": "codes-1"} | sent
    answer = editor.post(f"/backoffice/vouchers/{voucher.id}/codes", data=data)
    assert (answer.status_code, "A whole number from 1" in error(answer, field)) == (422, True)
    assert f'value="{sent[field]}"' in answer.text
    assert stored(app).id == voucher.id


def test_an_automatic_voucher_has_no_codes(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        voucher = make_voucher(requires_code=False)
    sent = {"count": "3", "max_usages": "1", "key": "codes-1"}
    answer = editor.post(f"/backoffice/vouchers/{voucher.id}/codes", data=sent)
    assert answer.status_code == 422
    assert stored(app).id == voucher.id


def test_the_page_of_a_voucher_shows_its_results_and_uses(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        voucher = make_voucher(code="SPRING", campaign="Letters")
        order, where = paid((stocked(5), 1)), f"/backoffice/vouchers/{voucher.id}"
        number, email, order_id = order.number, order.email, order.id
        use(voucher, "ada@shop.example", order_id=order_id)
    page = editor.get(where)
    assert "Orders 1 Discounts $10.00 Revenue $90.00" in text_of(page)
    assert (number in page.text, email in page.text) == (True, False)
    assert f"/backoffice/orders/{order_id}" not in page.text
    helper = signed_in(app, Role.SUPPORT).get(where)
    assert (email in helper.text, f"/backoffice/orders/{order_id}" in helper.text) == (True, True)
    for words in ("/edit", '/off"', "Create codes"):
        assert words not in helper.text
        assert words in page.text
    figures = editor.get("/backoffice/vouchers/campaigns")
    assert "Letters Vouchers 1 Uses 1 Discounts $10.00 Revenue $90.00" in text_of(figures)
    assert "?campaign=Letters" in figures.text
    listed = editor.get("/backoffice/vouchers?campaign=Letters").text
    assert '<option value="Letters" selected>' in listed


def test_vouchers_are_found_by_code_and_state(app: Flask, editor: FlaskClient, frozen: FrozenClock) -> None:
    assert "No vouchers here" in editor.get("/backoffice/vouchers").text
    assert "No vouchers yet" in editor.get("/backoffice/vouchers/campaigns").text
    with app.app_context():
        make_voucher(code="NOW-10")
        make_voucher(code="LATER-10", start_date=datetime(2026, 3, 9, tzinfo=UTC))
        make_voucher(code="PAST-10", expires_at=frozen.moment)
        off = make_voucher(code="OFF-10")
        in_step(lambda: services.switch(voucher_id=off.id, is_active=False))

    def found(query: str) -> list[str]:
        page = editor.get(f"/backoffice/vouchers?{query}").text
        return re.findall(r'/backoffice/vouchers/[0-9a-f-]{36}">([^<]+)<', page)

    assert found("") == ["OFF-10", "PAST-10", "LATER-10", "NOW-10"]
    assert found("tab=running") == ["NOW-10"]
    assert found("tab=scheduled") == ["LATER-10"]
    assert found("tab=ended") == ["PAST-10"]
    assert found("tab=off&find=10") == ["OFF-10"]
    assert found("find=now%2010") == ["NOW-10"]
    assert found("tab=nonsense&page=x") == ["OFF-10", "PAST-10", "LATER-10", "NOW-10"]
    assert "Nothing found" in editor.get("/backoffice/vouchers?find=elsewhere").text
    assert "New voucher" not in signed_in(app, Role.SUPPORT).get("/backoffice/vouchers").text


def test_the_pages_of_a_list_preserve_its_filters(app: Flask, editor: FlaskClient) -> None:
    with app.app_context():
        for number in range(41):
            make_voucher(code=f"CODE-{number}")
    page = editor.get("/backoffice/vouchers?find=code&tab=running").text
    assert "/backoffice/vouchers?tab=running&amp;find=code&amp;page=2" in page
    assert "CODE-0<" in editor.get("/backoffice/vouchers?find=code&page=2").text


def test_the_list_reads_as_much_for_one_voucher_as_for_many(
    app: Flask, editor: FlaskClient, count_statements: Callable[[], Any]
) -> None:
    with app.app_context():
        use(make_voucher())
    pages = ["/backoffice/vouchers", f"/backoffice/vouchers/{stored(app).id}"]
    seen = []
    for more in (0, 4):
        with app.app_context():
            for number in range(more):
                use(make_voucher(max_usage_per_user=None), f"{number}@shop.example")
                use(queries.get_voucher(UUID(pages[1].split("/")[-1])), f"{number}@shop.example")
        for page in pages:
            editor.get(page)
            with count_statements() as counted:
                editor.get(page)
            seen.append(len(counted))
    assert seen[:2] == seen[2:]


def test_an_unknown_voucher_is_not_found(app: Flask, editor: FlaskClient) -> None:
    nobody = UUID(int=7)
    assert editor.get(f"/backoffice/vouchers/{nobody}").status_code == 404
    assert editor.get(f"/backoffice/vouchers/{nobody}/edit").status_code == 404
    assert editor.get(f"/backoffice/vouchers/{nobody}/codes.csv").status_code == 404
    for path, data in (("edit", NEW), ("on", {}), ("codes", {"count": "1", "max_usages": "1", "key": "k"})):
        assert editor.post(f"/backoffice/vouchers/{nobody}/{path}", data=data).status_code == 404
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(VoucherUsage)) == 0


def test_the_navigation_shows_vouchers_to_roles_that_may_see_them(app: Flask, editor: FlaskClient) -> None:
    assert 'href="/backoffice/vouchers"' in editor.get("/backoffice/").text
    assert 'href="/backoffice/gift-cards"' not in editor.get("/backoffice/").text
    packer = signed_in(app, Role.FULFILMENT).get("/backoffice/").text
    assert "/backoffice/vouchers" not in packer
    assert "/backoffice/gift-cards" not in packer
