"""The default links of the menus, for a shop whose editors have not changed them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kashcraft.catalogue.rules import CategoryNode
from kashcraft.content.rules import LinkInput, LinkKind, Menu
from kashcraft.core.i18n import gettext as _
from kashcraft.core.ids import PageId

# Each link with those below it.
Links = list[tuple[LinkInput, Sequence[LinkInput]]]
# So many categories are in the first column of the footer.
IN_FOOTER = 6


def default_links(
    menu: Menu, *, categories: Sequence[CategoryNode], pages: Mapping[str, PageId], shop: str
) -> Links:
    """Return the links of a menu that nobody has changed; ``pages`` are the ids of existing pages by slug.

    The header and the footer show the ``categories`` of the first level and all products, the others help
    pages that exist and the pages of the shop itself.
    """
    everything = LinkInput(kind=LinkKind.PATH, target="/products", label=_("All pieces"))
    find_order = LinkInput(kind=LinkKind.PATH, target="/orders/find", label=_("Find an order"))
    balance = LinkInput(kind=LinkKind.PATH, target="/gift-cards/balance", label=_("Gift card balance"))
    named = _page_labels(shop)

    def written(*slugs: str) -> list[LinkInput]:
        return [
            LinkInput(kind=LinkKind.PAGE, target=str(pages[slug]), label=named[slug])
            for slug in slugs
            if slug in pages
        ]

    shown = [LinkInput(kind=LinkKind.CATEGORY, target=str(one.id)) for one in categories]
    if menu is Menu.HEADER:
        return [(link, ()) for link in (*shown, everything)]
    if menu is Menu.MORE:
        return [(link, ()) for link in (find_order, *written("shipping", "contact"))]
    return [
        (LinkInput(kind=LinkKind.COLUMN, label=label), links)
        for label, links in (
            (_("Shop"), [*shown[:IN_FOOTER], everything]),
            (_("Help"), [*written("shipping", "returns"), find_order, balance, *written("contact")]),
            (_("About us"), written("about", "privacy", "terms")),
        )
        if links
    ]


def _page_labels(shop: str) -> Mapping[str, str]:
    return {
        "shipping": _("Shipping"),
        "returns": _("Returns"),
        "contact": _("Contact"),
        "about": _("About %(shop)s", shop=shop),
        "privacy": _("Privacy"),
        "terms": _("Terms"),
    }
