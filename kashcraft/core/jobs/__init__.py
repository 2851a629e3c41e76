"""Jobs that run after the commit: a row in the outbox, leased by a relay and executed by huey.

The row is committed or rolled back together with its cause. Lost and repeated executions are harmless: the
row is due again when its lease ends, and every task can safely run twice.
"""

from kashcraft.core.jobs.models import Outbox
from kashcraft.core.jobs.relay import (
    count_waiting,
    find_last_run,
    get_failed_backlog,
    lease_due,
    list_failed,
    listen,
    purge,
    queue_health,
    retry,
    run_due,
    run_row,
)
from kashcraft.core.jobs.tasks import (
    Lane,
    PermanentFailure,
    Schedule,
    Task,
    TaskReference,
    all_tasks,
    check_references,
    enqueue,
    enqueue_all,
    enqueue_many,
    find,
    reference,
    task,
)

__all__ = [
    "Lane",
    "Outbox",
    "PermanentFailure",
    "Schedule",
    "Task",
    "TaskReference",
    "all_tasks",
    "check_references",
    "count_waiting",
    "enqueue",
    "enqueue_all",
    "enqueue_many",
    "find",
    "find_last_run",
    "get_failed_backlog",
    "lease_due",
    "list_failed",
    "listen",
    "purge",
    "queue_health",
    "reference",
    "retry",
    "run_due",
    "run_row",
    "task",
]
