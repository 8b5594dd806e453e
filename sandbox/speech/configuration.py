"""How a Speech container reads its arguments and environment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


class StartError(Exception):
    """The container ends before it listens; the text is what it prints."""


@dataclass(frozen=True)
class Configuration:
    """.NET configuration: names in any letter case, `A:B` nested, the command line over the environment."""

    values: Mapping[str, str] = field(repr=False)
    words: tuple[str, ...] = ()
    """Arguments without `=`, in order: `FullDisplay`, `Punct`."""

    def get(self, name: str) -> str:
        """The value under a name such as `Logging:Console:LogLevel:Default`; empty where there is none."""
        return self.values.get(name.lower(), "")

    def is_true(self, name: str) -> bool:
        """Whether a value is `true`, in any letter case."""
        return self.get(name).lower() == "true"


def read_configuration(args: Iterable[str], env: Mapping[str, str]) -> Configuration:
    """The configuration of `Name=value` arguments and of variables, where `__` stands for `:`."""
    values = {name.replace("__", ":").lower(): value for name, value in env.items()}
    words = []
    for arg in args:
        name, equals, value = arg.removeprefix("--").removeprefix("/").partition("=")
        if equals:
            values[name.lower()] = value
        else:
            words.append(arg)
    return Configuration(values, tuple(words))
