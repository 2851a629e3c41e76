"""Changes to the catalogue. Each runs inside a step and raises the catalogue version once per step."""

from kashcraft.catalogue.services.archiving import archive_product
from kashcraft.catalogue.services.bulk_changes import change_prices, set_tag
from kashcraft.catalogue.services.categories import (
    create_category,
    move_category,
    rename_category,
    update_category,
)
from kashcraft.catalogue.services.category_editing import (
    add_category,
    delete_category,
    edit_category,
    shift_category,
    switch_category,
)
from kashcraft.catalogue.services.changes import (
    count_sold,
    rename_product,
    set_price,
    set_rating,
    update_product,
)
from kashcraft.catalogue.services.details import (
    add_image,
    relate,
    remove_image,
    remove_source_url,
    set_attributes,
    set_categories,
    set_image_variants,
)
from kashcraft.catalogue.services.option_editing import EditedVariant, save_options
from kashcraft.catalogue.services.pictures import (
    edit_picture,
    order_pictures,
    place_picture,
    replace_picture,
    restore_picture,
    shift_picture,
    take_picture_off,
)
from kashcraft.catalogue.services.product_editing import (
    add_product,
    duplicate_product,
    edit_product,
    publish_due,
    set_status,
)
from kashcraft.catalogue.services.products import create_product
from kashcraft.catalogue.services.sales import announce_sales
from kashcraft.catalogue.services.slugs import add_handle_redirect
from kashcraft.catalogue.services.variants import VariantChanges, create_product_with_variants, save_variants
from kashcraft.catalogue.services.version import purge_changes, touch

__all__ = [
    "EditedVariant",
    "VariantChanges",
    "add_category",
    "add_handle_redirect",
    "add_image",
    "add_product",
    "announce_sales",
    "archive_product",
    "change_prices",
    "count_sold",
    "create_category",
    "create_product",
    "create_product_with_variants",
    "delete_category",
    "duplicate_product",
    "edit_category",
    "edit_picture",
    "edit_product",
    "move_category",
    "order_pictures",
    "place_picture",
    "publish_due",
    "purge_changes",
    "relate",
    "remove_image",
    "remove_source_url",
    "rename_category",
    "rename_product",
    "replace_picture",
    "restore_picture",
    "save_options",
    "save_variants",
    "set_attributes",
    "set_categories",
    "set_image_variants",
    "set_price",
    "set_rating",
    "set_status",
    "set_tag",
    "shift_category",
    "shift_picture",
    "switch_category",
    "take_picture_off",
    "touch",
    "update_category",
    "update_product",
]
