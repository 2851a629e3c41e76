"""The e-mail about a shipped parcel."""

import re
from email.message import EmailMessage

import pytest
from flask import Flask

from kashcraft.core.db import step
from kashcraft.core.jobs import run_due
from kashcraft.orders import services
from tests.factories.orders import PICTURE, paid, stocked
from tests.support.shopper import text_of


def test_one_e_mail_about_a_shipped_parcel_lists_its_items(
    database: Flask, sent_emails: list[EmailMessage]
) -> None:
    order = paid((stocked(5, price="215.50", name="Sozni shawl"), 2))
    for verb in (services.start_processing, services.mark_shipped, services.mark_shipped):
        with step():
            verb(order_id=order.id)
    run_due()
    subject = f"Your order {order.number} has shipped"
    (message,) = (message for message in sent_emails if message["Subject"] == subject)
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        assert body is not None
        said = text_of(body.get_content())
        assert f"our order {order.number} is on its way. It should arrive March 5 – 9, 2026." in said
        assert re.search(r"2 [x\u00d7] Sozni shawl", said)
        assert "12 Larch Lane" in said
        assert f"/orders/{order.number}?key=" in body.get_content()


@pytest.mark.parametrize("is_there", [True, False])
def test_order_e_mails_show_pictures_in_a_format_for_e_mails(
    database: Flask, sent_emails: list[EmailMessage], is_there: bool
) -> None:
    media = database.config["SETTINGS"].media_path
    file = media / f"{PICTURE['stem']}-mail.jpg"
    media.mkdir(parents=True, exist_ok=True)
    if is_there:
        file.write_bytes(b"a picture")
    try:
        order = paid((stocked(5, name="Sozni shawl"), 2))
        for verb in (services.start_processing, services.mark_shipped):
            with step():
                verb(order_id=order.id)
        run_due()
    finally:
        file.unlink(missing_ok=True)
    shown = f'<img src="http://localhost/media/{file.name}" alt="A shawl" width="88" height="110">'
    bodies = {message["Subject"]: message.get_body(("html",)) for message in sent_emails}
    for subject in (f"Your order {order.number} is confirmed", f"Your order {order.number} has shipped"):
        body = bodies[subject]
        assert body is not None
        assert (shown in body.get_content()) is is_there
        assert ("<img" in body.get_content()) is is_there
        assert "prefers-color-scheme: dark" in body.get_content()
