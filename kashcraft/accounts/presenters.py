"""Labels of the fields of an address with error messages about them, and texts about staff.

Every kind of field has its own sentences, because a label cannot be inserted into a sentence in every
language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kashcraft.accounts.rules import AddressField, AddressProblem, InvitationState, Role, ordered_roles
from kashcraft.core.i18n import LazyText, gettext
from kashcraft.core.i18n import lazy_gettext as _l

ROLES: Mapping[Role, LazyText] = {
    Role.OWNER: _l("Owner"),
    Role.EDITOR: _l("Editor"),
    Role.FULFILMENT: _l("Fulfillment"),
    Role.SUPPORT: _l("Support"),
}
# The texts of refusals about staff, by code.
STAFF_REFUSALS: Mapping[str, LazyText] = {
    "staff_roles_missing": _l("Choose at least one role."),
    "staff_suspended": _l("This person is suspended. Resume the access first."),
    "staff_already": _l("This person has these roles already."),
    "staff_changed_since": _l("The access was changed in the meantime. It is now: %(roles)s."),
    "last_owner": _l("This is the only active owner. Make somebody else an owner first."),
    "invitation_closed": _l("This invitation was accepted or withdrawn in the meantime."),
}
# Why the link of an invitation does not work: a heading, and what to do.
CLOSED_INVITATIONS: Mapping[InvitationState, tuple[LazyText, LazyText]] = {
    InvitationState.ACCEPTED: (
        _l("This invitation was used"),
        _l("It works once. Sign in with your e-mail address and password to open the back office."),
    ),
    InvitationState.WITHDRAWN: (
        _l("This invitation was withdrawn"),
        _l("If you think that this is a mistake, ask the person who invited you."),
    ),
    InvitationState.REPLACED: (
        _l("There is a newer invitation"),
        _l("Only the link of the latest e-mail works."),
    ),
    InvitationState.EXPIRED: (
        _l("This invitation has expired"),
        _l("It worked for seven days. Ask the person who invited you for a new one."),
    ),
}


def role_names(roles: Iterable[str]) -> str:
    """Return the names of roles in one line: "Editor, Support"."""
    return ", ".join(str(ROLES[role]) for role in ordered_roles(roles))


@dataclass(frozen=True, slots=True)
class FieldTexts:
    """The label of a field, and the message if it is empty."""

    label: LazyText
    missing: LazyText


@dataclass(frozen=True, slots=True)
class ChoiceFieldTexts(FieldTexts):
    """The texts of a field that is a list in some countries: the prompt, and the message if nothing is
    chosen.
    """

    prompt: LazyText
    missing_choice: LazyText


@dataclass(frozen=True, slots=True)
class CodeFieldTexts(FieldTexts):
    """The texts of a postal code: the message for a wrong form, and for a code of another region."""

    like: LazyText
    elsewhere: LazyText


STATE = ChoiceFieldTexts(
    _l("State or province"),
    _l("Please enter a state or province."),
    prompt=_l("Choose a state or province"),
    missing_choice=_l("Please choose a state or province."),
)
STATES = {
    "area": ChoiceFieldTexts(
        _l("Area"),
        _l("Please enter an area."),
        prompt=_l("Choose an area"),
        missing_choice=_l("Please choose an area."),
    ),
    "county": ChoiceFieldTexts(
        _l("County"),
        _l("Please enter a county."),
        prompt=_l("Choose a county"),
        missing_choice=_l("Please choose a county."),
    ),
    "department": ChoiceFieldTexts(
        _l("Department"),
        _l("Please enter a department."),
        prompt=_l("Choose a department"),
        missing_choice=_l("Please choose a department."),
    ),
    "district": ChoiceFieldTexts(
        _l("District"),
        _l("Please enter a district."),
        prompt=_l("Choose a district"),
        missing_choice=_l("Please choose a district."),
    ),
    "do_si": ChoiceFieldTexts(
        _l("Province"),
        _l("Please enter a province."),
        prompt=_l("Choose a province"),
        missing_choice=_l("Please choose a province."),
    ),
    "emirate": ChoiceFieldTexts(
        _l("Emirate"),
        _l("Please enter an emirate."),
        prompt=_l("Choose an emirate"),
        missing_choice=_l("Please choose an emirate."),
    ),
    "island": ChoiceFieldTexts(
        _l("Island"),
        _l("Please enter an island."),
        prompt=_l("Choose an island"),
        missing_choice=_l("Please choose an island."),
    ),
    "oblast": ChoiceFieldTexts(
        _l("Oblast"),
        _l("Please enter an oblast."),
        prompt=_l("Choose an oblast"),
        missing_choice=_l("Please choose an oblast."),
    ),
    "parish": ChoiceFieldTexts(
        _l("Parish"),
        _l("Please enter a parish."),
        prompt=_l("Choose a parish"),
        missing_choice=_l("Please choose a parish."),
    ),
    "prefecture": ChoiceFieldTexts(
        _l("Prefecture"),
        _l("Please enter a prefecture."),
        prompt=_l("Choose a prefecture"),
        missing_choice=_l("Please choose a prefecture."),
    ),
    "province": ChoiceFieldTexts(
        _l("Province"),
        _l("Please enter a province."),
        prompt=_l("Choose a province"),
        missing_choice=_l("Please choose a province."),
    ),
    "state": ChoiceFieldTexts(
        _l("State"),
        _l("Please enter a state."),
        prompt=_l("Choose a state"),
        missing_choice=_l("Please choose a state."),
    ),
}
CODES = {
    "postcode": CodeFieldTexts(
        _l("Postcode"),
        _l("Please enter a postcode."),
        like=_l("Please enter a postcode like %(example)s."),
        elsewhere=_l("This postcode does not belong to %(region)s."),
    ),
    "zip": CodeFieldTexts(
        _l("ZIP code"),
        _l("Please enter a ZIP code."),
        like=_l("Please enter a ZIP code like %(example)s."),
        elsewhere=_l("This ZIP code does not belong to %(region)s."),
    ),
    "pin": CodeFieldTexts(
        _l("PIN code"),
        _l("Please enter a PIN code."),
        like=_l("Please enter a PIN code like %(example)s."),
        elsewhere=_l("This PIN code does not belong to %(region)s."),
    ),
    "eircode": CodeFieldTexts(
        _l("Eircode"),
        _l("Please enter an Eircode."),
        like=_l("Please enter an Eircode like %(example)s."),
        elsewhere=_l("This Eircode does not belong to %(region)s."),
    ),
    "postal": CodeFieldTexts(
        _l("Postal code"),
        _l("Please enter a postal code."),
        like=_l("Please enter a postal code like %(example)s."),
        elsewhere=_l("This postal code does not belong to %(region)s."),
    ),
}
CITIES = {
    "city": FieldTexts(_l("City"), _l("Please enter a city.")),
    "district": FieldTexts(_l("District"), _l("Please enter a district.")),
    "post_town": FieldTexts(_l("Town or city"), _l("Please enter a town or city.")),
    "suburb": FieldTexts(_l("Suburb"), _l("Please enter a suburb.")),
}
OTHERS = {
    "full_name": FieldTexts(_l("Full name"), _l("Please enter a name.")),
    "street_address": FieldTexts(_l("Street address"), _l("Please enter a street address.")),
    "street_address2": FieldTexts(_l("Apartment, floor or company"), _l("Please fill this in.")),
    "phone": FieldTexts(_l("Phone"), _l("Please enter a phone number.")),
}


def field_texts(item: AddressField) -> FieldTexts:
    """Return the texts of a field in the terms of its country."""
    match item.name:
        case "city":
            return CITIES.get(item.kind, CITIES["city"])
        case "state":
            return STATES.get(item.kind, STATE)
        case "postal_code":
            return CODES.get(item.kind, CODES["postal"])
    return OTHERS[item.name]


def problem_texts(problems: Mapping[str, AddressProblem]) -> dict[str, str]:
    """Return the problems of an address as messages by the names of its fields."""
    return {name: _problem_text(problem) for name, problem in problems.items()}


def _problem_text(problem: AddressProblem) -> str:
    item = problem.field
    if item is None:
        return gettext("Please choose a country.")
    match problem.code, field_texts(item):
        case "missing", ChoiceFieldTexts() as words if item.choices:
            return str(words.missing_choice)
        case "missing", words:
            return str(words.missing)
        case "too_long", _:
            return gettext("At most %(maximum)s characters.", maximum=item.maximum)
        case "not_offered", _:
            return gettext("Please choose one from the list.")
        case "postal_code_form", CodeFieldTexts() as words:
            return words.like.filled(example=item.example)
        case "postal_code_elsewhere", CodeFieldTexts() as words:
            return words.elsewhere.filled(region=problem.region)
    return gettext("This is not a phone number. Start with + and the country code if in doubt.")
