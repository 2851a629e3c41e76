"""Changes of a product's pictures by staff, each with an entry of the audit trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from kashcraft.catalogue.models import Product, ProductImage
from kashcraft.catalogue.queries.pictures import ListedPicture, find_listed_picture, list_listed_pictures
from kashcraft.catalogue.rules.picture_changes import RemovedPicture, image_subject, product_subject
from kashcraft.catalogue.services.details import add_image, remove_image, set_image_variants
from kashcraft.catalogue.services.version import touch
from kashcraft.core import audit_trail
from kashcraft.core.bus import publish
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import ImageId, ProductId, UploadId
from kashcraft.events.catalogue import ProductChanged
from kashcraft.uploads import services as uploads
from kashcraft.uploads.rules.pictures import StoredPicture


def place_picture(*, product_id: ProductId, upload_id: UploadId, alt: str) -> ImageId:
    """Add the picture of an upload to a product, as the last one, and return its id.

    Raises NotFound, and DomainError('upload_not_ready').
    """
    name = _lock(product_id)
    stored = uploads.attach(upload_id=upload_id, subject=product_subject(product_id))
    image = add_image(product_id=product_id, picture=stored, alt=alt)
    _record(product_id, name, after={"picture": stored.stem, "alt": alt})
    return ImageId(image.id)


def replace_picture(*, product_id: ProductId, image_id: ImageId, upload_id: UploadId, alt: str) -> None:
    """Show the picture of an upload in the place of another one, with a text of its own.

    The variants that it shows stay; the files of the old picture, too, because orders show them. Raises
    NotFound, and DomainError('upload_not_ready').
    """
    name, old = _lock(product_id), _own(product_id, image_id)
    stored = uploads.attach(upload_id=upload_id, subject=image_subject(image_id))
    values = {"stem": stored.stem, "width": stored.width, "height": stored.height}
    _update(image_id, **values, widths=" ".join(map(str, stored.widths)), alt=alt)
    _changed(product_id)
    _record(
        product_id,
        name,
        before={"picture": old.stem, "alt": old.alt},
        after={"picture": stored.stem, "alt": alt},
    )


def edit_picture(
    *, product_id: ProductId, image_id: ImageId, alt: str, variant_ids: Sequence[ProductId], seen: str
) -> bool:
    """Set the text of a picture and the variants that it shows; return whether any differed.

    ``seen`` is the version that the form was opened with. Raises NotFound, and DomainError:
    picture_changed_since, choice_of_another_product.
    """
    name, old = _lock(product_id), _own(product_id, image_id)
    if old.version != seen:
        raise DomainError("picture_changed_since")
    differs = set_image_variants(image_id=image_id, variant_ids=variant_ids)
    if alt != old.alt:
        _update(image_id, alt=alt)
        _changed(product_id)
        differs = True
    if differs:
        before, after = audit_trail.differences(
            {"alt": old.alt, "variants": sorted(map(str, old.variant_ids))},
            {"alt": alt, "variants": sorted(map(str, variant_ids))},
        )
        _record(product_id, name, before={"picture": old.stem, **before}, after=after)
    return differs


def shift_picture(*, product_id: ProductId, image_id: ImageId, later: bool) -> bool:
    """Let a picture change places with the one before or after it; return whether there is one.

    Raises NotFound.
    """
    name = _lock(product_id)
    order = [one.id for one in list_listed_pictures(product_id)]
    if image_id not in order:
        raise NotFound("not_found", image_id=str(image_id))
    place = order.index(image_id)
    target = place + 1 if later else place - 1
    if not 0 <= target < len(order):
        return False
    order[place], order[target] = order[target], order[place]
    _reorder(product_id, name, order)
    return True


def order_pictures(*, product_id: ProductId, image_ids: Sequence[ImageId]) -> bool:
    """Put the pictures of a product into this order; return whether it differed.

    Raises NotFound, and DomainError('pictures_changed_since') unless these are its pictures.
    """
    name = _lock(product_id)
    order = [one.id for one in list_listed_pictures(product_id)]
    if sorted(order) != sorted(image_ids):
        raise DomainError("pictures_changed_since")
    if order == list(image_ids):
        return False
    _reorder(product_id, name, image_ids)
    return True


def take_picture_off(*, product_id: ProductId, image_id: ImageId) -> RemovedPicture:
    """Remove a picture from its product and return what ``restore_picture`` needs. Its files stay.

    Raises NotFound.
    """
    name = _lock(product_id)
    order = list_listed_pictures(product_id)
    place = next((place for place, one in enumerate(order) if one.id == image_id), None)
    if place is None:
        raise NotFound("not_found", image_id=str(image_id))
    old = order[place]
    remove_image(image_id=image_id)
    _record(product_id, name, before={"picture": old.stem, "alt": old.alt})
    stored = StoredPicture(old.stem, old.width, old.height, old.widths)
    return RemovedPicture(product_id, stored, old.alt, place, tuple(old.variant_ids))


def restore_picture(*, removed: RemovedPicture) -> bool:
    """Show a removed picture again at its place; return False if the product shows it already.

    Variants that no longer exist are left out. Raises NotFound (the product).
    """
    product_id = removed.product_id
    name, current = _lock(product_id), list_listed_pictures(product_id)
    if any(one.stem == removed.picture.stem for one in current):
        return False
    known = sa.select(Product.id).where(Product.parent_id == product_id, Product.id.in_(removed.variant_ids))
    variants = list(db.session.scalars(known))
    image = add_image(product_id=product_id, picture=removed.picture, alt=removed.alt, variant_ids=variants)
    db.session.flush()  # its position is set directly
    order = [one.id for one in current]
    order.insert(removed.place, ImageId(image.id))
    _set_positions(order)
    _record(product_id, name, after={"picture": removed.picture.stem, "alt": removed.alt})
    return True


def _lock(product_id: ProductId) -> str:
    """Let concurrent changes of a product's pictures wait, and return the product's name. Raises NotFound."""
    page = sa.select(Product.name).where(Product.id == product_id, Product.parent_id.is_(None))
    name = db.session.scalar(page.with_for_update())
    if name is None:
        raise NotFound("not_found", product_id=str(product_id))
    return name


def _own(product_id: ProductId, image_id: ImageId) -> ListedPicture:
    found = find_listed_picture(product_id, image_id)
    if found is None:
        raise NotFound("not_found", image_id=str(image_id))
    return found


def _reorder(product_id: ProductId, name: str, order: Sequence[ImageId]) -> None:
    stems = [one.stem for one in list_listed_pictures(product_id)]
    _set_positions(order)
    _changed(product_id)
    after = [one.stem for one in list_listed_pictures(product_id)]
    _record(product_id, name, before={"order": stems}, after={"order": after})


def _set_positions(order: Sequence[ImageId]) -> None:
    for position, image_id in enumerate(order):
        _update(image_id, position=position)


def _update(image_id: ImageId, **values: object) -> None:
    change = sa.update(ProductImage).where(ProductImage.id == image_id).values(values)
    db.session.execute(change.execution_options(synchronize_session=False))


def _changed(product_id: ProductId) -> None:
    touch(product_ids=[product_id])
    publish(ProductChanged(product_id))


def _record(
    product_id: ProductId,
    name: str,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    audit_trail.record(
        "product", action="pictures_changed", subject_id=product_id, title=name, before=before, after=after
    )
