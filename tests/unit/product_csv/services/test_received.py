"""Files that staff have sent are checked, imported once, and deleted."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from kashcraft.catalogue.models import Product
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, in_step, step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import ProductImportId, UserId, new_id
from kashcraft.product_csv import services
from kashcraft.product_csv.models import ProductImport
from kashcraft.product_csv.queries.imports import get_import, list_imports
from kashcraft.product_csv.rules.imports import LARGEST_FILE, ImportState
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("database")
FILE = b"Handle,Title,Variant SKU,Variant Price\nbowl,Bowl,KC-1,40.00\n"


def send(data: bytes = FILE) -> ProductImportId:
    user_id = UserId(person())
    return in_step(lambda: services.receive_file(name="a.csv", data=data, pictures=False, user_id=user_id))


def work(import_id: ProductImportId, media: Path) -> ImportState:
    services.work_on_file(import_id=import_id, media=media)
    db.session.rollback()
    return get_import(import_id).state


def products() -> list[str]:
    return list(db.session.scalars(sa.select(Product.name)))


def test_a_file_is_imported_after_consent_and_once(tmp_path: Path) -> None:
    import_id = send()
    assert work(import_id, tmp_path) is ImportState.CHECKED
    assert work(import_id, tmp_path) is ImportState.CHECKED
    assert products() == []
    with step():
        assert services.start_import(import_id=import_id, user_id=UserId(new_id()))
        assert not services.start_import(import_id=import_id, user_id=UserId(new_id()))
    assert work(import_id, tmp_path) is ImportState.IMPORTED

    found = get_import(import_id)
    assert (products(), found.lines[0], found.data) == (["Bowl"], "created bowl", None)
    assert work(import_id, tmp_path) is ImportState.IMPORTED


def test_a_wrong_file_is_refused_with_its_rows(tmp_path: Path) -> None:
    import_id = send(FILE.replace(b"40.00", b"much"))

    assert work(import_id, tmp_path) is ImportState.REFUSED
    found = get_import(import_id)
    assert (len(found.errors), found.errors[0].startswith("row 2, Variant Price: "), found.data) == (
        1, True, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "code"), [(b"  \n", "file_empty"), (b"x" * (LARGEST_FILE + 1), "file_too_large")]
)
def test_empty_and_large_files_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        send(data)
    assert (refused.value.code, refused.value.field, list_imports()) == (code, "file", [])


def test_a_job_that_was_given_up_says_why(tmp_path: Path) -> None:
    import_id = send()
    with step():
        services.fail_import(import_id=import_id, reason="The disk is full")

    assert (get_import(import_id).state, get_import(import_id).errors) == (
        ImportState.FAILED, ["The disk is full"],
    )  # fmt: skip
    with pytest.raises(NotFound):
        get_import(ProductImportId(new_id()))


def test_old_files_are_deleted_with_the_next_one(frozen: FrozenClock) -> None:
    send()
    frozen.advance(hours=24 * 31)
    newest = send()

    assert [one.id for one in list_imports()] == [newest]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ProductImport)) == 1
