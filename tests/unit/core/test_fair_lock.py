"""The fair lock serves threads in order of arrival."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from kashcraft.core.fair_lock import Busy, FairLock


def test_the_fair_lock_serves_in_order_of_arrival() -> None:
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


def test_an_interrupted_thread_leaves_the_queue() -> None:
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


def test_a_timeout_raises_busy_and_leaves_the_queue() -> None:
    lock = FairLock()
    lock.acquire()

    with pytest.raises(Busy):
        lock.acquire(patience=0.01)
    lock.release()

    assert len(lock._queue) == 0
    with lock:
        assert len(lock._queue) == 1


def test_a_thread_that_holds_the_lock_for_long_is_not_waited_for() -> None:
    lock = FairLock()
    lock.acquire()

    with pytest.raises(Busy):
        lock.acquire(patience=60, longest=0.01, at_least=0.02)
    lock.release()

    assert len(lock._queue) == 0


def test_threads_that_hold_the_lock_briefly_are_waited_for_in_any_number() -> None:
    lock = FairLock()
    held: list[float] = []
    lock.acquire()

    def hold() -> None:
        with lock:
            held.append(lock._held_since)

    threads = [threading.Thread(target=hold) for _ in range(5)]
    for thread in threads:
        thread.start()
    while len(lock._queue) < 6:
        time.sleep(0.001)
    waiter = threading.Thread(target=lambda: lock.acquire(longest=20))
    waiter.start()
    while len(lock._queue) < 7:
        time.sleep(0.001)
    lock.release()
    for thread in [*threads, waiter]:
        thread.join(timeout=60)

    assert len(lock._queue) == 1
    assert held == sorted(held)
    assert lock._held_since > held[-1]


def test_a_failing_block_releases_the_lock() -> None:
    lock = FairLock()

    with pytest.raises(ZeroDivisionError), lock:
        raise ZeroDivisionError

    lock.acquire(patience=0.01)
