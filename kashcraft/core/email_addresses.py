"""E-mail addresses as mail servers and comparisons need them, and texts of customers in e-mails."""

from __future__ import annotations

import re

from email_validator import EmailNotValidError, validate_email

# Where mail programs recognize links: after a scheme or an @, and at a dot inside a domain name.
_LINKED = re.compile(r"(?<=[:/@])(?=\S)|(?<=[^\s.])(?=[.\u3002\uff0e\uff61][^\W\d_]{2})", re.UNICODE)
_BREAK = "\u200b"


def ascii_domain(address: str) -> str:
    """Return an e-mail address with its domain in ASCII (xn--...), as mail servers need it.

    An address that is in ASCII or invalid is returned unchanged.
    """
    if address.isascii():
        return address
    try:
        known = validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return address
    return f"{known.local_part}@{known.ascii_domain}"


def is_address(text: str) -> bool:
    """Return whether a text is an e-mail address that the shop accepts: before the @ in ASCII."""
    try:
        validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return False
    return True


# Providers that ignore dots before the @, with the domain that stands for all of theirs.
DOTLESS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}


def normalized_address(address: str) -> str:
    """Return an e-mail address for comparison: trimmed, in lower case, with its domain in ASCII."""
    return ascii_domain(address.strip()).lower()


def without_links(text: str) -> str:
    """Return a text in which no mail program recognizes a link.

    Zero-width spaces are inserted into web and e-mail addresses; the visible text does not change.
    """
    return _LINKED.sub(_BREAK, text)


def mailbox(address: str) -> str:
    """Return the mailbox that receives mail for an address, by which customers are counted.

    It is the normalized address without a tag after +, and without dots where the provider ignores them,
    under one name of the provider.
    """
    name, _, domain = normalized_address(address).rpartition("@")
    name = name.partition("+")[0] or name
    if domain in DOTLESS:
        return f"{name.replace('.', '')}@{DOTLESS[domain]}"
    return f"{name}@{domain}"
