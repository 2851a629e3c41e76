"""Messages that were not sent, and jobs that failed for good.

It owns no data. One page, with a way to try each again.
It calls the notifications package and the job queue.
"""
