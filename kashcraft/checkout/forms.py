"""Who orders and where it goes, in the fields of the address's own country."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from flask import request
from wtforms import Field

from kashcraft.accounts.presenters import ChoiceFieldTexts, field_texts, problem_texts
from kashcraft.accounts.rules import Address, AddressField, check, countries, format_for, is_country
from kashcraft.core.fields import BooleanField, SelectChoice, SelectField
from kashcraft.core.forms import EmailText, Form, Text, no_control_characters
from kashcraft.core.i18n import lazy_gettext as _l

NEW = "new"
TOWN = {"city", "state", "postal_code"}


class EmailForm(Form):
    """The address for the confirmation, and whether the invoice goes along with the parcel."""

    email = EmailText()
    same_billing = BooleanField(_l("Billing address same as delivery"), default=True)


class AddressForm(Form):
    """The fields of one country; ``address_form`` makes a class for each."""

    country = SelectField(
        _l("Country or region"), choices=[SelectChoice(*pair) for pair in countries()], validate_choice=False
    )

    def shown(self) -> list[tuple[Field, AddressField]]:
        """Return the fields to fill in with what the country says of them, in its order."""
        items = format_for(self.country.data).fields
        return [(self[item.name], item) for item in items]

    def rows(self) -> list[list[tuple[Field, AddressField]]]:
        """Return the fields in rows: town, region and code share one where they are neighbours."""
        rows: list[list[tuple[Field, AddressField]]] = []
        for pair in self.shown():
            beside = rows and pair[1].name in TOWN and rows[-1][-1][1].name in TOWN
            if beside:
                rows[-1].append(pair)
            else:
                rows.append([pair])
        return rows

    def address(self) -> Address:
        """Return what was typed, codes in capitals; fields that the country does without are empty."""
        values = {item.name: field.data or "" for field, item in self.shown()}
        if "postal_code" in values:
            values["postal_code"] = values["postal_code"].upper()
        return Address(country=self.country.data, **values)

    def check(self) -> bool:
        """Put what is wrong with the address beside its fields; return whether nothing is."""
        for name, message in problem_texts(check(self.address())).items():
            self[name].errors = [*self[name].errors, message]
        return not self.errors


class InvoiceForm(AddressForm):
    """Who buys gift cards, and where: all that an invoice without a parcel needs."""

    full_name = Text(
        _l("Your name"), no_control_characters, maximum=120, missing=_l("Please enter your name.")
    )

    def shown(self) -> list[tuple[Field, AddressField]]:
        """Return the name; nothing follows from the country."""
        named = format_for(self.country.data).field("full_name")
        return [(self.full_name, named)] if named else []

    def check(self) -> bool:
        """Return whether nothing is wrong."""
        return not self.errors


@lru_cache(maxsize=256)
def address_form(country: str) -> type[AddressForm]:
    """Return the form of a country's addresses. Raises ValueError for an unknown country."""
    made: dict[str, Any] = {item.name: _field(item) for item in format_for(country).fields}
    return type(f"AddressForm{country}", (AddressForm,), made)


def _field(item: AddressField) -> Any:
    words = field_texts(item)
    if isinstance(words, ChoiceFieldTexts) and item.choices:
        pairs = (("", words.prompt), *item.choices)
        return SelectField(
            words.label, choices=[SelectChoice(*pair) for pair in pairs], validate_choice=False
        )
    attributes = {"type": "tel"} if item.name == "phone" else {}
    checks = no_control_characters
    return Text(words.label, checks, maximum=item.maximum, optional=True, render_kw=attributes)


class ContactForm:
    """The whole first step: e-mail, delivery address or a saved one, billing address.

    It is several forms behind the face of one, so that the error summary lists all of them. ``by_email`` is
    for gift cards alone: name and country, and no second address.
    """

    def __init__(
        self,
        email: EmailForm,
        shipping: AddressForm,
        billing: AddressForm,
        saved: str,
        book: Mapping[str, Address],
        *,
        by_email: bool = False,
    ) -> None:
        self.email = email
        self.shipping = shipping
        self.billing = billing
        self.saved = saved
        self.book = book
        self.by_email = by_email
        self.form_errors: list[str] = []

    @classmethod
    def filled(
        cls,
        *,
        email: str,
        shipping: Address,
        billing: Address | None,
        book: Mapping[str, Address],
        by_email: bool = False,
    ) -> ContactForm:
        """Return the form with what is known; a member's default address is chosen, not typed out."""
        if by_email:
            invoice = InvoiceForm(data=shipping.to_dict(), prefix="shipping-")
            return cls(EmailForm(data={"email": email}), invoice, invoice, NEW, {}, by_email=True)
        known = next((key for key, address in book.items() if address == shipping), NEW)
        return cls(
            EmailForm(data={"email": email, "same_billing": billing is None}),
            _with("shipping", shipping),
            _with("billing", billing or Address(country=shipping.country)),
            known,
            book,
        )

    @classmethod
    def from_request(
        cls, book: Mapping[str, Address], fallback: str, *, by_email: bool = False
    ) -> ContactForm:
        """Return the form with what was posted, in the fields of the posted countries."""
        if by_email:
            invoice = InvoiceForm.from_request(prefix="shipping-")
            invoice.country.data = _known_country(invoice.country.data, fallback)
            return cls(EmailForm.from_request(), invoice, invoice, NEW, {}, by_email=True)
        saved = request.form.get("saved", NEW)
        if saved in book:
            shipping = _with("shipping", book[saved])
        else:
            saved, shipping = NEW, _posted("shipping", fallback)
        return cls(EmailForm.from_request(), shipping, _posted("billing", shipping.country.data), saved, book)

    def validate(self) -> bool:
        """Return whether everything is there; what is wrong stands beside its field."""
        checks = [self.email.validate(), self.shipping.validate() and self.shipping.check()]
        if not self.same_billing:
            checks.append(self.billing.validate() and self.billing.check())
        if self.shipping.errors:
            self.saved = NEW
        return all(checks)

    @property
    def same_billing(self) -> bool:
        """Return whether the invoice goes where the parcel goes."""
        return self.by_email or bool(self.email.same_billing.data)

    @property
    def errors(self) -> dict[str, Sequence[Any]]:
        """Return everything that is wrong, by field id."""
        found: dict[str, Sequence[Any]] = {field.id: field.errors for field in self if field.errors}
        return found | ({"form": self.form_errors} if self.form_errors else {})

    def __iter__(self) -> Iterator[Field]:
        """Iterate over every field, in the order of the page."""
        return chain(self.email, self.shipping, () if self.by_email else self.billing)


def _with(prefix: str, address: Address) -> AddressForm:
    return address_form(address.country)(data=address.to_dict(), prefix=f"{prefix}-")


def _posted(prefix: str, fallback: str) -> AddressForm:
    known = _known_country(request.form.get(f"{prefix}-country", ""), fallback)
    form = address_form(known).from_request(prefix=f"{prefix}-")
    form.country.data = known
    return form


def _known_country(country: str | None, fallback: str) -> str:
    return country if country and is_country(country) else fallback
