"""E-mail addresses as mail servers and comparisons want them."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email


def ascii_domain(address: str) -> str:
    """Return an e-mail address with its domain in ASCII (xn--...), as mail servers know it.

    An address that is ASCII already, or that is none, comes back as it is.
    """
    if address.isascii():
        return address
    try:
        known = validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return address
    return f"{known.local_part}@{known.ascii_domain}"


def comparable(address: str) -> str:
    """Return an e-mail address as it is compared: no outer blanks, in lower case, its domain in ASCII."""
    return ascii_domain(address.strip()).lower()
