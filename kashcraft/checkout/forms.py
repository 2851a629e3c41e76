"""The forms of the checkout: contact details and addresses in the format of their country."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any

from flask import request
from wtforms import Field

from kashcraft.accounts.presenters import ChoiceFieldTexts, field_texts, problem_texts
from kashcraft.accounts.rules import Address, AddressField, check, countries, format_for, is_country
from kashcraft.core.fields import BooleanField, LongSelectField, Options
from kashcraft.core.forms import EmailText, Form, Text, no_control_characters
from kashcraft.core.i18n import lazy_gettext as _l

NEW = "new"
TOWN_FIELDS = {"city", "state", "postal_code"}


class EmailForm(Form):
    """The e-mail address for the confirmation, and whether the billing address is the delivery address."""

    email = EmailText()
    same_billing = BooleanField(_l("Billing address same as delivery"), default=True)


class AddressForm(Form):
    """The fields of an address; ``address_form`` creates a class for each country."""

    country = LongSelectField(_l("Country or region"), options=Options(countries()))

    def shown(self) -> list[tuple[Field, AddressField]]:
        """Return the fields with their definition in the order of the country."""
        items = format_for(self.country.data).fields
        return [(self[item.name], item) for item in items]

    def rows(self) -> list[list[tuple[Field, AddressField]]]:
        """Return the fields in rows; city, region and postal code share a row if they are neighbors."""
        rows: list[list[tuple[Field, AddressField]]] = []
        for pair in self.shown():
            in_same_row = rows and pair[1].name in TOWN_FIELDS and rows[-1][-1][1].name in TOWN_FIELDS
            if in_same_row:
                rows[-1].append(pair)
            else:
                rows.append([pair])
        return rows

    def address(self) -> Address:
        """Return the typed address with the postal code in capitals.

        Fields that the country does not use are empty.
        """
        values = {item.name: field.data or "" for field, item in self.shown()}
        if "postal_code" in values:
            values["postal_code"] = values["postal_code"].upper()
        return Address(country=self.country.data, **values)

    def check(self) -> bool:
        """Return whether the address is valid; errors are stored with their fields."""
        for name, message in problem_texts(check(self.address())).items():
            self[name].errors = [*self[name].errors, message]
        return not self.errors


class InvoiceForm(AddressForm):
    """The name and country for the invoice of gift cards, which need no delivery address."""

    full_name = Text(
        _l("Your name"), no_control_characters, maximum=120, missing=_l("Please enter your name.")
    )

    def shown(self) -> list[tuple[Field, AddressField]]:
        """Return the name field."""
        named = format_for(self.country.data).field("full_name")
        return [(self.full_name, named)] if named else []

    def check(self) -> bool:
        """Return whether the form has no errors."""
        return not self.errors


@lru_cache(maxsize=256)
def address_form(country: str) -> type[AddressForm]:
    """Return the address form of a country. Raises ValueError for an unknown country."""
    fields: dict[str, Any] = {item.name: _field(item) for item in format_for(country).fields}
    return type(f"AddressForm{country}", (AddressForm,), fields)


def _field(item: AddressField) -> Any:
    words = field_texts(item)
    if isinstance(words, ChoiceFieldTexts) and item.choices:
        return LongSelectField(words.label, options=Options(item.choices), prompt=words.prompt)
    attributes = {"type": "tel"} if item.name == "phone" else {}
    checks = no_control_characters
    return Text(words.label, checks, maximum=item.maximum, optional=True, render_kw=attributes)


class ContactForm:
    """The first step: e-mail address, delivery address or a saved one, billing address.

    It combines several forms, so that the error summary lists all of them. ``by_email`` is for carts of gift
    cards, which need only a name and a country. ``billing`` is called for the form of the billing address
    when it is needed.
    """

    def __init__(
        self,
        email: EmailForm,
        shipping: AddressForm,
        billing: Callable[[], AddressForm],
        saved: str,
        addresses: Mapping[str, Address],
        *,
        by_email: bool = False,
    ) -> None:
        self.email = email
        self.shipping = shipping
        self._make_billing = billing
        self.saved = saved
        self.addresses = addresses
        self.by_email = by_email
        self.form_errors: list[str] = []

    @cached_property
    def billing(self) -> AddressForm:
        """Return the form of the billing address."""
        return self._make_billing()

    @classmethod
    def filled(
        cls,
        *,
        email: str,
        shipping: Address,
        billing: Address | None,
        addresses: Mapping[str, Address],
        by_email: bool = False,
    ) -> ContactForm:
        """Return the form with the known details.

        A saved address that equals the delivery address is selected.
        """
        if by_email:
            invoice = InvoiceForm(data=shipping.to_dict(), prefix="shipping-")
            return cls(EmailForm(data={"email": email}), invoice, lambda: invoice, NEW, {}, by_email=True)
        selected = next((key for key, address in addresses.items() if address == shipping), NEW)
        return cls(
            EmailForm(data={"email": email, "same_billing": billing is None}),
            _with("shipping", shipping),
            lambda: _with("billing", billing or Address(country=shipping.country)),
            selected,
            addresses,
        )

    @classmethod
    def from_request(
        cls, addresses: Mapping[str, Address], fallback: Callable[[], str], *, by_email: bool = False
    ) -> ContactForm:
        """Return the form with the posted values, in the fields of the posted countries.

        ``fallback`` is called for the country where none was sent.
        """
        if by_email:
            invoice = InvoiceForm.from_request(prefix="shipping-")
            invoice.country.data = _known_country(invoice.country.data, fallback)
            return cls(EmailForm.from_request(), invoice, lambda: invoice, NEW, {}, by_email=True)
        saved = request.form.get("saved", NEW)
        if saved in addresses:
            shipping = _with("shipping", addresses[saved])
        else:
            saved, shipping = NEW, _posted("shipping", fallback)
        return cls(
            EmailForm.from_request(),
            shipping,
            lambda: _posted("billing", lambda: shipping.country.data),
            saved,
            addresses,
        )

    @classmethod
    def is_saved_address_posted(cls) -> bool:
        """Return whether an address of the address book was chosen."""
        return request.form.get("saved", NEW) != NEW

    @classmethod
    def is_invoice_posted(cls) -> bool:
        """Return whether the posted form has the fields of a cart of gift cards only."""
        return "saved" not in request.form and "shipping-street_address" not in request.form

    def validate(self) -> bool:
        """Return whether all forms are valid; errors are stored with their fields."""
        checks = [self.email.validate(), self.shipping.validate() and self.shipping.check()]
        if not self.same_billing:
            checks.append(self.billing.validate() and self.billing.check())
        if self.shipping.errors:
            self.saved = NEW
        return all(checks)

    @property
    def same_billing(self) -> bool:
        """Return whether the billing address is the delivery address."""
        return self.by_email or bool(self.email.same_billing.data)

    @property
    def errors(self) -> dict[str, Sequence[Any]]:
        """Return all errors by field id."""
        found: dict[str, Sequence[Any]] = {field.id: field.errors for field in self if field.errors}
        return found | ({"form": self.form_errors} if self.form_errors else {})

    def wrong_fields(self) -> list[Field]:
        """Return the fields with errors in their order."""
        return [field for field in self if field.errors]

    def __iter__(self) -> Iterator[Field]:
        """Iterate over every field in the order of the page."""
        return chain(self.email, self.shipping, () if self.by_email else self.billing)


def _with(prefix: str, address: Address) -> AddressForm:
    return address_form(address.country)(data=address.to_dict(), prefix=f"{prefix}-")


def _posted(prefix: str, fallback: Callable[[], str]) -> AddressForm:
    known = _known_country(request.form.get(f"{prefix}-country", ""), fallback)
    form = address_form(known).from_request(prefix=f"{prefix}-")
    form.country.data = known
    return form


def _known_country(country: str | None, fallback: Callable[[], str]) -> str:
    return country if country and is_country(country) else fallback()
