"""Who changed the loyalty programme and how, and which lots' owners were told that they expire."""

import sqlalchemy as sa
from alembic import op

revision = "a41f7c92"
down_revision = "5c0de5b1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("points_histories", sa.Column("expiry_told_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "loyalty_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tier_id", sa.Uuid(), nullable=True),
        sa.Column("offer_id", sa.Uuid(), nullable=True),
        sa.Column("reward_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('created', 'changed', 'granted', 'switched_on', 'switched_off')",
            name=op.f("ck_loyalty_changes_kind"),
        ),
        sa.CheckConstraint(
            "CASE WHEN tier_id IS NULL THEN 0 ELSE 1 END + CASE WHEN offer_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN reward_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_loyalty_changes_subject"),
        ),
        sa.ForeignKeyConstraint(
            ["tier_id"], ["loyalty_tiers.id"], name="fk_loyalty_changes_tier_id_loyalty_tiers"
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["reward_offers.id"], name="fk_loyalty_changes_offer_id_reward_offers"
        ),
        sa.ForeignKeyConstraint(
            ["reward_id"], ["loyalty_rewards.id"], name="fk_loyalty_changes_reward_id_loyalty_rewards"
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name="fk_loyalty_changes_actor_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_loyalty_changes"),
    )
    for column in ("tier_id", "offer_id", "reward_id", "actor_id"):
        op.create_index(f"ix_loyalty_changes_{column}", "loyalty_changes", [column])


def downgrade() -> None:
    op.drop_table("loyalty_changes")
    op.drop_column("points_histories", "expiry_told_at")
