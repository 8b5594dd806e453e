"""Log lines in the shape of .NET's console logger, on standard error."""

import logging

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


class _Console(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return f"{_WORDS.get(record.levelno, 'info')}: {record.name}[0]\n      {record.getMessage()}"


def log_to_console(level: str) -> None:
    """Send the container's categories to standard error, from a .NET level on; an unknown level means Information."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Console())
    category = logging.getLogger("Microsoft")
    category.handlers = [handler]
    category.propagate = False
    category.setLevel(_LEVELS.get(level.lower(), logging.INFO))
