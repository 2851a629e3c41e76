"""What forms call the fields of an address, and what they say is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

from kashcraft.accounts.rules import AddressField, AddressProblem
from kashcraft.core.i18n import LazyText, gettext
from kashcraft.core.i18n import lazy_gettext as _l

LABELS = {
    "full_name": _l("Full name"),
    "street_address": _l("Street address"),
    "street_address2": _l("Apartment, floor or company"),
    "city": _l("City"),
    "state": _l("State or province"),
    "postal_code": _l("Postal code"),
    "phone": _l("Phone"),
}
STATE_LABELS = {
    "area": _l("Area"), "county": _l("County"), "department": _l("Department"), "district": _l("District"),
    "do_si": _l("Province"), "emirate": _l("Emirate"), "island": _l("Island"), "oblast": _l("Oblast"),
    "parish": _l("Parish"), "prefecture": _l("Prefecture"), "province": _l("Province"), "state": _l("State"),
}  # fmt: skip
CITY_LABELS = {
    "city": _l("City"), "district": _l("District"), "post_town": _l("Town or city"), "suburb": _l("Suburb"),
}  # fmt: skip
CODE_LABELS = {
    "postcode": _l("Postcode"),
    "zip": _l("ZIP code"), "pin": _l("PIN code"), "eircode": _l("Eircode"), "postal": _l("Postal code"),
}  # fmt: skip
KINDS = {"city": CITY_LABELS, "state": STATE_LABELS, "postal_code": CODE_LABELS}


def field_label(item: AddressField) -> LazyText:
    """Return what a country calls a field of its addresses."""
    return KINDS.get(item.name, {}).get(item.kind, LABELS[item.name])


def problem_texts(problems: Mapping[str, AddressProblem]) -> dict[str, str]:
    """Return what is wrong with an address as messages by the names of its fields."""
    return {name: _problem_text(problem) for name, problem in problems.items()}


def _problem_text(problem: AddressProblem) -> str:
    item = problem.field
    if item is None:
        return gettext("Please choose a country.")
    label = str(field_label(item))
    match problem.code:
        case "missing":
            return _missing(item)
        case "too_long":
            return gettext("At most %(maximum)s characters.", maximum=item.maximum)
        case "not_offered":
            return gettext("Please choose a %(label)s from the list.", label=label.lower())
        case "postal_code_form":
            text = gettext(
                "Please enter a %(label)s like %(example)s.", label=_lower_first(label), example=item.example
            )
        case "postal_code_elsewhere":
            text = gettext(
                "This %(label)s does not belong to %(region)s.",
                label=_lower_first(label),
                region=problem.region,
            )
        case _:
            text = gettext("This is not a phone number. Start with + and the country code if in doubt.")
    return text


def _missing(item: AddressField) -> str:
    if item.name == "full_name":
        return gettext("Please enter a name.")
    label = _lower_first(str(field_label(item)))
    vowel = label[0].upper() in "AEIOU"
    if item.choices:
        text = _l("Please choose an %(label)s.") if vowel else _l("Please choose a %(label)s.")
    else:
        text = _l("Please enter an %(label)s.") if vowel else _l("Please enter a %(label)s.")
    return text.filled(label=label)


def _lower_first(label: str) -> str:
    """Return a label inside a sentence; ZIP and PIN stay in capitals."""
    return label if label[:2].isupper() or label == "Eircode" else label[0].lower() + label[1:]
