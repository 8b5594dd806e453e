"""The program: read the stack file, plan, build, export."""

from datetime import UTC, datetime
from pathlib import Path

import pulumi

from components import debug_log, historic_types, short_lived
from components.configuration import configuration, refusal
from components.speech_platform import SpeechPlatform, SpeechPlatformArgs
from speech.capacity.planner import plan
from speech.catalog import documents
from speech.settings.faults import InvalidStackError
from speech.settings.parse import parse

short_lived.leave_garbage()
debug_log.keep_outputs_out()
documents.beside(Path(pulumi.get_root_directory()))
try:
    parsed = parse(configuration(), today=datetime.now(tz=UTC).date())
    planned = plan(parsed.stack, pulumi.get_stack())
except InvalidStackError as error:
    raise refusal(error, pulumi.get_stack()) from None

for warning in (*parsed.warnings, *planned.warnings):
    pulumi.log.warn(f"{warning.path}: {warning.message}")
if not parsed.stack.adopted:
    historic_types.forget()

platform = SpeechPlatform("speech", SpeechPlatformArgs(stack=parsed.stack, plan=planned))
for name, value in platform.outputs.items():
    pulumi.export(name, value)
