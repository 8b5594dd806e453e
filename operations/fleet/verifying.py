"""`speech verify` of one stack, as a process of its own."""

import sys
from collections.abc import Callable, Sequence

from operations.fleet.members import Member
from operations.fleet.processes import OnLine, Processes

COMMAND = (sys.executable, "-P", "-m", "speech.cli", "verify")


def verifier(processes: Processes, command: Sequence[str] = COMMAND) -> Callable[[Member, OnLine], str | None]:
    """Asks whether a stack works: None, or the first thing that does not."""

    def verify(member: Member, on_line: OnLine) -> str | None:
        ended = processes.run([*command, str(member.file)], ".", {}, on_line, on_line)
        if not ended.code:
            return None
        said = [" ".join(line.split()) for line in (*ended.out.splitlines(), *ended.err.splitlines()) if line.strip()]
        failed = [line.removeprefix("fail ") for line in said if line.startswith("fail ")]
        return f"speech verify: {next(iter([*failed, *said[-1:]]), f'exit status {ended.code}')}"

    return verify
