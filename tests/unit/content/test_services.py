"""Help pages are stored as Markdown and HTML."""

import pytest

from kashcraft.content import services
from kashcraft.content.queries import find_help_page, get_site_content
from kashcraft.core.db import step

pytestmark = pytest.mark.usefixtures("database")


def test_a_page_replaces_the_old_one() -> None:
    for body in ("## Old", "## Costs\n\nNothing."):
        with step():
            services.save_page(slug="shipping", title="Shipping", body=body, position=1)
    with step():
        services.save_page(slug="about", title="About", body="Us", position=0)
    page = find_help_page("shipping")
    assert page is not None
    assert page.html == "<h2>Costs</h2>\n<p>Nothing.</p>"
    assert get_site_content().pages == (("about", "About"), ("shipping", "Shipping"))
    assert find_help_page("missing") is None
