"""What accounts tell."""

from collections.abc import Mapping
from dataclasses import dataclass

from kashcraft.core.ids import UserId


@dataclass(frozen=True)
class CustomerRegistered:
    """A person has opened an account, by the link that came to the e-mail address.

    ``referred_by_code`` is the code of the link that they came by, as it was sent.
    """

    user_id: UserId
    referred_by_code: str | None = None


@dataclass(frozen=True)
class EmailConfirmed:
    """A person has proven that the account's e-mail address is theirs, for the first time or once more."""

    user_id: UserId


@dataclass(frozen=True)
class SignedIn:
    """A person has signed in; ``guest_tokens`` open what the browser has collected, by names of cookies."""

    user_id: UserId
    guest_tokens: Mapping[str, str]
