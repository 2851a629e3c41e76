"""Attempts on the tables of core, audit, accounts, catalogue, taxes and shipping."""

from __future__ import annotations

from tests.factories.rows import LATER, NOW, PARENT
from tests.unit.test_constraints.attempts import Attempt, refused, twice, unknown

CORE: list[Attempt] = [
    twice("outbox", "name", "key", key="slot"),
    refused("outbox", "attempts", attempts=-1),
    twice("audit_entries", "idempotency_key", idempotency_key="form-1"),
    refused("audit_entries", "words", subject=""),
    refused("audit_entries", "words", action=""),
]

ACCOUNTS: list[Attempt] = [
    twice("users", "email_key", email_key="noor@kashcraft.example"),
    twice("users", "referral_code", referral_code="NOOR"),
    refused("users", "email_key", email_key="Noor@kashcraft.example"),
    *unknown("user_roles", "role"),
    refused("staff_invitations", "email_key", email_key="Noor@kashcraft.example"),
    refused("staff_invitations", "version", version=0),
    refused("staff_invitations", "one_end", accepted_at=NOW, withdrawn_at=NOW),
    twice("staff_invitations", "email_key", name="open", apart={"withdrawn_at": NOW}),
    twice("login_sessions", "token_hash"),
    *unknown("saved_addresses", "type"),
    refused("saved_addresses", "country", country="us"),
    refused("saved_addresses", "usage_count", usage_count=-1),
    twice(
        "saved_addresses",
        "user_id",
        "type",
        name="default",
        is_default=True,
        apart={"is_default": False},
    ),
]

UPLOADS: list[Attempt] = [
    *unknown("uploads", "kind"),
    refused("uploads", "state", state="nonsense"),
    refused("uploads", "size", size=0),
    refused("uploads", "pixels", width=0, height=10),
    refused("uploads", "progress", progress=101),
    refused("uploads", "problem", problem="upload_kind"),
    refused("uploads", "problem", state="refused"),
    refused("uploads", "picture", state="ready"),
    refused("uploads", "picture", picture="bowl 10x10 10"),
    refused("uploads", "attached_at", attached_at=NOW),
    twice("uploads", "stem"),
]

CATALOGUE: list[Attempt] = [
    refused("catalogue_version", "one_row", id=2),
    *unknown("catalogue_changes", "scope"),
    refused("reference_version", "one_row", id=2),
    twice("categories", "slug"),
    twice("pages", "slug"),
    refused("menu_items", "menu", menu="nonsense", kind="path", target="/x", label="x"),
    refused("menu_items", "kind", menu="more", kind="nonsense", target="/x", label="x"),
    refused("menu_items", "target", menu="more", kind="path", target="", label="x"),
    refused("menu_items", "label", menu="more", kind="path", target="/x", label=""),
    refused("menu_items", "parent", menu="footer", kind="path", target="/x", label="x"),
    *unknown("products", "kind", "status"),
    *unknown("product_attributes", "kind"),
    refused("slug_redirects", "kind", kind="nonsense", product_id=None),
    twice("products", "slug"),
    twice("products", "sku"),
    refused("products", "choice_has_parent", kind="choice", slug=None),
    refused("products", "choice_has_parent", parent_id=PARENT),
    refused("products", "page_has_slug", slug=None),
    refused("products", "page_has_slug", kind="choice", parent_id=PARENT),
    refused("products", "family_has_no_price", kind="family", sku=None),
    refused("products", "family_has_no_price", price=None),
    refused("products", "family_has_no_sku", kind="family", price=None),
    refused("products", "family_has_no_sku", sku=None),
    refused("products", "price", price=-1),
    refused("products", "sale_price", sale_price=100),
    refused("products", "sale_price", sale_price=-1),
    refused("products", "sale_window", sale_starts_at=LATER, sale_ends_at=NOW),
    refused("products", "reference_price", reference_price=90),
    refused("products", "reference_price", sale_price=80, reference_price=80),
    refused("products", "weight", weight_grams=-1),
    refused("price_changes", "price", price=-1),
    refused("price_changes", "sale_price", price=100, sale_price=100),
    refused("price_changes", "sale_price", price=100, sale_price=-1),
    refused("price_changes", "sale_window", sale_starts_at=LATER, sale_ends_at=NOW),
    refused("products", "rating", rating_count=-1),
    refused("products", "rating", rating_count=2, rating_total=11),
    refused("products", "rating", rating_count=2, rating_total=1),
    refused("product_images", "size", width=0),
    refused("product_images", "size", height=0),
    *unknown("product_imports", "state"),
    twice("picture_sources", "product_id", "digest"),
    refused("picture_sources", "state", state="nonsense"),
    refused("picture_sources", "image", state="fetched"),
    refused("picture_sources", "image", state="waiting", image_id=PARENT),
    refused("picture_sources", "attempts", attempts=-1),
    refused("slug_redirects", "target", product_id=None),
    refused("slug_redirects", "target", category_id=PARENT),
]

TAXES: list[Attempt] = [
    twice(
        "tax_rates", "country", "region", "postal_prefix", "tax_class", "valid_from", valid_from=NOW.date()
    ),
    twice(
        "tax_rates",
        "country",
        "region",
        "postal_prefix",
        "tax_class",
        name="since_ever",
        apart={"valid_from": NOW.date()},
    ),
    refused("tax_rates", "rate", rate=1_000_001),
    refused("tax_rates", "rate", rate=-1),
    refused("tax_rates", "country", country="us"),
    refused("tax_rates", "tax_class", tax_class=""),
    refused("tax_rates", "window", valid_from=LATER.date(), valid_until=NOW.date()),
]

SHIPPING: list[Attempt] = [
    twice("shipping_zones", "name"),
    twice(
        "shipping_zones",
        "is_rest_of_world",
        name="rest_of_world",
        is_rest_of_world=True,
        apart={"is_rest_of_world": False},
    ),
    refused("shipping_zones", "free_above", free_above=-1),
    twice("shipping_zone_countries", "country", "region"),
    refused("shipping_zone_countries", "country", country="de"),
    *unknown("shipping_methods", "code"),
    twice("shipping_methods", "zone_id", "code"),
    refused("shipping_methods", "handling_days", handling_days=-1),
    refused("shipping_methods", "transit_days", transit_days_min=3, transit_days_max=2),
    refused("shipping_methods", "max_weight", max_weight_grams=0),
    twice("shipping_rate_bands", "method_id", "over_grams", "from_merchandise"),
    refused("shipping_rate_bands", "amounts", price=-1),
    refused("shipping_rate_bands", "amounts", over_grams=-1),
    refused("shipping_rate_bands", "amounts", from_merchandise=-1),
]
