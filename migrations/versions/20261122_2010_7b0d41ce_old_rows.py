"""Where old rows go: events into an archive, views into months, searches and the waiting list into days."""

import sqlalchemy as sa
from alembic import op

revision = "7b0d41ce"
down_revision = "e7d2a9c4"
branch_labels = None
depends_on = None

EVENT_COLUMNS = (
    "id", "order_id", "parcel_id", "status", "severity", "occurred_at", "received_at", "location", "city",
    "state", "country", "description", "carrier", "carrier_event_id", "carrier_event_code",
)  # fmt: skip
NAMED = sa.text("user_id IS NOT NULL OR session_hash IS NOT NULL OR order_id IS NOT NULL")


def upgrade() -> None:
    _create_event_archive()
    _create_view_months()
    _create_dailies()
    _let_notifications_follow()
    _keep_conversions()


def downgrade() -> None:
    _compute_conversions()
    _put_events_back()
    _put_views_back()
    for table in ("waitlist_dailies", "search_dailies", "blog_view_months", "tracking_event_archives"):
        op.drop_table(table)


def _create_event_archive() -> None:
    op.create_table(
        "tracking_event_archives",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("parcel_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("severity", sa.String(length=24), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("location", sa.String(length=200), nullable=True),
        sa.Column("city", sa.String(length=120), nullable=True),
        sa.Column("state", sa.String(length=120), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("carrier", sa.String(length=40), nullable=True),
        sa.Column("carrier_event_id", sa.String(length=120), nullable=True),
        sa.Column("carrier_event_code", sa.String(length=60), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "carrier_event_id IS NULL OR carrier IS NOT NULL", name=op.f("ck_tracking_event_archives_carrier")
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'confirmed', 'processing', 'shipped', 'in_transit', 'exception',"
            " 'out_for_delivery', 'delivered', 'returned', 'cancelled')",
            name=op.f("ck_tracking_event_archives_status"),
        ),
        sa.CheckConstraint(
            "severity IN ('info', 'warning', 'success')", name=op.f("ck_tracking_event_archives_severity")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["order_trackings.order_id"],
            name="fk_tracking_event_archives_order_id_order_trackings",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["parcel_id"],
            ["parcels.id"],
            name="fk_tracking_event_archives_parcel_id_parcels",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tracking_event_archives"),
    )
    op.create_index(
        "ix_tracking_event_archives_order_id_occurred_at",
        "tracking_event_archives",
        ["order_id", "occurred_at"],
    )
    op.create_index("ix_tracking_event_archives_parcel_id", "tracking_event_archives", ["parcel_id"])
    for name, columns, where in (
        ("carrier_event", ["carrier", "carrier_event_id"], "carrier_event_id IS NOT NULL"),
        (
            "order_event",
            ["order_id", "carrier_event_code", "occurred_at"],
            "carrier_event_id IS NULL AND parcel_id IS NULL",
        ),
        (
            "parcel_event",
            ["parcel_id", "carrier_event_code", "occurred_at"],
            "carrier_event_id IS NULL AND parcel_id IS NOT NULL",
        ),
    ):
        op.create_index(
            f"uq_tracking_event_archives_{name}",
            "tracking_event_archives",
            columns,
            unique=True,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )


def _create_view_months() -> None:
    op.create_table(
        "blog_view_months",
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.CheckConstraint("month BETWEEN 1 AND 12", name=op.f("ck_blog_view_months_month")),
        sa.CheckConstraint("views > 0", name=op.f("ck_blog_view_months_views")),
        sa.ForeignKeyConstraint(
            ["post_id"],
            ["blog_posts.id"],
            name="fk_blog_view_months_post_id_blog_posts",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("post_id", "year", "month", name="pk_blog_view_months"),
    )


def _create_dailies() -> None:
    op.create_table(
        "search_dailies",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("query_type", sa.String(length=24), nullable=False),
        sa.Column("normalised_query", sa.String(length=200), nullable=False),
        sa.Column("searches", sa.Integer(), nullable=False),
        sa.Column("without_results", sa.Integer(), nullable=False),
        sa.Column("corrected", sa.Integer(), nullable=False),
        sa.Column("clicked", sa.Integer(), nullable=False),
        sa.Column("clicks", sa.Integer(), nullable=False),
        sa.Column("converted", sa.Integer(), nullable=False),
        sa.CheckConstraint("searches > 0", name=op.f("ck_search_dailies_searches")),
        *(
            sa.CheckConstraint(f"{part} BETWEEN 0 AND searches", name=op.f(f"ck_search_dailies_{part}"))
            for part in ("without_results", "corrected", "clicked", "converted")
        ),
        sa.CheckConstraint("clicks >= clicked", name=op.f("ck_search_dailies_clicks")),
        sa.CheckConstraint(
            "query_type IN ('text', 'category', 'filter')", name=op.f("ck_search_dailies_query_type")
        ),
        sa.PrimaryKeyConstraint("day", "query_type", "normalised_query", name="pk_search_dailies"),
    )
    op.create_index("ix_search_dailies_normalised_query_day", "search_dailies", ["normalised_query", "day"])
    op.create_table(
        "waitlist_dailies",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("days_waited", sa.Integer(), nullable=False),
        sa.CheckConstraint("entries > 0", name=op.f("ck_waitlist_dailies_entries")),
        sa.CheckConstraint("told BETWEEN 0 AND entries", name=op.f("ck_waitlist_dailies_told")),
        sa.CheckConstraint("days_waited >= 0", name=op.f("ck_waitlist_dailies_days_waited")),
        sa.CheckConstraint(
            "outcome IN ('purchased', 'left', 'lapsed', 'archived')",
            name=op.f("ck_waitlist_dailies_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name="fk_waitlist_dailies_product_id_products",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("product_id", "day", "outcome", name="pk_waitlist_dailies"),
    )


def _let_notifications_follow() -> None:
    """Have a notification name its event in either table, in exactly one."""
    table = "tracking_notifications"
    op.add_column(table, sa.Column("archive_id", sa.Uuid(), nullable=True))
    if _on_sqlite():
        _rebuild(table, _notifications(archived=True))
        return
    op.alter_column(table, "event_id", nullable=True)
    op.create_check_constraint(
        op.f("ck_tracking_notifications_event"), table, "(event_id IS NULL) <> (archive_id IS NULL)"
    )
    op.create_foreign_key(
        "fk_tracking_notifications_archive_id_tracking_event_archives",
        table,
        "tracking_event_archives",
        ["archive_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_unique_constraint(
        "uq_tracking_notifications_archive_id_channel_recipient",
        table,
        ["archive_id", "channel", "recipient"],
    )


def _keep_conversions() -> None:
    """Have a search tell that it led to an order after it has forgotten which."""
    table = "search_histories"
    if _on_sqlite():
        _rebuild(table, _searches(forgetting=True))
        return
    op.execute(f"ALTER TABLE {table} ALTER COLUMN converted_to_order DROP EXPRESSION")
    op.create_check_constraint(
        op.f("ck_search_histories_converted_to_order"), table, "order_id IS NULL OR converted_to_order"
    )
    op.create_index("ix_search_histories_names_somebody", table, ["timestamp"], postgresql_where=NAMED)


def _compute_conversions() -> None:
    """Have the database work out from the order that there was one, as before."""
    with op.batch_alter_table("search_histories", copy_from=_searches(forgetting=True)) as table:
        table.drop_index("ix_search_histories_names_somebody")
        table.drop_index("ix_search_histories_converted_to_order")
        table.drop_constraint(op.f("ck_search_histories_converted_to_order"), type_="check")
        table.drop_column("converted_to_order")
        table.add_column(_computed())
        table.create_index("ix_search_histories_converted_to_order", ["converted_to_order"])


def _put_events_back() -> None:
    """Bring the archive back into the table in use, and the notifications with their events."""
    events, archive = _events("tracking_events"), _events("tracking_event_archives")
    op.execute(sa.insert(events).from_select(list(EVENT_COLUMNS), sa.select(archive)))
    notices = sa.table("tracking_notifications", sa.column("event_id"), sa.column("archive_id"))
    followed = sa.update(notices).where(notices.c.archive_id.is_not(None))
    op.execute(followed.values(event_id=notices.c.archive_id, archive_id=None))
    if _on_sqlite():
        _rebuild("tracking_notifications", _notifications(archived=False))
    else:
        op.drop_column("tracking_notifications", "archive_id")
        op.alter_column("tracking_notifications", "event_id", nullable=False)


def _put_views_back() -> None:
    """Count the views of a month on its first day, which is not kept by day any more."""
    months = sa.table("blog_view_months", *map(sa.column, ("post_id", "year", "month", "views")))
    days = sa.table("blog_view_days", *map(sa.column, ("post_id", "day", "views")))
    year, month = months.c.year, months.c.month
    first = sa.func.printf("%04d-%02d-01", year, month) if _on_sqlite() else sa.func.make_date(year, month, 1)
    op.execute(
        sa.insert(days).from_select(
            ["post_id", "day", "views"], sa.select(months.c.post_id, first, months.c.views)
        )
    )


def _events(name: str) -> sa.TableClause:
    return sa.table(name, *map(sa.column, EVENT_COLUMNS))


def _on_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def _rebuild(name: str, table: sa.Table) -> None:
    """Build a table of SQLite anew as it is given, with the rows that it has."""
    with op.batch_alter_table(name, copy_from=table, recreate="always"):
        pass


def _computed() -> sa.Column[bool]:
    return sa.Column(
        "converted_to_order",
        sa.Boolean(),
        sa.Computed("order_id IS NOT NULL", persisted=True),
        nullable=False,
    )


def _notifications(*, archived: bool) -> sa.Table:
    """Return the notifications' table as it is after this migration, or as it was before."""
    table = sa.Table(
        "tracking_notifications",
        sa.MetaData(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=archived),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("context", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_tracking_notifications_sent_at")
        ),
        sa.CheckConstraint(
            "channel IN ('email', 'sms', 'push')", name=op.f("ck_tracking_notifications_channel")
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'sent', 'failed')", name=op.f("ck_tracking_notifications_status")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_tracking_notifications_attempts")),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["tracking_events.id"],
            name="fk_tracking_notifications_event_id_tracking_events",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["order_trackings.order_id"],
            name="fk_tracking_notifications_order_id_order_trackings",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tracking_notifications"),
        sa.UniqueConstraint(
            "event_id", "channel", "recipient", name="uq_tracking_notifications_event_id_channel_recipient"
        ),
        sa.Index("ix_tracking_notifications_order_id", "order_id"),
        sa.Index("ix_tracking_notifications_status_next_attempt_at", "status", "next_attempt_at"),
    )
    if archived:
        _add_archive(table)
    return table


def _add_archive(table: sa.Table) -> None:
    table.append_column(sa.Column("archive_id", sa.Uuid(), nullable=True))
    for constraint in (
        sa.CheckConstraint(
            "(event_id IS NULL) <> (archive_id IS NULL)", name=op.f("ck_tracking_notifications_event")
        ),
        sa.ForeignKeyConstraint(
            ["archive_id"],
            ["tracking_event_archives.id"],
            name="fk_tracking_notifications_archive_id_tracking_event_archives",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "archive_id",
            "channel",
            "recipient",
            name="uq_tracking_notifications_archive_id_channel_recipient",
        ),
    ):
        table.append_constraint(constraint)


def _searches(*, forgetting: bool) -> sa.Table:
    """Return the searches' table as it is after this migration, or as it was before."""
    table = sa.Table(
        "search_histories",
        sa.MetaData(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("session_hash", sa.String(length=64), nullable=True),
        sa.Column("query", sa.String(length=200), nullable=False),
        sa.Column("normalised_query", sa.String(length=200), nullable=False),
        sa.Column("query_type", sa.String(length=24), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("result_count", sa.Integer(), nullable=False),
        sa.Column("used_correction", sa.Boolean(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("converted_to_order", sa.Boolean(), nullable=False) if forgetting else _computed(),
        sa.Column("timestamp", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "query_type IN ('text', 'category', 'filter')", name=op.f("ck_search_histories_query_type")
        ),
        sa.CheckConstraint("result_count >= 0", name=op.f("ck_search_histories_result_count")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_search_histories_order_id_orders", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_search_histories_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_search_histories"),
        sa.Index("ix_search_histories_converted_to_order", "converted_to_order"),
        sa.Index("ix_search_histories_normalised_query_timestamp", "normalised_query", "timestamp"),
        sa.Index("ix_search_histories_order_id", "order_id"),
        sa.Index("ix_search_histories_query", "query"),
        sa.Index("ix_search_histories_session_hash", "session_hash"),
        sa.Index("ix_search_histories_timestamp", "timestamp"),
        sa.Index("ix_search_histories_user_id_query_timestamp", "user_id", "query", "timestamp"),
        sa.Index("ix_search_histories_user_id_timestamp", "user_id", "timestamp"),
    )
    if forgetting:
        table.append_constraint(
            sa.CheckConstraint(
                "order_id IS NULL OR converted_to_order", name=op.f("ck_search_histories_converted_to_order")
            )
        )
        sa.Index("ix_search_histories_names_somebody", table.c.timestamp, sqlite_where=NAMED)
    return table
