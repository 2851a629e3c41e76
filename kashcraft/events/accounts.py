"""Events of accounts."""

from collections.abc import Mapping
from dataclasses import dataclass

from kashcraft.core.ids import UserId


@dataclass(frozen=True)
class CustomerRegistered:
    """A customer has created an account with the link that was sent to the e-mail address.

    ``referred_by_code`` is the referral code of the link that brought them, as it was sent.
    """

    user_id: UserId
    referred_by_code: str | None = None


@dataclass(frozen=True)
class EmailConfirmed:
    """A user has proven that the account's e-mail address is theirs, for the first time or again."""

    user_id: UserId


@dataclass(frozen=True)
class SignedIn:
    """A user has signed in. ``guest_tokens`` are the tokens of guest data such as the cart, by cookie
    name.
    """

    user_id: UserId
    guest_tokens: Mapping[str, str]
