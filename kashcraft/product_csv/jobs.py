"""The job that fetches a picture of a product file from its address."""

from __future__ import annotations

from uuid import UUID

from kashcraft.core.caches import app_values
from kashcraft.core.jobs import Lane, task
from kashcraft.core.settings import installation
from kashcraft.product_csv import services
from kashcraft.product_csv.gateways.fetching import STRICT
from kashcraft.product_csv.services.pictures import fetching


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
