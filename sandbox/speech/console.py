"""Log lines in the shape of .NET's console logger on standard error, and as JSON in files."""

import json
import logging
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

_LEVELS = {
    "trace": logging.DEBUG,
    "debug": logging.DEBUG,
    "information": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "critical": logging.CRITICAL,
    "none": logging.CRITICAL + 1,
}
_WORDS = {
    logging.DEBUG: "dbug",
    logging.INFO: "info",
    logging.WARNING: "warn",
    logging.ERROR: "fail",
    logging.CRITICAL: "crit",
}
_MEGABYTE = 1 << 20
_OLD_FILES = 9

_category = logging.getLogger("Microsoft")


class _Console(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return f"{_WORDS.get(record.levelno, 'info')}: {record.name}[0]\n      {record.getMessage()}"


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": _WORDS.get(record.levelno, "info"),
            "category": record.name,
            "message": record.getMessage(),
        }
        return json.dumps(line)


def log_to_console(level: str) -> None:
    """Send the container's categories to standard error, from a .NET level on; an unknown level means Information."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Console())
    _category.handlers = [handler]
    _category.propagate = False
    _category.setLevel(_LEVELS.get(level.lower(), logging.INFO))


def log_to_disk(folder: Path, name: str, megabytes: int) -> None:
    """Send them to `<folder>/logs/<name>.log` too; at that size a new file begins, -1 means one file for ever."""
    logs = folder / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    size = max(0, megabytes) * _MEGABYTE
    handler = RotatingFileHandler(logs / f"{name}.log", maxBytes=size, backupCount=_OLD_FILES)
    handler.setFormatter(_Json())
    _category.addHandler(handler)
