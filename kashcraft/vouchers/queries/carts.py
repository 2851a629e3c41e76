"""Vouchers for carts, read as plain rows because these are among the busiest statements of the shop."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Protocol
from uuid import UUID

import sqlalchemy as sa

from kashcraft.accounts import queries as accounts
from kashcraft.catalogue.models import Category, Product
from kashcraft.core import autocommit
from kashcraft.core.db import table_of
from kashcraft.core.email_addresses import mailbox
from kashcraft.core.ids import OrderId, UserId, VoucherId
from kashcraft.core.settings import installation
from kashcraft.pricing.rules import VoucherTerms
from kashcraft.vouchers import rules
from kashcraft.vouchers.models import (
    UsageStatus,
    Voucher,
    VoucherCategory,
    VoucherExcludedProduct,
    VoucherUsage,
)
from kashcraft.vouchers.rules import CodeLookup, VoucherData, VoucherLimits

NOBODY = UUID(int=0)


class _Row(VoucherData, VoucherLimits, Protocol):
    """A voucher with one of its categories or excluded products, and its uses; see ``_statement``."""

    @property
    def code_key(self) -> str: ...

    @property
    def scope(self) -> str: ...

    @property
    def scope_id(self) -> UUID | None: ...

    @property
    def own_uses(self) -> int: ...

    @property
    def held(self) -> int: ...


def find_customer_key(*, user_id: UserId | None, email: str | None) -> str | None:
    """Return the key by which limits per customer count, or None while the customer is unknown.

    It is the mailbox of the account, or of the address that a guest gave, so that a member and a guest with
    the same mailbox are one customer. An account without an address has its id as the key. One statement for
    members, none for guests.
    """
    if user_id is not None:
        member = accounts.find_user(user_id)
        return mailbox(member.email) if member and member.email else str(user_id)
    return mailbox(email) if email and email.strip() else None


def list_customer_hashes(customer: str | None) -> list[str]:
    """Return the hashes under which the uses of a customer (see ``find_customer_key``) may be stored.

    There is one hash for each of the shop's encryption keys, the one for new uses first; none for an unknown
    customer.
    """
    return [rules.customer_hash(key, customer) for key in installation().encryption_keys] if customer else []


def get_code_lookups(
    codes: Sequence[str | None],
    *,
    moment: datetime,
    customer_key: str | None,
    user_id: UserId | None = None,
    order_id: OrderId | None = None,
    withheld: bool = False,
) -> tuple[list[CodeLookup], list[VoucherTerms]]:
    """Return the result for each code (None for no code), and the terms of the automatic vouchers. One
    statement.

    Terms include the subcategories of their categories and the variants of excluded products. Without a
    ``customer_key`` limits per customer are not checked. For a member, uses under an earlier address count
    too. A use by ``order_id`` itself, while it is unpaid, does not count against it. ``services.claim``
    enforces the limits that are only reported here. With ``withheld``, every voucher with a limit per
    customer is refused.
    """
    keys = [rules.code_keys(code) if code else () for code in codes]
    parameters = {
        "code_keys": [key for pair in keys for key in pair],
        "moment": moment,
        "customer_hashes": list_customer_hashes(customer_key),
        "user_id": user_id or NOBODY,
        "order_id": order_id or NOBODY,
    }
    rows: Sequence[_Row] = autocommit.rows(_statement(), parameters)
    vouchers, scopes = _gathered(rows)
    usable, refusals = _judged(vouchers, scopes, moment, withheld=withheld)
    used_before = "voucher_used_by_customer" in refusals.values()
    automatic = [terms for terms in usable.values() if not terms.requires_code]
    ids = {row.code_key: row.id for row in vouchers}
    wanted = [next((ids[key] for key in pair if key in ids), None) for pair in keys]
    found = [
        CodeLookup(usable.get(one), refusals.get(one), used_before)
        if one is not None
        else CodeLookup(refusal=None if code is None else "voucher_unknown", used_before=used_before)
        for code, one in zip(codes, wanted, strict=True)
    ]
    return found, automatic


def _judged(
    vouchers: Sequence[_Row],
    scopes: dict[VoucherId, dict[str, set[UUID]]],
    moment: datetime,
    *,
    withheld: bool,
) -> tuple[dict[VoucherId, VoucherTerms], dict[VoucherId, str]]:
    """Return the terms of the vouchers that can be used, and the reasons for the others."""
    usable: dict[VoucherId, VoucherTerms] = {}
    refusals: dict[VoucherId, str] = {}
    for row in vouchers:
        uses = row.current_usages - row.held
        refusal = rules.refusal(row, moment=moment, uses=uses, own_uses=row.own_uses, withheld=withheld)
        if refusal:
            refusals[row.id] = refusal
        else:
            usable[row.id] = rules.terms_of(row, **scopes[row.id])
    return usable, refusals


def _gathered(rows: Sequence[_Row]) -> tuple[list[_Row], dict[VoucherId, dict[str, set[UUID]]]]:
    """Return one row for each voucher, and its categories and excluded products."""
    vouchers = {row.id: row for row in rows}
    scopes: dict[VoucherId, dict[str, set[UUID]]] = {
        key: {"categories": set(), "products": set()} for key in vouchers
    }
    for row in rows:
        if row.scope_id is not None:
            scopes[row.id][row.scope].add(row.scope_id)
    return list(vouchers.values()), scopes


@cache
def _statement() -> sa.Select[*tuple[object, ...]]:
    """Return the statement that reads vouchers, their categories and excluded products, and their uses."""
    automatic = _is_automatic()
    entered = Voucher.code_key.in_(sa.bindparam("code_keys", type_=sa.String, expanding=True))
    chosen = sa.select(*table_of(Voucher).c).where(sa.or_(entered, automatic)).cte("chosen")
    scope = _scope(sa.select(chosen.c.id))
    return (
        sa.select(*chosen.c, scope.c.scope, scope.c.scope_id, *_uses(chosen.c.id))
        .outerjoin_from(chosen, scope, scope.c.voucher_id == chosen.c.id)
        .order_by(chosen.c.expires_at, chosen.c.id)
    )


def any_automatic() -> sa.ColumnElement[bool]:
    """Return a column that states whether an automatic voucher is running at the parameter ``moment``.

    Usually none is, and then the vouchers need not be read.
    """
    return sa.exists(Voucher.id).where(_is_automatic())


def _is_automatic() -> sa.ColumnElement[bool]:
    moment = sa.bindparam("moment", type_=Voucher.start_date.type)
    return sa.and_(
        Voucher.is_active,
        Voucher.requires_code.is_(False),
        Voucher.start_date <= moment,
        Voucher.expires_at > moment,
    )


def _scope(chosen: sa.Select[VoucherId]) -> sa.Subquery:
    categories = (
        sa.select(VoucherCategory.voucher_id, VoucherCategory.category_id.label("id"))
        .where(VoucherCategory.voucher_id.in_(chosen))
        .cte("covered_categories", recursive=True)
    )
    categories = categories.union(
        sa.select(categories.c.voucher_id, Category.id).join(Category, Category.parent_id == categories.c.id)
    )
    excluded = VoucherExcludedProduct.voucher_id.in_(chosen)
    owner = VoucherExcludedProduct.voucher_id
    return sa.union_all(
        sa.select(
            categories.c.voucher_id,
            sa.literal_column("'categories'").label("scope"),
            categories.c.id.label("scope_id"),
        ),
        sa.select(owner, sa.literal_column("'products'"), VoucherExcludedProduct.product_id).where(excluded),
        sa.select(owner, sa.literal_column("'products'"), Product.id)
        .join(Product, Product.parent_id == VoucherExcludedProduct.product_id)
        .where(excluded),
    ).subquery("scopes")


def _uses(voucher_id: sa.ColumnElement[VoucherId]) -> tuple[sa.Label[int], sa.Label[int]]:
    """Return the customer's other uses, and the use by the order itself."""
    own_order = sa.bindparam("order_id", type_=sa.Uuid)
    counted = (
        sa.select(sa.func.count())
        .select_from(VoucherUsage)
        .where(VoucherUsage.voucher_id == voucher_id, VoucherUsage.status == UsageStatus.APPLIED)
    )
    customer = sa.or_(
        VoucherUsage.customer_hash.in_(sa.bindparam("customer_hashes", type_=sa.String, expanding=True)),
        VoucherUsage.user_id == sa.bindparam("user_id", type_=sa.Uuid),
    )
    others = counted.where(customer, VoucherUsage.order_id != own_order)
    held = counted.where(VoucherUsage.order_id == own_order)
    return others.scalar_subquery().label("own_uses"), held.scalar_subquery().label("held")
