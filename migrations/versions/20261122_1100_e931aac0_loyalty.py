"""The loyalty programme."""

import sqlalchemy as sa
from alembic import op

revision = "e931aac0"
down_revision = "06948ce1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "loyalty_tiers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tier", sa.String(length=24), nullable=False),
        sa.Column("follows", sa.String(length=24), nullable=True),
        sa.Column("qualifying_points", sa.Integer(), nullable=False),
        sa.Column("net_spend", sa.BigInteger(), nullable=False),
        sa.Column("multiplier_bp", sa.Integer(), nullable=False),
        sa.Column("birthday_points", sa.Integer(), nullable=False),
        sa.Column("free_shipping", sa.String(length=24), nullable=False),
        sa.Column("free_shipping_from", sa.BigInteger(), nullable=False),
        sa.Column("early_access", sa.Boolean(), nullable=False),
        sa.Column("waitlist_first", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "follows IN ('bronze', 'silver', 'gold', 'platinum')", name=op.f("ck_loyalty_tiers_follows")
        ),
        sa.CheckConstraint(
            "free_shipping IN ('none', 'standard', 'express')", name=op.f("ck_loyalty_tiers_free_shipping")
        ),
        sa.CheckConstraint(
            "tier IN ('bronze', 'silver', 'gold', 'platinum')", name=op.f("ck_loyalty_tiers_tier")
        ),
        sa.CheckConstraint("birthday_points >= 0", name=op.f("ck_loyalty_tiers_birthday_points")),
        sa.CheckConstraint("follows <> tier", name=op.f("ck_loyalty_tiers_follows_itself")),
        sa.CheckConstraint("free_shipping_from >= 0", name=op.f("ck_loyalty_tiers_free_shipping_from")),
        sa.CheckConstraint("multiplier_bp > 0", name=op.f("ck_loyalty_tiers_multiplier_bp")),
        sa.CheckConstraint("net_spend >= 0", name=op.f("ck_loyalty_tiers_net_spend")),
        sa.CheckConstraint("qualifying_points >= 0", name=op.f("ck_loyalty_tiers_qualifying_points")),
        sa.PrimaryKeyConstraint("id", name="pk_loyalty_tiers"),
        sa.UniqueConstraint("follows", name="uq_loyalty_tiers_follows"),
        sa.UniqueConstraint("tier", name="uq_loyalty_tiers_tier"),
    )
    op.create_table(
        "loyalty_accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("current_tier", sa.String(length=24), nullable=False),
        sa.Column("total_points", sa.Integer(), nullable=False),
        sa.Column("available_points", sa.Integer(), nullable=False),
        sa.Column("total_spent", sa.BigInteger(), nullable=False),
        sa.Column("total_purchases", sa.Integer(), nullable=False),
        sa.Column("birth_day", sa.Integer(), nullable=True),
        sa.Column("birth_month", sa.Integer(), nullable=True),
        sa.Column("birth_year_last_redeemed", sa.Integer(), nullable=True),
        sa.Column("member_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_purchase_date", sa.DateTime(timezone=True), nullable=True),
        sa.Column("inactive_date", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tier_reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tier_lift_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "current_tier IN ('bronze', 'silver', 'gold', 'platinum')",
            name=op.f("ck_loyalty_accounts_current_tier"),
        ),
        sa.CheckConstraint(
            "(birth_day IS NULL) = (birth_month IS NULL)", name=op.f("ck_loyalty_accounts_birthday")
        ),
        sa.CheckConstraint("birth_day BETWEEN 1 AND 31", name=op.f("ck_loyalty_accounts_birth_day")),
        sa.CheckConstraint("birth_month BETWEEN 1 AND 12", name=op.f("ck_loyalty_accounts_birth_month")),
        sa.CheckConstraint("total_points >= 0", name=op.f("ck_loyalty_accounts_total_points")),
        sa.CheckConstraint("total_purchases >= 0", name=op.f("ck_loyalty_accounts_total_purchases")),
        sa.CheckConstraint("total_spent >= 0", name=op.f("ck_loyalty_accounts_total_spent")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_loyalty_accounts_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_loyalty_accounts"),
        sa.UniqueConstraint("user_id", name="uq_loyalty_accounts_user_id"),
    )
    op.create_index("ix_loyalty_accounts_current_tier", "loyalty_accounts", ["current_tier"])
    op.create_index("ix_loyalty_accounts_last_purchase_date", "loyalty_accounts", ["last_purchase_date"])
    op.create_index("ix_loyalty_accounts_tier_lift_until", "loyalty_accounts", ["tier_lift_until"])
    op.create_index("ix_loyalty_accounts_total_points", "loyalty_accounts", ["total_points"])
    op.create_table(
        "reward_offers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("reward_type", sa.String(length=24), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("points_cost", sa.Integer(), nullable=False),
        sa.Column("min_tier_required", sa.String(length=24), nullable=True),
        sa.Column("valid_days", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(reward_type = 'free_item') = (product_id IS NOT NULL)", name=op.f("ck_reward_offers_free_item")
        ),
        sa.CheckConstraint(
            "min_tier_required IN ('bronze', 'silver', 'gold', 'platinum')",
            name=op.f("ck_reward_offers_min_tier_required"),
        ),
        sa.CheckConstraint(
            "reward_type IN ('discount', 'free_shipping', 'free_item', 'vip_upgrade')",
            name=op.f("ck_reward_offers_reward_type"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_reward_offers_dates")),
        sa.CheckConstraint("points_cost > 0", name=op.f("ck_reward_offers_points_cost")),
        sa.CheckConstraint("valid_days > 0", name=op.f("ck_reward_offers_valid_days")),
        sa.CheckConstraint("value >= 0", name=op.f("ck_reward_offers_value")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_reward_offers_product_id_products", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reward_offers"),
    )
    op.create_index("ix_reward_offers_is_active_points_cost", "reward_offers", ["is_active", "points_cost"])
    op.create_index("ix_reward_offers_product_id", "reward_offers", ["product_id"])
    op.create_table(
        "loyalty_rewards",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("reward_type", sa.String(length=24), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("min_tier_required", sa.String(length=24), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(reward_type = 'free_item') = (product_id IS NOT NULL)",
            name=op.f("ck_loyalty_rewards_free_item"),
        ),
        sa.CheckConstraint(
            "(status = 'redeemed') = (redeemed_at IS NOT NULL)", name=op.f("ck_loyalty_rewards_redeemed_at")
        ),
        sa.CheckConstraint(
            "min_tier_required IN ('bronze', 'silver', 'gold', 'platinum')",
            name=op.f("ck_loyalty_rewards_min_tier_required"),
        ),
        sa.CheckConstraint(
            "reward_type IN ('discount', 'free_shipping', 'free_item', 'vip_upgrade')",
            name=op.f("ck_loyalty_rewards_reward_type"),
        ),
        sa.CheckConstraint(
            "status IN ('available', 'redeemed', 'expired')", name=op.f("ck_loyalty_rewards_status")
        ),
        sa.CheckConstraint("value >= 0", name=op.f("ck_loyalty_rewards_value")),
        sa.ForeignKeyConstraint(
            ["offer_id"],
            ["reward_offers.id"],
            name="fk_loyalty_rewards_offer_id_reward_offers",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_loyalty_rewards_order_id_orders", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name="fk_loyalty_rewards_product_id_products",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["loyalty_accounts.user_id"],
            name="fk_loyalty_rewards_user_id_loyalty_accounts",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_loyalty_rewards"),
        sa.UniqueConstraint("order_id", name="uq_loyalty_rewards_order_id"),
    )
    op.create_index("ix_loyalty_rewards_offer_id", "loyalty_rewards", ["offer_id"])
    op.create_index("ix_loyalty_rewards_product_id", "loyalty_rewards", ["product_id"])
    op.create_index("ix_loyalty_rewards_status_expires_at", "loyalty_rewards", ["status", "expires_at"])
    op.create_index("ix_loyalty_rewards_user_id_status", "loyalty_rewards", ["user_id", "status"])
    op.create_table(
        "points_histories",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("points_amount", sa.Integer(), nullable=False),
        sa.Column("points_type", sa.String(length=24), nullable=False),
        sa.Column("source_type", sa.String(length=24), nullable=False),
        sa.Column("source_id", sa.String(length=40), nullable=False),
        sa.Column("multiplier_bp", sa.Integer(), nullable=False),
        sa.Column("base_amount", sa.BigInteger(), nullable=True),
        sa.Column("lot_points", sa.Integer(), nullable=True),
        sa.Column("remaining", sa.Integer(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "points_amount <> 0 OR points_type IN ('earn', 'reversal')",
            name=op.f("ck_points_histories_points_amount"),
        ),
        sa.CheckConstraint(
            "points_type IN ('earn', 'redeem', 'bonus', 'adjustment', 'reversal', 'expiration')",
            name=op.f("ck_points_histories_points_type"),
        ),
        sa.CheckConstraint(
            "source_type IN ('purchase', 'signup', 'referral', 'review', 'birthday', 'refund', "
            "'redemption', 'reward', 'lot', 'staff')",
            name=op.f("ck_points_histories_source_type"),
        ),
        sa.CheckConstraint(
            "(remaining IS NULL) = (expires_at IS NULL) AND (remaining IS NULL) = (lot_points IS NULL)",
            name=op.f("ck_points_histories_lot"),
        ),
        sa.CheckConstraint(
            "lot_points BETWEEN 1 AND points_amount", name=op.f("ck_points_histories_lot_points")
        ),
        sa.CheckConstraint("multiplier_bp > 0", name=op.f("ck_points_histories_multiplier_bp")),
        sa.CheckConstraint("remaining BETWEEN 0 AND lot_points", name=op.f("ck_points_histories_remaining")),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name="fk_points_histories_actor_id_users", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_points_histories_order_id_orders", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["loyalty_accounts.user_id"],
            name="fk_points_histories_user_id_loyalty_accounts",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_points_histories"),
        sa.UniqueConstraint(
            "user_id",
            "points_type",
            "source_type",
            "source_id",
            name="uq_points_histories_user_id_points_type_source_type_source_id",
        ),
    )
    op.create_index("ix_points_histories_actor_id", "points_histories", ["actor_id"])
    op.create_index("ix_points_histories_created_at", "points_histories", ["created_at"])
    op.create_index("ix_points_histories_expires_at", "points_histories", ["expires_at"])
    op.create_index(
        "ix_points_histories_lapsing",
        "points_histories",
        ["expires_at"],
        sqlite_where=sa.text("remaining > 0"),
        postgresql_where=sa.text("remaining > 0"),
    )
    op.create_index(
        "ix_points_histories_open_lots",
        "points_histories",
        ["user_id", "expires_at"],
        sqlite_where=sa.text("remaining > 0"),
        postgresql_where=sa.text("remaining > 0"),
    )
    op.create_index("ix_points_histories_order_id", "points_histories", ["order_id"])
    op.create_index("ix_points_histories_points_type", "points_histories", ["points_type"])
    op.create_index("ix_points_histories_source_type", "points_histories", ["source_type"])
    op.create_index("ix_points_histories_user_id_created_at", "points_histories", ["user_id", "created_at"])
    op.create_table(
        "referrals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referrer_id", sa.Uuid(), nullable=False),
        sa.Column("referred_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rewarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'rewarded') = (rewarded_at IS NOT NULL) AND (rewarded_at IS NULL) = (order_id IS NULL)",
            name=op.f("ck_referrals_rewarded"),
        ),
        sa.CheckConstraint(
            "state IN ('invited', 'joined', 'rewarded', 'void')", name=op.f("ck_referrals_state")
        ),
        sa.CheckConstraint("referrer_id <> referred_id", name=op.f("ck_referrals_oneself")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_referrals_order_id_orders", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["referred_id"],
            ["loyalty_accounts.user_id"],
            name="fk_referrals_referred_id_loyalty_accounts",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["referrer_id"],
            ["loyalty_accounts.user_id"],
            name="fk_referrals_referrer_id_loyalty_accounts",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_referrals"),
        sa.UniqueConstraint("order_id", name="uq_referrals_order_id"),
        sa.UniqueConstraint("referred_id", name="uq_referrals_referred_id"),
    )
    op.create_index("ix_referrals_referrer_id_state", "referrals", ["referrer_id", "state"])
    op.create_table(
        "points_lot_uses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("redemption_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("restored", sa.Integer(), nullable=False),
        sa.CheckConstraint("points > 0", name=op.f("ck_points_lot_uses_points")),
        sa.CheckConstraint("redemption_id <> lot_id", name=op.f("ck_points_lot_uses_lot")),
        sa.CheckConstraint(
            "restored >= 0 AND restored <= returned AND returned <= points",
            name=op.f("ck_points_lot_uses_returned"),
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"],
            ["points_histories.id"],
            name="fk_points_lot_uses_lot_id_points_histories",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["redemption_id"],
            ["points_histories.id"],
            name="fk_points_lot_uses_redemption_id_points_histories",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_points_lot_uses"),
        sa.UniqueConstraint("redemption_id", "lot_id", name="uq_points_lot_uses_redemption_id_lot_id"),
    )
    op.create_index("ix_points_lot_uses_lot_id", "points_lot_uses", ["lot_id"])


def downgrade() -> None:
    op.drop_table("points_lot_uses")
    op.drop_table("referrals")
    op.drop_table("points_histories")
    op.drop_table("loyalty_rewards")
    op.drop_table("reward_offers")
    op.drop_table("loyalty_accounts")
    op.drop_table("loyalty_tiers")
