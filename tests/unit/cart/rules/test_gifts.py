"""The recipient of a gift card, as it is stored."""

from datetime import date

from kashcraft.cart.rules import Gift, details_key_of

NOOR = Gift(
    recipient_name="Noor", recipient_email="noor@example.com", message="Well done", design="card-lake",
    deliver_on=date(2026, 3, 10),
)  # fmt: skip


def test_a_gift_is_stored_as_texts_and_restored() -> None:
    stored = NOOR.to_dict()
    assert stored == {
        "recipient_name": "Noor", "recipient_email": "noor@example.com", "message": "Well done",
        "design": "card-lake", "deliver_on": "2026-03-10",
    }  # fmt: skip
    assert Gift.from_dict(stored) == NOOR
    assert Gift.from_dict({}) == Gift()
    assert Gift().to_dict()["deliver_on"] == ""


def test_the_details_key_depends_on_every_field() -> None:
    same, other = dict(reversed(NOOR.to_dict().items())), {**NOOR.to_dict(), "message": ""}
    assert details_key_of(NOOR.to_dict()) == details_key_of(same)
    assert details_key_of(other) != details_key_of(same)
    assert len(details_key_of(same)) == 64
    assert (details_key_of(None), details_key_of({})) == ("", "")
