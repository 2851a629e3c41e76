"""The catalogue version rises once per step that changes something."""

import pytest
import sqlalchemy as sa

from kashcraft.catalogue import services
from kashcraft.catalogue.handlers import stock_changed
from kashcraft.catalogue.models import CatalogueVersion
from kashcraft.catalogue.queries import get_version
from kashcraft.core.db import step
from kashcraft.core.ids import new_id
from kashcraft.events.inventory import StockChanged
from tests.factories.catalogue import make_category

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.usefixtures("frozen")
def test_several_changes_in_one_step_raise_the_version_by_one() -> None:
    make_category()
    before = get_version()
    with step():
        for name in ("A", "B", "C"):
            services.create_category(name=name)
    assert get_version() == before + 1


def test_a_rolled_back_step_does_not_raise_the_version() -> None:
    before = get_version()
    with pytest.raises(ZeroDivisionError), step():
        services.touch()
        _ = 1 / 0
    with step():
        pass
    assert get_version() == before


def test_the_version_is_raised_inside_a_step_only() -> None:
    with pytest.raises(RuntimeError):
        services.touch()


def test_a_number_is_not_used_again_after_a_restored_backup() -> None:
    seen = []
    for _ in range(2):
        make_category()
        seen.append(get_version())
        with step() as session:
            session.execute(sa.update(CatalogueVersion).values(version=1))
    assert seen[0] < seen[1]


@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize(("sells_out", "raised"), [(True, 1), (False, 0)])
def test_stock_that_sells_out_or_is_back_raises_the_version(sells_out: bool, raised: int) -> None:
    make_category()
    before = get_version()
    event = StockChanged(
        new_id(), available=0, sold_out=True, low=True, sold_out_changed=sells_out, low_changed=True
    )
    with step():
        stock_changed(event)
    assert get_version() == before + raised
