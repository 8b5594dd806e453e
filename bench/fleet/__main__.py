"""The program: every stack of the configuration, with what the toolkit does for speed or without some of it."""

import pulumi

from components import historic_types, short_lived
from components.speech_platform import SpeechPlatform, SpeechPlatformArgs
from speech.capacity.planner import plan
from speech.settings.parse import parse
from speech.settings.target import AksTarget

config = pulumi.Config("fleet")
if not config.get_bool("garbage"):
    short_lived.leave_garbage()
if not config.get_bool("older-types"):
    historic_types.forget()
for name, given in config.require_object("stacks").items():
    stack = parse(given).stack
    if not isinstance(stack.target, AksTarget):
        raise pulumi.RunError(f"{name}: only stacks on AKS are measured")
    SpeechPlatform(name, SpeechPlatformArgs(stack=stack, plan=plan(stack, name)))
