"""Attempts on the tables of blog, search, size guides, comparisons, waiting list and reviews."""

from __future__ import annotations

from tests.factories.rows import NOW, PARENT
from tests.unit.test_constraints.attempts import Attempt, refused, twice, unknown

BLOG: list[Attempt] = [
    twice("blog_categories", "slug"),
    *unknown("blog_posts", "status"),
    twice("blog_posts", "slug"),
    refused("blog_posts", "published_at", status="published"),
    refused("blog_posts", "counters", view_count=-1),
    refused("blog_posts", "counters", likes=-1),
    refused("blog_posts", "counters", comments=-1),
    refused("blog_posts", "counters", shares=-1),
    refused("blog_posts", "word_count", word_count=-1),
    refused("blog_posts", "reading_time_minutes", reading_time_minutes=0),
    refused("blog_view_days", "views", views=0),
    refused("blog_view_months", "views", views=0),
    refused("blog_view_months", "month", month=0),
    refused("blog_view_months", "month", month=13),
]

SEARCH: list[Attempt] = [
    *unknown("search_histories", "query_type"),
    refused("search_histories", "result_count", result_count=-1),
    refused("search_histories", "converted_to_order", order_id=PARENT),
    refused("search_clicks", "position", position=0),
    *unknown("search_dailies", "query_type"),
    refused("search_dailies", "searches", searches=0, without_results=0, corrected=0, clicked=0, converted=0),
    refused("search_dailies", "without_results", without_results=2),
    refused("search_dailies", "without_results", without_results=-1),
    refused("search_dailies", "corrected", corrected=2),
    refused("search_dailies", "corrected", corrected=-1),
    refused("search_dailies", "clicked", clicked=2, clicks=2),
    refused("search_dailies", "clicked", clicked=-1),
    refused("search_dailies", "clicks", clicks=0),
    refused("search_dailies", "converted", converted=2),
    refused("search_dailies", "converted", converted=-1),
]

SIZE_GUIDES: list[Attempt] = [
    twice("size_guides", "product_id", product_id=PARENT),
    twice("size_guides", "category_id", product_id=None, category_id=PARENT),
    refused("size_guides", "one_scope", product_id=None),
    refused("size_guides", "one_scope", category_id=PARENT),
    refused("size_guides", "usage_count", usage_count=-1),
    *unknown("size_guide_rows", "measured", "unit"),
    twice("size_guide_rows", "guide_id", "size", "measurement", "measured"),
    refused("size_guide_rows", "range", minimum_mm=941),
    refused("size_guide_rows", "range", minimum_mm=0),
    twice("size_conversions", "guide_id", "system", "size"),
]

COMPARISONS: list[Attempt] = [
    twice("saved_comparisons", "share_token", share_token="shared"),
    refused("saved_comparisons", "view_count", view_count=-1),
    Attempt(
        "saved_comparison_items",
        "uq_saved_comparison_items_comparison_id_product_id",
        ({"position": 1}, {"position": 2}),
        ("comparison_id", "product_id"),
    ),
    twice("saved_comparison_items", "comparison_id", "position"),
    refused("saved_comparison_items", "position", position=5),
    refused("saved_comparison_items", "position", position=0),
]

WAITLIST: list[Attempt] = [
    *unknown("waitlists", "status"),
    refused("waitlists", "notification_method", notification_method="nonsense", phone="+1 212 555 0100"),
    refused("waitlists", "cancel_reason", status="cancelled", ended_at=NOW, cancel_reason="nonsense"),
    refused("waitlists", "email", email="Noor@kashcraft.example"),
    refused("waitlists", "phone", notification_method="sms"),
    refused("waitlists", "notified_at", status="notified"),
    refused("waitlists", "ended_at", status="purchased"),
    refused("waitlists", "ended_at", ended_at=NOW),
    refused("waitlists", "cancelled", status="cancelled", ended_at=NOW),
    refused("waitlists", "cancelled", cancel_reason="left"),
    twice(
        "waitlists",
        "product_id",
        "user_id",
        name="live_user",
        user_id=PARENT,
        apart={"status": "cancelled", "cancel_reason": "lapsed", "ended_at": NOW},
    ),
    twice(
        "waitlists",
        "product_id",
        "email",
        name="live_email",
        confirmed_at=NOW,
        apart={"confirmed_at": None},
    ),
    *unknown("waitlist_dailies", "outcome"),
    refused("waitlist_dailies", "entries", entries=0, notified=0),
    refused("waitlist_dailies", "notified", notified=2),
    refused("waitlist_dailies", "notified", notified=-1),
    refused("waitlist_dailies", "days_waited", days_waited=-1),
]

REVIEWS: list[Attempt] = [
    *unknown("reviews", "status"),
    twice("reviews", "user_id", "product_id", user_id=PARENT),
    refused("reviews", "rating", rating=0),
    refused("reviews", "rating", rating=6),
    refused("reviews", "published_at", status="published"),
    refused("reviews", "staff_reply", staff_reply="Thank you."),
    refused("reviews", "staff_reply", replied_at=NOW),
]
