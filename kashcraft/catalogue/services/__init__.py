"""What can be done to the catalogue; every verb runs inside a step and raises the catalogue version once
per step.
"""

from kashcraft.catalogue.services.archiving import archive_product
from kashcraft.catalogue.services.categories import (
    create_category,
    move_category,
    rename_category,
    update_category,
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
    forget_source_url,
    relate,
    remove_image,
    set_attributes,
    set_categories,
    set_image_choices,
)
from kashcraft.catalogue.services.families import ChoiceChanges, create_family, save_choices
from kashcraft.catalogue.services.pages import save_page
from kashcraft.catalogue.services.products import create_product
from kashcraft.catalogue.services.slugs import keep_handle
from kashcraft.catalogue.services.version import touch

__all__ = [
    "ChoiceChanges",
    "add_image",
    "archive_product",
    "count_sold",
    "create_category",
    "create_family",
    "create_product",
    "forget_source_url",
    "keep_handle",
    "move_category",
    "relate",
    "remove_image",
    "rename_category",
    "rename_product",
    "save_choices",
    "save_page",
    "set_attributes",
    "set_categories",
    "set_image_choices",
    "set_price",
    "set_rating",
    "touch",
    "update_category",
    "update_product",
]
