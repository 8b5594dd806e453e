"""How a Speech container reads its arguments and environment, and what it asks for before it starts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

DEFAULT_DECODERS = 5
"""Decoders where DECODER_MAX_COUNT is not set: the default of a community chart of 2026; Microsoft names none."""


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


@dataclass(frozen=True)
class Settings:
    """What a connected container runs with."""

    billing: str
    """The Billing URI, as given."""
    key: str = field(repr=False)
    decoders: int = DEFAULT_DECODERS
    log_level: str = "Information"
    """A .NET level: Trace, Debug, Information, Warning, Error, Critical, None."""

    @property
    def billing_host(self) -> str:
        """The host usage is reported to."""
        return urlsplit(self.billing).hostname or ""


def check(configuration: Configuration, env: Mapping[str, str]) -> Settings:
    """The settings of a container that may start. Raises StartError with the first thing that is missing."""
    if configuration.get("Eula") != "accept":
        # The wording of azure-docs #46623 (2020); that of current images is not published.
        raise StartError("Missing EULA=accept command line option. You must provide this to continue.")
    billing = configuration.get("Billing")
    if not billing:
        raise StartError("Missing Billing command line option. You must provide this to continue.")
    if not _is_https_uri(billing):
        raise StartError("Invalid Billing Endpoint URI")
    key = configuration.get("ApiKey")
    if not key:
        raise StartError("Missing ApiKey command line option. You must provide this to continue.")
    return Settings(
        billing, key, _decoders(env), configuration.get("Logging:Console:LogLevel:Default") or Settings.log_level
    )


def _is_https_uri(text: str) -> bool:
    try:
        uri = urlsplit(text)
    except ValueError:
        return False
    host = uri.hostname or ""
    return uri.scheme == "https" and "." in host and not set(host) & set("<>{} ")


def _decoders(env: Mapping[str, str]) -> int:
    # Read as a plain variable: on Linux its letter case counts, and no argument of that name is documented.
    given = env.get("DECODER_MAX_COUNT", "")
    return int(given) if given.isdecimal() and int(given) > 0 else DEFAULT_DECODERS
