"""E-mail addresses as mail servers and comparisons want them, and what people wrote in e-mails."""

from __future__ import annotations

import re

from email_validator import EmailNotValidError, validate_email

# What mail programs make links of: a scheme, www, a name with a dot before letters, an address with an @.
_LINKED = re.compile(r"(?<=[:/@])(?=\S)|(?<=[^\s.])(?=[.\u3002\uff0e\uff61][^\W\d_]{2})", re.UNICODE)
_BREAK = "\u200b"


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


# Providers that ignore dots before the @, by the name that all of their addresses are kept under.
DOTLESS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}


def normalized_address(address: str) -> str:
    """Return an e-mail address as it is compared: no outer blanks, in lower case, its domain in ASCII."""
    return ascii_domain(address.strip()).lower()


def without_links(text: str) -> str:
    """Return what a person wrote with nothing in it that a mail program would make a link of.

    A zero-width space stands inside addresses of pages and of people; what is read stays the same.
    """
    return _LINKED.sub(_BREAK, text)


def mailbox(address: str) -> str:
    """Return the mailbox that an address delivers to, by which customers are counted.

    It is the normalized address without a tag after +, without dots where the provider ignores them, and
    under one name of that provider.
    """
    name, _, domain = normalized_address(address).rpartition("@")
    name = name.partition("+")[0] or name
    if domain in DOTLESS:
        return f"{name.replace('.', '')}@{DOTLESS[domain]}"
    return f"{name}@{domain}"
