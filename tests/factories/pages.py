"""Help pages."""

from kashcraft.content import services
from kashcraft.core.db import step
from kashcraft.core.ids import PageId


def write_page(slug: str, title: str, body: str, position: int = 0) -> PageId:
    """Write a help page and return its id."""
    with step():
        return services.save_page(slug=slug, title=title, body=body, position=position).id
