"""Runs one Pulumi program, in the program's own Python: `python language_exec.py ENGINE_ADDRESS < RunRequest`.

It stands in for `pulumi-language-python-exec` of the official distribution: same exit status, same words. Nothing of
the sandbox may be imported here, the program's environment need not have it.
"""

import asyncio
import json
import logging
import os
import runpy
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

SHOWN = 32
"""Exit status: the fault has been shown, the engine need not say anything more."""

try:
    import pulumi
    import pulumi.runtime
    from pulumi.runtime.proto import language_pb2
except ImportError:
    traceback.print_exc()
    print(
        "The Pulumi SDK is not installed in the program's Python. Run `make setup`, or `pulumi install`",
        file=sys.stderr,
    )
    sys.exit(1)


def main() -> int:
    """Run the program that standard input describes. The exit status is what `Run` of the language host reports."""
    request = language_pb2.RunRequest.FromString(sys.stdin.buffer.read())
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    _configure(request, sys.argv[1])

    directory = Path(request.info.program_directory or request.pwd)
    program = request.info.entry_point or "."
    if request.pwd:
        os.chdir(request.pwd)
    # The folder of this file would lend its modules to the program.
    sys.path[0] = str(directory)
    sys.argv = [program, *request.args]
    if Path(program).is_dir() and not (Path(program) / "__main__.py").is_file():
        pulumi.log.error(f"unable to find main python program `__main__.py` in `{Path(program).resolve()}`")
        return SHOWN

    # Outputs that nobody waits for are no mistake of the program when it fails half-way.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    executor = ThreadPoolExecutor(max_workers=4 * max(request.parallel, 1))
    loop.set_default_executor(executor)
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: _run(program)))
    except pulumi.RunError as fault:
        pulumi.log.error(str(fault))
        return 1
    except Exception as fault:  # noqa: BLE001 - whatever the program raises is shown to its author
        pulumi.log.error("Program failed with an unhandled exception:\n" + _trace(fault, program))
        return SHOWN
    finally:
        executor.shutdown(wait=True)
        loop.close()
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def _configure(request: language_pb2.RunRequest, engine: str) -> None:
    config = dict(request.config)
    secret = list(request.configSecretKeys)
    pulumi.runtime.set_all_config(config, secret)
    # Threads and processes of the program's own read these. Set here, they are not in this process's own environment.
    os.environ["PULUMI_CONFIG"] = json.dumps(config)
    os.environ["PULUMI_CONFIG_SECRET_KEYS"] = json.dumps(secret)
    settings = pulumi.runtime.Settings(
        project=request.project,
        stack=request.stack,
        monitor=request.monitor_address,
        engine=engine,
        parallel=request.parallel,
        dry_run=request.dryRun,
        organization=request.organization or None,
        root_directory=request.info.root_directory or None,
    )
    pulumi.runtime.configure(settings)


def _run(program: str) -> None:
    runpy.run_path(program, run_name="__main__")


def _trace(fault: BaseException, program: str) -> str:
    """The traceback from the program's first line on, the whole of it where the program was not reached."""
    main = Path(program).resolve() / "__main__.py" if Path(program).is_dir() else Path(program).resolve()
    step: TracebackType | None = fault.__traceback__
    while step and Path(step.tb_frame.f_code.co_filename).resolve() != main:
        step = step.tb_next
    return "".join(traceback.format_exception(type(fault), fault, step or fault.__traceback__))


if __name__ == "__main__":
    sys.exit(main())
