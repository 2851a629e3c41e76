"""The catalogue's pure decisions: slugs, texts, what a piece is, what filters it answers to, pictures."""

from kashcraft.catalogue.rules.category_tree import (
    Shelf,
    Tree,
    build_tree,
    category_path,
    category_ways,
    product_path,
)
from kashcraft.catalogue.rules.input import (
    ChoiceFacts,
    PageFacts,
    SoldFacts,
    attributes_of_options,
    checked_choices,
    checked_price,
    clean_values,
    slug_from,
)
from kashcraft.catalogue.rules.old_addresses import EVERYTHING, MARKET, OldAddress, OldKind, read_old_address
from kashcraft.catalogue.rules.options import is_colour, kind_of_option, options_text
from kashcraft.catalogue.rules.pictures import (
    PICTURE_WIDTHS,
    SCENE_WIDTHS,
    SQUARE_WIDTHS,
    StoredPicture,
    pack_picture,
    picture_stem,
    unpack_picture,
    widths_up_to,
)
from kashcraft.catalogue.rules.prices import price_now
from kashcraft.catalogue.rules.text import clean_html, plain_text, render_markdown

__all__ = [
    "EVERYTHING",
    "MARKET",
    "PICTURE_WIDTHS",
    "SCENE_WIDTHS",
    "SQUARE_WIDTHS",
    "ChoiceFacts",
    "OldAddress",
    "OldKind",
    "PageFacts",
    "Shelf",
    "SoldFacts",
    "StoredPicture",
    "Tree",
    "attributes_of_options",
    "build_tree",
    "category_path",
    "category_ways",
    "checked_choices",
    "checked_price",
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
