"""Work after the commit: an outbox row written in the step, leased by a relay, executed by huey.

A row commits or vanishes with its cause. Lost, killed and repeated executions are harmless: the row comes
back when its lease ends, and every task is written to be run twice.
"""

from kashcraft.core.jobs.models import Outbox
from kashcraft.core.jobs.relay import (
    count_waiting,
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
    "enqueue_many",
    "find",
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
