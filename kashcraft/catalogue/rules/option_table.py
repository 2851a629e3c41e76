"""The table of variants that follows from the options of a product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product as combinations

from kashcraft.catalogue.rules.product_input import StoredVariant
from kashcraft.core.errors import DomainError

MOST_OPTIONS, MOST_VARIANTS = 3, 100
Options = Sequence[tuple[str, Sequence[str]]]
Values = Mapping[str, str]


def list_combinations(options: Options) -> list[dict[str, str]]:
    """Return the option values of every variant, in the order of the options and of their values.

    Raises DomainError: no_options, option_twice (a name or a value is given twice), too_many_variants.
    """
    names = [name for name, _ in options]
    if not options or any(not values for _, values in options):
        raise DomainError("no_options")
    if len({name.casefold() for name in names}) < len(names):
        raise DomainError("option_twice")
    if any(len({value.casefold() for value in values}) < len(values) for _, values in options):
        raise DomainError("option_twice")
    number = 1
    for _, values in options:
        number *= len(values)
    if number > MOST_VARIANTS:
        raise DomainError("too_many_variants", number=number, most=MOST_VARIANTS)
    return [dict(zip(names, one, strict=True)) for one in combinations(*(values for _, values in options))]


def match_variants(
    found: Sequence[Values],
    names: Sequence[str],
    stored: Sequence[StoredVariant],
    stored_names: Sequence[str],
) -> list[StoredVariant | None]:
    """Return the stored variant of each combination, which keeps SKU, price and stock; None for new ones.

    An option at the same place with another name is the same option. Where an option was added, the stored
    variant stays with the first of its values. Current variants come before archived ones.
    """
    renamed = {
        old: new
        for old, new in zip(stored_names, names, strict=False)
        if old not in names and new not in stored_names
    }
    open_variants = list(stored)
    matched: list[StoredVariant | None] = []
    for values in found:
        fitting = next((one for one in open_variants if _fits(one, values, renamed)), None)
        if fitting is not None:
            open_variants.remove(fitting)
        matched.append(fitting)
    return matched


def _fits(variant: StoredVariant, values: Values, renamed: Mapping[str, str]) -> bool:
    own = {renamed.get(name, name): value for name, value in variant.data.option_values.items()}
    shared = own.keys() & values.keys()
    return bool(shared) and all(own[name] == values[name] for name in shared)
