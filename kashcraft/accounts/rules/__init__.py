"""Postal addresses by country, and the roles of staff."""

from kashcraft.accounts.rules.addresses import (
    Address,
    AddressField,
    AddressFormat,
    AddressProblem,
    check,
    countries,
    country_name,
    format_for,
    is_country,
    lines,
    region_name,
)
from kashcraft.accounts.rules.roles import Role

__all__ = [
    "Address",
    "AddressField",
    "AddressFormat",
    "AddressProblem",
    "Role",
    "check",
    "countries",
    "country_name",
    "format_for",
    "is_country",
    "lines",
    "region_name",
]
