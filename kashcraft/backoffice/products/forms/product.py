"""The form of a product: its page, what is sold, safety, and when it is published."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, tzinfo
from uuid import UUID

from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.validators import Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from kashcraft.backoffice.products.forms.filter_values import (
    FilterValuesForm,
    read_values,
    shown_filter_values,
)
from kashcraft.catalogue.rules import PageInput, SafetyInput, SkuInput
from kashcraft.catalogue.rules.kinds import Status
from kashcraft.catalogue.rules.product_input import ProductInput
from kashcraft.core.fields import (
    BooleanField,
    DateTimeLocalField,
    Length,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from kashcraft.core.forms import AmountField, Text, VersionField, WholeField
from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import CategoryId, ProductId
from kashcraft.core.money import LARGEST_MINOR, Money
from kashcraft.core.settings import formats

WRITTEN = "%Y-%m-%dT%H:%M"
HS_CODE = re.compile(r"\d{4}(?:\.?\d{2}){0,3}")
STATUSES: Mapping[Status, LazyText] = {
    Status.DRAFT: _l("Draft: only staff see it"),
    Status.ACTIVE: _l("Active: it is shown and sold"),
    Status.ARCHIVED: _l("Archived: it is no longer shown"),
}
SAFETY = ("maker", "maker_address", "responsible_person", "safety_warnings", "hs_code", "origin_country")
# Texts for the refusals of the services, by code.
REFUSALS = {
    "slug_taken": _l("Another product has this address."),
    "slug_empty": _l("Please use letters or digits."),
    "sku_taken": _l("Another product has the SKU %(sku)s."),
    "sku_empty": _l("Please enter a SKU."),
    "sale_price_not_lower": _l("The sale price must be below the price."),
    "sale_window": _l("The sale must end after it begins."),
    "price_negative": _l("Please enter an amount from 0."),
    "product_changed_since": _l(
        "This product was changed after you opened it. What is saved now is listed here."
        " Save again to replace it."
    ),
}


def _year(_form: object, field: Field) -> None:
    if field.data is not None and not 2000 <= field.data.year <= 2099:
        raise StopValidation(_("Please enter a date from 2000 to 2099."))


def _hs_code(_form: object, field: Field) -> None:
    if field.data and not HS_CODE.fullmatch(field.data):
        raise StopValidation(_("Please enter 4 to 10 digits, for example 6214.20."))


def moment_field(label: LazyText) -> DateTimeLocalField:
    """Return an optional field for a day and a time in the shop's time zone."""
    return DateTimeLocalField(label, [Optional(), _year], format=[WRITTEN, f"{WRITTEN}:%S"])


def text_field(label: LazyText, maximum: int = 20_000) -> TextAreaField:
    """Return an optional field for several lines."""
    return TextAreaField(label, [Length(max=maximum, message=_l("At most %(max)s characters."))])


# Labels of tax classes; others are shown as the owner has written them.
TAX_CLASSES = {"none": _l("No tax")}


