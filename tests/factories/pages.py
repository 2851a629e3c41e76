"""Help pages."""

from kashcraft.content import services
from kashcraft.core.db import step


def write_page(slug: str, title: str, body: str, position: int = 0) -> None:
    """Write a help page."""
    with step():
        services.save_page(slug=slug, title=title, body=body, position=position)
