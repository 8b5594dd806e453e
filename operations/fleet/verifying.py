"""`speech verify` of one stack, as a process of its own."""

import sys
from collections.abc import Callable, Sequence

from operations.fleet.members import Member
from operations.fleet.processes import OnLine, Processes

COMMAND = (sys.executable, "-P", "-m", "speech.cli", "verify")


def verifier(processes: Processes, command: Sequence[str] = COMMAND) -> Callable[[Member, OnLine], str | None]:
    """Asks whether a stack works: None, or the last thing that the command said of what does not."""

    def verify(member: Member, on_line: OnLine) -> str | None:
        ended = processes.run([*command, str(member.file)], ".", {}, on_line, on_line)
        if not ended.code:
            return None
        said = [line.strip() for line in (ended.err or ended.out).splitlines() if line.strip()]
        return f"speech verify: {said[-1] if said else f'exit status {ended.code}'}"

    return verify