class ProductForm(FilterValuesForm):
    """The page of a product. ``version`` is that of the values it was opened with.

    ``chosen`` are the ids of the related products, which the picker sends one by one.
    """

    name = Text(_l("Name"), maximum=255, missing=_l("Please enter a name."))
    slug = Text(_l("Address"), optional=True, maximum=160)
    summary = Text(_l("Summary"), optional=True, maximum=320)
    description = text_field(_l("Description"))
    care = text_field(_l("Care"), 4_000)
    category = SelectField(_l("Main category"))
    categories = SelectMultipleField(
        _l("Other categories"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    vendor = Text(_l("Vendor"), optional=True, maximum=255)
    origin = Text(_l("Origin"), optional=True, maximum=120)
    dimensions = Text(_l("Dimensions"), optional=True, maximum=120)
    seo_title = Text(_l("Search title"), optional=True, maximum=255)
    seo_description = Text(_l("Search description"), optional=True, maximum=1024)
    status = RadioField(_l("Status"), default=Status.DRAFT.value)
    publish_at = moment_field(_l("Publish at"))
    maker = Text(_l("Manufacturer"), optional=True, maximum=255)
    maker_address = text_field(_l("Address of the manufacturer"), 500)
    responsible_person = text_field(_l("Responsible person"), 500)
    safety_warnings = text_field(_l("Warnings"), 2_000)
    hs_code = Text(_l("HS code"), _hs_code, optional=True, maximum=12)
    origin_country = SelectField(_l("Country of origin"))
    version = VersionField()

    def __init__(
        self,
        sent: MultiDict[str, str] | None = None,
        *,
        currency: str,
        categories: Sequence[tuple[CategoryId, str]],
        countries: Sequence[tuple[str, str]],
        tax_classes: Sequence[str] = (),
        data: Mapping[str, object] | None = None,
        related: Sequence[ProductId] = (),
    ) -> None:
        super().__init__(sent, data=data)
        self.currency = currency
        places = [SelectChoice(str(one), path) for one, path in categories]
        self.category.choices = [SelectChoice("", _("None")), *places]
        self.categories.choices = places
        self.status.choices = [SelectChoice(one.value, str(label)) for one, label in STATUSES.items()]
        self.origin_country.choices = [
            SelectChoice("", _("Not known")),
            *(SelectChoice(*one) for one in countries),
        ]
        chosen = sent.getlist("related") if sent is not None else [str(one) for one in related]
        self.chosen = [ProductId(one) for text in chosen if (one := _uuid(text))]

    def validate(self, extra_validators: object = None) -> bool:
        """Return whether every field is valid, and a time of publication belongs to a draft."""
        valid = super().validate(extra_validators)
        if self.publish_at.data and self.status.data != Status.DRAFT:
            self.publish_at.errors = [_("Only a draft can have a time. Choose the status “Draft”.")]
            return False
        return valid

    def page(self, zone: tzinfo, stored: PageInput | None) -> PageInput:
        """Return the input of the page; ``stored`` are its present values."""
        others = [CategoryId(UUID(one)) for one in self.categories.data or ()]
        main = [CategoryId(UUID(self.category.data))] if self.category.data else []
        return PageInput(
            name=self.name.data or "",
            slug=self.slug.data or None,
            summary=self.summary.data or "",
            vendor=self.vendor.data or "",
            origin=self.origin.data or "",
            dimensions=self.dimensions.data or "",
            description=lines(self.description),
            care=lines(self.care),
            materials=read_values(self.materials),
            colours=read_values(self.colours),
            sizes=read_values(self.sizes),
            tags=read_values(self.tags),
            seo_title=self.seo_title.data or None,
            seo_description=self.seo_description.data or None,
            status=Status(self.status.data),
            publish_at=moment(self.publish_at.data, zone, stored.publish_at if stored else None),
            category_ids=tuple(dict.fromkeys([*main, *others])),
            safety=SafetyInput(**{one: lines(self[one]) for one in SAFETY}),
        )

    def entered(self, zone: tzinfo, stored: ProductInput | None) -> ProductInput:
        """Return the input for the services; ``stored`` are the present values."""
        page = self.page(zone, stored.page if stored else None)
        return ProductInput(page=page, related_ids=tuple(self.chosen))


class SoldProductForm(ProductForm):
    """The form of a product without variants, with its SKU and price."""

    sku = Text(_l("SKU"), maximum=255, missing=_l("Please enter a SKU."))
    price = AmountField(_l("Price"), most=LARGEST_MINOR, missing=_l("Please enter a price."))
    sale_price = AmountField(_l("Sale price"), most=LARGEST_MINOR, optional=True)
    sale_starts_at = moment_field(_l("Sale begins"))
    sale_ends_at = moment_field(_l("Sale ends"))
    cost = AmountField(_l("Cost"), most=LARGEST_MINOR, optional=True)
    weight_grams = WholeField(_l("Weight"), least=0, most=1_000_000, optional=True)
    tax_class = SelectField(_l("Tax class"), default="standard")
    is_gift_card = BooleanField(_l("Gift card"))
    one_of_a_kind = BooleanField(_l("One of a kind"))

    def __init__(
        self,
        sent: MultiDict[str, str] | None = None,
        *,
        currency: str,
        categories: Sequence[tuple[CategoryId, str]],
        countries: Sequence[tuple[str, str]],
        tax_classes: Sequence[str] = (),
        data: Mapping[str, object] | None = None,
        related: Sequence[ProductId] = (),
    ) -> None:
        super().__init__(
            sent,
            currency=currency,
            categories=categories,
            countries=countries,
            data=data,
            related=related,
        )
        known = dict.fromkeys(["standard", "none", *tax_classes])
        self.tax_class.choices = [SelectChoice(one, str(TAX_CLASSES.get(one, one))) for one in known]

    def entered(self, zone: tzinfo, stored: ProductInput | None) -> ProductInput:
        """Return the input for the services; ``stored`` are the present values."""
        before = stored.sold if stored else None
        sold = SkuInput(
            sku=self.sku.data or "",
            price=self.price.money or Money.zero(self.currency),
            sale_price=self.sale_price.money,
            sale_starts_at=moment(self.sale_starts_at.data, zone, before.sale_starts_at if before else None),
            sale_ends_at=moment(self.sale_ends_at.data, zone, before.sale_ends_at if before else None),
            cost=self.cost.money,
            weight_grams=self.weight_grams.data or 0,
            tax_class=self.tax_class.data or "standard",
            is_gift_card=bool(self.is_gift_card.data),
            one_of_a_kind=bool(self.one_of_a_kind.data),
        )
        page = self.page(zone, stored.page if stored else None)
        return ProductInput(page=page, sold=sold, related_ids=tuple(self.chosen))


def shown_product(data: ProductInput, zone: tzinfo) -> dict[str, object]:
    """Return the values of a product by the fields of its form."""
    page, sold = data.page, data.sold
    same = ("name", "slug", "summary", "description", "care", "vendor", "origin", "dimensions", "seo_title",
            "seo_description")  # fmt: skip
    shown: dict[str, object] = {
        **{name: getattr(page, name) for name in same},
        **shown_filter_values(page),
        **asdict(data.safety),
        "status": page.status.value,
        "publish_at": _local(page.publish_at, zone),
        "category": str(page.category_ids[0]) if page.category_ids else "",
        "categories": [str(one) for one in page.category_ids[1:]],
        "version": data.version,
    }
    if sold is None:
        return shown
    plain = ("sku", "weight_grams", "tax_class", "is_gift_card", "one_of_a_kind")
    amounts = {"price": sold.price, "sale_price": sold.sale_price, "cost": sold.cost}
    return {
        **shown,
        **{name: getattr(sold, name) for name in plain},
        **{name: formats().entry(amount) if amount is not None else "" for name, amount in amounts.items()},
        "sale_starts_at": _local(sold.sale_starts_at, zone),
        "sale_ends_at": _local(sold.sale_ends_at, zone),
    }


def lines(field: Field) -> str:
    """Return the text of a field with plain line ends and without outer blanks."""
    return str(field.data or "").replace("\r\n", "\n").strip()


def moment(entered: datetime | None, zone: tzinfo, stored: datetime | None) -> datetime | None:
    """Return the entered moment in UTC, or ``stored`` with its seconds where it is the same to the minute."""
    if entered is None:
        return None
    if stored is not None and stored.astimezone(zone).strftime(WRITTEN) == entered.strftime(WRITTEN):
        return stored
    return entered.replace(tzinfo=zone).astimezone(UTC)


def _local(at: datetime | None, zone: tzinfo) -> datetime | None:
    return at.astimezone(zone) if at else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
