"""Waits for the web processes and stops them; the program that their parent becomes after forking them.

The parent has no further use for the application, but would keep a copy of each memory page that the web
processes change. ``server.py`` replaces it by this program, which imports nothing of the shop, in the same
process: the web processes stay its children.
"""

from __future__ import annotations

import os
import signal
import sys
import time

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)


def block_signals() -> None:
    """Keep signals for the program that this process will become, so that none is lost in between."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)


def become(processes: list[int], *, seconds: float) -> None:
    """Replace this process by the program that waits for ``processes``, its children.

    ``seconds`` is the time that each of them may take to stop.
    """
    sys.stdout.flush()
    arguments = [str(seconds), *map(str, processes)]
    # Without site packages and the user's settings, which the program does not need.
    os.execv(sys.executable, [sys.executable, "-I", "-S", __file__, *arguments])  # noqa: S606 - this program


def watch(running: set[int], seconds: float) -> int:
    """Wait for a signal to stop, or until a process ends by itself; stop the others.

    Returns the exit code of the server: 1 where a process ended by itself.
    """
    code = 0
    while not code:
        ended = reap(running)
        if ended:
            sys.stderr.write(f"[ERROR] Unexpected exit of the web process {ended[0]}\n")
            code = 1
        elif signal.sigwait(SIGNALS) in (signal.SIGTERM, signal.SIGINT):
            break
    stop(running, seconds)
    return code


def reap(running: set[int]) -> list[int]:
    """Return the processes that have ended, and remove them from ``running``."""
    ended = []
    while running:
        pid, _status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            break
        if pid in running:
            running.remove(pid)
            ended.append(pid)
    return ended


def stop(running: set[int], seconds: float) -> None:
    """Tell the processes to stop, and kill those that still run after ``seconds``."""
    for pid in running:
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while running:
        signal.sigtimedwait({signal.SIGCHLD}, max(0.0, deadline - time.monotonic()))
        reap(running)
        if running and time.monotonic() >= deadline:
            sys.stderr.write(f"[WARNING] Killing {len(running)} web processes that did not stop\n")
            for pid in running:
                os.kill(pid, signal.SIGKILL)
            for pid in running:
                os.waitpid(pid, 0)
            return


if __name__ == "__main__":
    sys.exit(watch(set(map(int, sys.argv[2:])), float(sys.argv[1])))
