"""A small shop: products with stock, taxes and delivery methods."""

from __future__ import annotations

from itertools import count
from uuid import UUID

from kashcraft.accounts.models import User
from kashcraft.catalogue import services as catalogue
from kashcraft.catalogue.models import Product
from kashcraft.catalogue.rules import PageInput, SkuInput, StoredPicture, VariantInput
from kashcraft.core import clock
from kashcraft.core.db import db, step
from kashcraft.core.money import Money
from kashcraft.inventory import services as inventory
from kashcraft.shipping import services as shipping
from kashcraft.shipping.models import MethodCode
from kashcraft.shipping.rules import Band
from kashcraft.taxes import services as taxes

_numbers = count(1)


def add_product(
    name: str = "Walnut bowl",
    price: int = 4300,
    *,
    stock: int | None = 10,
    weight: int = 500,
    gift_card: bool = False,
) -> UUID:
    """Create a product with stock and return its id."""
    with step():
        sold = SkuInput(
            sku=f"SKU-{next(_numbers)}",
            price=Money(price, "USD"),
            weight_grams=weight,
            is_gift_card=gift_card,
        )
        product = catalogue.create_product(page=PageInput(name=name), sold=sold)
        picture = StoredPicture(stem="bowl", width=1280, height=1600, widths=(320, 640))
        catalogue.add_image(product_id=product.id, picture=picture, alt=f"{name}, seen from the side")
        if stock is not None and not gift_card:
            inventory.open_stock(product_id=product.id, quantity=stock)
        return product.id


def add_sized_product(
    name: str = "Pheran", sizes: tuple[str, ...] = ("S", "M"), price: int = 12000, stock: int = 5
) -> Product:
    """Create a product with variants by size, each with stock; return it with its variants loaded."""
    with step():
        made = catalogue.create_product_with_variants(
            page=PageInput(name=name),
            option_names=["Size"],
            variants=[
                VariantInput(
                    option_values={"Size": size},
                    sold=SkuInput(sku=f"SKU-{next(_numbers)}", price=Money(price, "USD"), weight_grams=700),
                )
                for size in sizes
            ],
        )
        product_id = made.id
    rows = variants_of(product_id)
    with step():
        for row in rows:
            inventory.open_stock(product_id=row, quantity=stock)
    return db.session.get_one(Product, product_id)


def variants_of(product_id: UUID) -> list[UUID]:
    """Return the ids of a product's variants, in their order."""
    rows = db.session.query(Product.id).filter_by(parent_id=product_id).order_by(Product.position)
    return [row.id for row in rows]


def add_taxes_and_delivery() -> None:
    """Add delivery and taxes for the United States, Germany, Britain, India and Japan.

    United States: standard 12.00, free from 150.00 of merchandise, express 30.00; elsewhere 25.00. Taxes are
    7.25 % in California and 19 % in Germany.
    """
    with step():
        home = shipping.save_zone(name="America", currency="USD", countries=[("US", "")], free_above=15000)
        far = shipping.save_zone(
            name="Abroad", currency="USD", countries=[(code, "") for code in ("DE", "GB", "IN", "JP")]
        )
        db.session.flush()  # the methods refer to the zones
        shipping.save_method(
            zone=home, code=MethodCode.STANDARD, name="Standard", bands=[Band(price=1200)],
            transit_days_min=3, transit_days_max=5,
        )  # fmt: skip
        shipping.save_method(
            zone=home, code=MethodCode.EXPRESS, name="Express", bands=[Band(price=3000)], transit_days_min=1,
            transit_days_max=1, position=1,
        )  # fmt: skip
        shipping.save_method(
            zone=far, code=MethodCode.STANDARD, name="Standard", bands=[Band(price=2500)],
            transit_days_min=5, transit_days_max=9,
        )  # fmt: skip
        taxes.save_rate(tax_class="standard", country="US", region="CA", rate=72_500, name="Sales tax")
        taxes.save_rate(tax_class="standard", country="DE", rate=190_000, name="VAT")


def customer(email: str = "ada@example.com", password_hash: str | None = None) -> UUID:
    """Create an account with a confirmed address and return its id."""
    with step() as session:
        user = User(
            email=email, email_key=email, full_name="Ada Lovelace", email_confirmed_at=clock.now(),
            password_hash=password_hash, roles=[],
        )  # fmt: skip
        session.add(user)
        session.flush()  # the id is what callers need
        return user.id
