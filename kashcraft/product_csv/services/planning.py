"""The plan of an import, and the local pictures of a file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from kashcraft.catalogue.queries import Edition, get_edition, get_version
from kashcraft.catalogue.rules import StoredPicture
from kashcraft.core.errors import DomainError
from kashcraft.core.settings import formats, installation
from kashcraft.product_csv import queries
from kashcraft.product_csv.gateways.folder import local_path, refusal
from kashcraft.product_csv.gateways.folder import stems as stems_of
from kashcraft.product_csv.rules.changes import Context, PlannedOutcome, ProductPlan, plan_import
from kashcraft.product_csv.rules.document import Remark, Remarks, Row, read_rows
from kashcraft.product_csv.rules.handles import category_slug_of
from kashcraft.product_csv.rules.links import Links, host_of, names_of, slugs_by_handle
from kashcraft.product_csv.rules.products import CsvProduct, read_products
from kashcraft.product_csv.rules.skus import derived_skus
from kashcraft.uploads.gateways.pictures import store_picture

PICTURE_PROBLEMS = {
    "picture_too_large": "the picture is too large",
    "picture_unreadable": "this is not a picture that can be read",
}


@dataclass(frozen=True, slots=True)
class Report:
    """The plans of an import by product, or the errors that forbid it.

    ``notes`` are cells that are imported with another value. ``edition`` contains the rows of the products
    that are changed. With ``fetching`` the pictures that are addresses are enqueued as jobs.
    """

    plans: Sequence[ProductPlan] = ()
    errors: Sequence[Remark] = ()
    notes: Sequence[Remark] = ()
    pictures: Mapping[tuple[str, str], StoredPicture] = field(default_factory=dict)
    edition: Edition | None = None
    fetching: bool = False

    def strictly(self) -> Report:
        """Return the report with every note as an error."""
        return replace(self, errors=sorted([*self.errors, *self.notes]), notes=())

    def with_pictures(self) -> Report:
        """Return the report with pictures that are addresses to be fetched."""
        return replace(self, fetching=True)

    def touched(self) -> list[ProductPlan]:
        """Return the plans that change something."""
        return [plan for plan in self.plans if plan.outcome is not PlannedOutcome.UNCHANGED]


def plan_file(*, data: bytes, folder: Path, currency: str, old_hosts: Collection[str] = ()) -> Report:
    """Return what importing a product file would do now; nothing is written.

    Amounts are read in ``currency``, local pictures below ``folder``. Links to ``old_hosts`` in descriptions
    are changed to this shop. All errors are collected, each with its row.
    """
    rows, errors = read_rows(data)
    links = _links(rows, old_hosts)
    products, read = read_products(rows, currency, links)
    since = get_version()
    stems, missing = stems_of(products, folder)
    known = {
        product.slug: product
        for product in queries.list_shop_products([product.slug for product in products])
    }
    context = Context(
        currency=currency,
        columns=frozenset(rows[0].cells) if rows else frozenset(),
        products=known,
        skus=queries.list_sku_owners(_skus(products)),
        stems=stems,
        day=formats().day,
        link=replace(links, hosts=_own_host()),
    )
    plans, planned = plan_import(products, context)
    remarks = Remarks([*errors, *missing]) + read + planned
    ids = [plan.existing.product_id for plan in plans if plan.existing]
    return Report(plans, remarks.errors, remarks.notes, edition=get_edition(ids, since=since))


def _own_host() -> frozenset[str]:
    return frozenset({host_of(installation().base_url)})


def _links(rows: Sequence[Row], old_hosts: Collection[str]) -> Links:
    """Return the targets of links in descriptions: handles and types of the file, then slugs of the shop."""
    hosts = _own_host() | {host_of(host) for host in old_hosts}
    wanted_products, wanted_categories = names_of(rows, hosts)
    products, categories = queries.list_known_slugs(wanted_products, wanted_categories)
    types = {row["type"] for row in rows if category_slug_of(row["type"])}
    named = queries.list_slugs_by_name(types) if wanted_categories else {}
    return Links(
        hosts,
        {**products, **slugs_by_handle(rows)},
        {**{category_slug_of(name): named.get(name, category_slug_of(name)) for name in types}, **categories},
    )


def check_pictures(*, report: Report, folder: Path) -> Report:
    """Return the report as ``store_pictures`` does, but with small pictures that are not stored."""
    with TemporaryDirectory() as scratch:
        media = Path(scratch)
        pictures, errors = _each_picture(
            report, folder, lambda path, name: store_picture(path, media, name, ladder=(16,))
        )
    return replace(report, pictures=pictures, errors=sorted([*report.errors, *errors]))


def store_pictures(*, report: Report, folder: Path, media: Path) -> Report:
    """Convert the pictures that the report adds into the media folder, before the step that uses them.

    Pictures are named by their contents, so unused ones do no harm.
    """
    pictures, errors = _each_picture(report, folder, lambda path, name: store_picture(path, media, name))
    return replace(report, pictures=pictures, errors=sorted([*report.errors, *errors]))


def _each_picture(
    report: Report, folder: Path, store: Callable[[Path, str], StoredPicture]
) -> tuple[dict[tuple[str, str], StoredPicture], list[Remark]]:
    pictures: dict[tuple[str, str], StoredPicture] = {}
    errors: list[Remark] = []
    for plan in report.plans:
        for image in plan.pictures:
            path = local_path(folder, image.source)
            if path is None:
                continue
            try:
                pictures[plan.product.slug, image.source] = store(path, plan.product.slug)
            except DomainError as error:
                errors.append(refusal(image, PICTURE_PROBLEMS[error.code]))
    return pictures, errors


def _skus(products: Sequence[CsvProduct]) -> list[str]:
    """Return every SKU that the file names or that could be derived for it."""
    made = [
        derived_skus(product.slug, variant.values) for product in products for variant in product.variants
    ]
    return [
        *chain.from_iterable(made),
        *(variant.sku for product in products for variant in product.variants if variant.sku),
    ]
