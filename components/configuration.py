"""The stack file as the engine hands it to a running program."""

import pulumi.runtime

from speech.settings.base import Decrypted
from speech.settings.faults import InvalidStackError, render


def configuration() -> dict[str, str]:
    """Every key of the stack's configuration, structured values as JSON text.

    Values that the stack file holds encrypted are in clear here: the text around them is Decrypted, by which settings
    know them and drop them.
    """
    decrypted = frozenset(pulumi.runtime.get_config_secret_keys_env())
    return {
        key: Decrypted(value) if key in decrypted else value for key, value in pulumi.runtime.get_config_env().items()
    }


def refusal(error: InvalidStackError, stack: str) -> pulumi.RunError:
    """The faults of a stack file as the program's error: words for a person, no traceback."""
    return pulumi.RunError("\n".join([f"stack {stack}: {error}", *render(error.faults)]))
