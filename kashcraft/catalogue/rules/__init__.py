"""Rules of the catalogue: slugs, texts, checks of input, filters and pictures."""

from kashcraft.catalogue.rules.category_tree import (
    CategoryNode,
    Tree,
    build_tree,
    category_labels,
    category_path,
    product_path,
)
from kashcraft.catalogue.rules.input import (
    PageInput,
    SafetyInput,
    SkuInput,
    VariantInput,
    attributes_of_options,
    checked_price,
    checked_variants,
    clean_values,
    slug_from,
)
from kashcraft.catalogue.rules.old_addresses import EVERYTHING, MARKET, OldAddress, OldKind, read_old_address
from kashcraft.catalogue.rules.options import is_colour, kind_of_option, options_text
from kashcraft.catalogue.rules.prices import price_now
from kashcraft.catalogue.rules.text import clean_html, plain_text, render_markdown
from kashcraft.uploads.rules.pictures import (
    PICTURE_WIDTHS,
    SCENE_WIDTHS,
    SQUARE_WIDTHS,
    StoredPicture,
    pack_picture,
    picture_stem,
    unpack_picture,
    widths_up_to,
)

__all__ = [
    "EVERYTHING",
    "MARKET",
    "PICTURE_WIDTHS",
    "SCENE_WIDTHS",
    "SQUARE_WIDTHS",
    "CategoryNode",
    "OldAddress",
    "OldKind",
    "PageInput",
    "SafetyInput",
    "SkuInput",
    "StoredPicture",
    "Tree",
    "VariantInput",
    "attributes_of_options",
    "build_tree",
    "category_labels",
    "category_path",
    "checked_price",
    "checked_variants",
    "clean_html",
    "clean_values",
    "is_colour",
    "kind_of_option",
    "options_text",
    "pack_picture",
    "picture_stem",
    "plain_text",
    "price_now",
    "product_path",
    "read_old_address",
    "render_markdown",
    "slug_from",
    "unpack_picture",
    "widths_up_to",
]
