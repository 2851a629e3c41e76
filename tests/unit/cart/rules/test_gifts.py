"""For whom a gift card is, as it is kept."""

from datetime import date

from kashcraft.cart.rules import Gift, details_key_of

NOOR = Gift(
    recipient_name="Noor", recipient_email="noor@example.com", message="Well done", design="card-lake",
    deliver_on=date(2026, 3, 10),
)  # fmt: skip


def test_it_is_kept_as_texts_and_read_back() -> None:
    kept = NOOR.to_dict()
    assert kept == {
        "recipient_name": "Noor", "recipient_email": "noor@example.com", "message": "Well done",
        "design": "card-lake", "deliver_on": "2026-03-10",
    }  # fmt: skip
    assert Gift.from_dict(kept) == NOOR
    assert Gift.from_dict({}) == Gift()
    assert Gift().to_dict()["deliver_on"] == ""


def test_lines_are_told_apart_by_all_that_was_said() -> None:
    same, other = dict(reversed(NOOR.to_dict().items())), {**NOOR.to_dict(), "message": ""}
    assert details_key_of(NOOR.to_dict()) == details_key_of(same)
    assert details_key_of(other) != details_key_of(same)
    assert len(details_key_of(same)) == 64
    assert (details_key_of(None), details_key_of({})) == ("", "")
