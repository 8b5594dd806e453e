"""Processes that are interrupted together."""

import sys
import threading
from pathlib import Path

from operations.fleet.processes import Ended, Processes

WAITING = """
import signal, sys, threading
over = threading.Event()
signal.signal(signal.SIGINT, lambda *_: over.set())
print("there", flush=True)
sys.exit(7 if over.wait(60) else 1)
"""


def test_what_a_process_says_is_heard_line_by_line_and_kept() -> None:
    heard: list[str] = []
    program = "import sys; print('one'); print('two'); print('three', file=sys.stderr); sys.exit(3)"
    ended = Processes().run([sys.executable, "-c", program], Path.cwd(), {}, heard.append, heard.append)
    assert ended == Ended("one\ntwo", "three", 3)
    assert sorted(heard) == ["one", "three", "two"]


def test_an_interrupt_reaches_every_process_that_is_under_way() -> None:
    processes, there, ended = Processes(), threading.Barrier(3, timeout=60), list[Ended]()

    def run() -> None:
        ended.append(processes.run([sys.executable, "-c", WAITING], Path.cwd(), {}, lambda _: there.wait()))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    there.wait()
    processes.interrupt()
    for thread in threads:
        thread.join(timeout=60)
    assert [each.code for each in ended] == [7, 7]


def test_a_process_that_is_started_just_after_an_interrupt_does_not_stay() -> None:
    processes = Processes()
    processes.interrupt()
    assert (
        processes.run([sys.executable, "-c", "import threading; threading.Event().wait(60)"], Path.cwd(), {}).code != 0
    )


def test_the_environment_joins_ones_own() -> None:
    program = "import os; print(os.environ['MORE'], 'PATH' in os.environ)"
    assert Processes().run([sys.executable, "-c", program], Path.cwd(), {"MORE": "x"}).out == "x True"
