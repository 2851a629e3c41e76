"""For whom a gift card is, as it is kept and as it is said."""

from datetime import date

from kashcraft.cart.rules import Gift, key_of
from kashcraft.core.formats import Formats

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


def test_it_says_whom_it_is_for_and_when_it_goes_out() -> None:
    assert NOOR.sentence(Formats()) == "For Noor, sent on March 10, 2026 to noor@example.com"
    assert Gift().sentence(Formats()) == "For you, sent as soon as it is paid to your own e-mail address"


def test_lines_are_told_apart_by_all_that_was_said() -> None:
    same, other = dict(reversed(NOOR.to_dict().items())), {**NOOR.to_dict(), "message": ""}
    assert key_of(NOOR.to_dict()) == key_of(same)
    assert key_of(other) != key_of(same)
    assert len(key_of(same)) == 64
    assert (key_of(None), key_of({})) == ("", "")
