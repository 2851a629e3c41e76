"""Traces of orders from before their values were kept get the values that pages name by themselves.

What such a step says is its sentence, in the English of its day, and stays; beside it now stand the digits of
the gift card and the name of the reward, which pages show alone and nobody has to find in a sentence again.
"""

import sqlalchemy as sa
from alembic import op

revision = "6d2f08b4"
down_revision = "e3b84c6a"
branch_labels = None
depends_on = None

BATCH = 500
SENTENCES = {"gift_card": ("digits", "Paid by gift card "), "reward": ("name", "Reward: ")}
ORDERS = sa.table("orders", sa.column("id", sa.Uuid()), sa.column("trace", sa.JSON()))


def upgrade() -> None:
    _rewrite(back=False)


def downgrade() -> None:
    _rewrite(back=True)


def _rewrite(*, back: bool) -> None:
    change = _without_values if back else _with_values
    connection = op.get_bind()
    spoken = sa.cast(ORDERS.c.trace, sa.Text()).contains('"text"')
    keys = list(connection.scalars(sa.select(ORDERS.c.id).where(spoken)))
    for start in range(0, len(keys), BATCH):
        some = ORDERS.c.id.in_(keys[start : start + BATCH])
        for key, trace in connection.execute(sa.select(ORDERS.c.id, ORDERS.c.trace).where(some)).all():
            changed = [change(step) for step in trace]
            if changed != trace:
                connection.execute(sa.update(ORDERS).where(ORDERS.c.id == key).values(trace=changed))


def _with_values(step: dict[str, object]) -> dict[str, object]:
    if "text" not in step or "values" in step or step["step"] not in SENTENCES:
        return step
    name, before = SENTENCES[str(step["step"])]
    return {**step, "values": {name: str(step["text"]).removeprefix(before)}}


def _without_values(step: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in step.items() if name != "values" or "text" not in step}
