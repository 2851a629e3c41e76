"""The fair lock: first come, first served, and nobody who has left is waited for."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from kashcraft.core.fair_lock import Busy, FairLock


def test_the_fair_lock_serves_in_the_order_of_coming() -> None:
    lock = FairLock()
    served: list[int] = []
    lock.acquire()

    def take(number: int) -> None:
        lock.acquire()
        served.append(number)
        lock.release()

    threads = []
    for number in range(8):
        thread = threading.Thread(target=take, args=(number,))
        thread.start()
        while len(lock._queue) < number + 2:
            time.sleep(0.001)
        threads.append(thread)
    lock.release()
    for thread in threads:
        thread.join(timeout=60)

    assert served == [0, 1, 2, 3, 4, 5, 6, 7]


def test_who_is_interrupted_while_waiting_leaves_the_queue() -> None:
    lock = FairLock()
    lock.acquire()

    def interrupt(*_: object) -> None:
        raise InterruptedError

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        with pytest.raises(InterruptedError):
            lock.acquire()
    finally:
        signal.signal(signal.SIGALRM, before)
    lock.release()

    assert len(lock._queue) == 0


def test_whose_patience_ends_is_told_and_leaves_the_queue() -> None:
    lock = FairLock()
    lock.acquire()

    with pytest.raises(Busy):
        lock.acquire(patience=0.01)
    lock.release()

    assert len(lock._queue) == 0
    with lock:
        assert len(lock._queue) == 1


def test_a_lock_is_released_where_its_block_fails() -> None:
    lock = FairLock()

    with pytest.raises(ZeroDivisionError), lock:
        raise ZeroDivisionError

    lock.acquire(patience=0.01)
