"""The program that waits for the web processes, as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# A parent with two children that run until they are stopped; its handlers would do nothing.
PARENT = """
import importlib.util, os, signal, sys, time
spec = importlib.util.spec_from_file_location("process_watch", "kashcraft/process_watch.py")
process_watch = importlib.util.module_from_spec(spec)
spec.loader.exec_module(process_watch)
children = []
ready, told = os.pipe()
for ignores in {ignores}:
    pid = os.fork()
    if not pid:
        signal.signal(signal.SIGTERM, signal.SIG_IGN if ignores else signal.SIG_DFL)
        os.write(told, b"1")
        while True:
            time.sleep(60)
    children.append(pid)
for _ in children:
    os.read(ready, 1)
process_watch.block_signals()
{before}
sys.stdout.write("waits for " + " ".join(map(str, children)))
process_watch.become(children, seconds={seconds})
"""


def run(
    *, before: str, ignores: tuple[bool, bool] = (False, False), seconds: float = 60
) -> tuple[int, str, list[bool]]:
    """Return the exit code, the errors, and whether each child still runs."""
    done = subprocess.run(
        [sys.executable, "-c", PARENT.format(before=before, ignores=ignores, seconds=seconds)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    children = done.stdout.removeprefix("waits for ").split()
    return done.returncode, done.stderr, [Path(f"/proc/{pid}").exists() for pid in children]


def test_a_signal_that_comes_before_the_program_runs_stops_the_processes() -> None:
    assert run(before="os.kill(os.getpid(), signal.SIGTERM)") == (0, "", [False, False])


def test_a_process_that_ends_by_itself_stops_the_others() -> None:
    code, errors, running = run(before="os.kill(children[0], signal.SIGKILL)")

    assert (code, running) == (1, [False, False])
    assert errors.startswith("[ERROR] Unexpected exit of the web process ")


def test_a_process_that_does_not_stop_is_killed() -> None:
    stopped = run(before="os.kill(os.getpid(), signal.SIGINT)", ignores=(True, True), seconds=0.1)

    assert stopped == (0, "[WARNING] Killing 2 web processes that did not stop\n", [False, False])


def test_a_hangup_is_ignored() -> None:
    both = "os.kill(os.getpid(), signal.SIGHUP); os.kill(os.getpid(), signal.SIGTERM)"

    assert run(before=both) == (0, "", [False, False])
