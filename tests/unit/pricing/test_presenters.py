import pytest

from kashcraft.core.formats import Formats
from kashcraft.pricing.presenters import explain_rejection
from kashcraft.pricing.rules import Refusal, Rejection


@pytest.mark.parametrize(
    ("rejection", "sentence"),
    [
        (
            Rejection(subject="voucher", code=Refusal.BELOW_MINIMUM, label="VC-SPRING", amount=1200),
            "VC-SPRING needs $12.00 more in your bag.",
        ),
        (
            Rejection(subject="points", code=Refusal.NOT_ENOUGH_POINTS, points=1120),
            "You have 1,120 points.",
        ),
        (
            Rejection(subject="gift_card", code=Refusal.CANNOT_BUY_GIFT_CARDS, label="ending 7K2M"),
            "Gift card ending 7K2M cannot pay for a gift card.",
        ),
    ],
)
def test_a_rejection_is_one_sentence_with_its_number(rejection: Rejection, sentence: str) -> None:
    assert explain_rejection(rejection, "USD", Formats()) == sentence


@pytest.mark.parametrize("code", list(Refusal))
def test_every_refusal_has_a_sentence(code: Refusal) -> None:
    assert explain_rejection(Rejection(subject="voucher", code=code, label="X"), "USD", Formats()).endswith(
        "."
    )
