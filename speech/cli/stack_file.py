"""Stack files on disk: found by name, read, and laid over the project's defaults as the engine lays them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from speech.capacity.plan import Plan
from speech.capacity.planner import plan
from speech.settings.faults import InvalidStackError
from speech.settings.parse import Parsed, parse

PROJECT = "Pulumi.yaml"
LARGEST_BYTES = 1_000_000


class UnreadableError(Exception):
    """A file that is not there, or that is no stack file. The text says what and the remedy."""


def find(stack: str) -> Path:
    """The stack file of a stack's name, or of a path. Raises UnreadableError."""
    if stack.endswith((".yaml", ".yml")) or "/" in stack:
        path = Path(stack)
        if not path.is_file():
            raise UnreadableError(f"{stack}: there is no such file")
        return path
    folder = _folder()
    path = folder / f"Pulumi.{stack}.yaml"
    if path.is_file():
        return path
    names = sorted(file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in folder.glob("Pulumi.*.yaml"))
    close = get_close_matches(stack, names, n=1)
    hint = f'did you mean "{close[0]}"?' if close else f"there are: {', '.join(names) or 'none'}"
    raise UnreadableError(f'{path}: there is no stack "{stack}"; {hint}')


def stack_name(file: Path) -> str:
    """The stack that a file belongs to: `Pulumi.<stack>.yaml`."""
    return file.name.removesuffix(".yaml").removesuffix(".yml").removeprefix("Pulumi.")


def planned(file: Path) -> tuple[Parsed, Plan]:
    """Settings and plan of a stack file. Raises UnreadableError and InvalidStackError (which then knows its file)."""
    try:
        parsed = parse(_keys(file))
        return parsed, plan(parsed.stack, stack_name(file))
    except InvalidStackError as error:
        error.add_note(str(file))
        raise


def _folder() -> Path:
    project = Path(PROJECT)
    content = _document(project) if project.is_file() else {}
    return Path(str(content.get("stackConfigDir", "."))) if content else Path("stacks")


def _keys(file: Path) -> dict[str, Any]:
    keys = _config(file)
    project = next(
        (folder / PROJECT for folder in (Path.cwd(), *file.resolve().parents) if (folder / PROJECT).is_file()), None
    )
    defaults = _config(project) if project else {}
    plain = {
        key: value.get("value", value.get("default")) if isinstance(value, Mapping) else value
        for key, value in defaults.items()
    }
    return {**{key: value for key, value in plain.items() if value is not None}, **keys}


def _config(file: Path) -> dict[str, Any]:
    content = _document(file)
    config = content.get("config") or {}
    if not isinstance(config, Mapping):
        raise UnreadableError(f"{file}: config must be a mapping of keys like speech:environment")
    return {str(key): value for key, value in config.items()}


def _document(file: Path) -> Mapping[str, Any]:
    with _readable(file):
        if file.stat().st_size > LARGEST_BYTES:
            raise UnreadableError(f"{file}: larger than {LARGEST_BYTES:,} bytes, which no stack file is")
        content = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    if content is None:
        raise UnreadableError(f"{file}: empty; a stack file begins with  config:")
    if not isinstance(content, Mapping):
        raise UnreadableError(f"{file}: no mapping; a stack file begins with  config:")
    return content


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{file}: not UTF-8 text (byte {error.start})") from None
    except OSError as error:
        raise UnreadableError(f"{file}: {error.strerror}") from None
    except MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise UnreadableError(f"{file}{line}: {error.problem or 'broken YAML'}") from None
    except YAMLError as error:
        raise UnreadableError(f"{file}: {error}") from None
