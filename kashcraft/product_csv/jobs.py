"""The jobs that check and import product files, and that fetch their pictures."""

from __future__ import annotations

from uuid import UUID

from kashcraft.core.caches import app_values
from kashcraft.core.ids import ProductImportId, UserId
from kashcraft.core.jobs import Lane, task
from kashcraft.core.settings import installation
from kashcraft.product_csv import services
from kashcraft.product_csv.gateways.fetching import STRICT
from kashcraft.product_csv.services.pictures import fetching
from kashcraft.product_csv.services.received import working


def picture_given_up(reason: str, source_id: str) -> None:
    """Record why a picture was given up whose job failed for another reason than its server."""
    services.give_up(source_id=UUID(source_id), reason=f"the shop could not keep it: {reason}")


@task(fetching, lane=Lane.PICTURES, on_permanent_failure=picture_given_up)
def fetch_picture(source_id: str) -> None:
    """Fetch one picture and show it on its page, under the policy of production unless the process has its
    own.
    """
    policy = app_values("fetching").get("policy", STRICT)
    services.fetch_picture(source_id=UUID(source_id), media=installation().media_path, policy=policy)


def file_given_up(reason: str, import_id: str, user_id: str) -> None:
    """Record why a sent file could not be worked on, for ``user_id``, who sent it."""
    del user_id
    services.fail_import(import_id=ProductImportId(UUID(import_id)), reason=reason)


# With the pictures, so that a file of many seconds delays no job of the shop.
@task(working, lane=Lane.PICTURES, tries=3, on_permanent_failure=file_given_up)
def work_on_file(import_id: str, user_id: str) -> None:
    """Check or import a product file that staff have sent."""
    services.work_on_file(
        import_id=ProductImportId(UUID(import_id)),
        media=installation().media_path,
        user_id=UserId(UUID(user_id)),
    )
