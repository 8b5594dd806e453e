"""Models of custom containers: what lies in the volume, what is downloaded into it, what is listed.

Settings, their order and the lines of a list are documented (the how-to page of 2022-01, speech-container-cstt
2026-01); files and the way to the account are the sandbox's own.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sandbox.speech.billing import Billing, FetchError
from sandbox.speech.configuration import Configuration, StartError
from sandbox.speech.kinds import Image
from sandbox.speech.volumes import Volumes

MODELS_PATH = "/usr/local/models"
_FILE = "properties.json"
NOT_FOUND = f"Unhandled Exception: System.Exception: Model configuration {MODELS_PATH}/{_FILE} not found."
"""The wording of cognitive-services-speech-sdk #814 (2020)."""

DISPLAY_TYPES = ("Punct", "Rescore", "Resegment", "Wfstitn")
_EVERY_TYPE = "FullDisplay"
_BASE_QUERY_SINCE, _DISPLAY_SINCE, _NEW_MODELS_SINCE = "2.6.0", "3.1.0", "5.0.0"
_NEW_MODELS_YEAR = "2023"


@dataclass(frozen=True)
class Wish:
    """What a run asks of its account: one group of settings, the others are not looked at."""

    list_locale: str = ""
    model_id: str = ""
    display_ids: Mapping[str, str] = field(default_factory=dict)
    """{"Punct": id}"""
    display_locale: str = ""
    types: Sequence[str] = ()
    """Of display models."""

    @property
    def display_only(self) -> bool:
        """Whether it downloads display models and nothing to serve."""
        return bool(self.display_locale or (self.display_ids and not self.model_id))


def read_wish(configuration: Configuration, image: Image) -> Wish:
    """BaseModelLocale goes before ids, ids before DisplayLocale. What an image is too old for, it doesn't see."""
    queries = image.kind.queries
    displays = queries and image.since(_DISPLAY_SINCE)
    types = _types(configuration.words) if displays else ()
    listed = configuration.get("BaseModelLocale") if queries and image.since(_BASE_QUERY_SINCE) else ""
    if listed:
        return Wish(list_locale=listed, types=types)
    given = {name: configuration.get(f"{name}Id") for name in DISPLAY_TYPES} if displays else {}
    ids = {name: value for name, value in given.items() if value}
    model_id = configuration.get("ModelId") if image.kind.custom else ""
    if model_id or ids:
        return Wish(model_id=model_id, display_ids=ids)
    locale = configuration.get("DisplayLocale") if displays else ""
    return Wish(display_locale=locale, types=types)


def _types(words: Sequence[str]) -> tuple[str, ...]:
    return DISPLAY_TYPES if _EVERY_TYPE in words else tuple(name for name in DISPLAY_TYPES if name in words)


class ModelVolume:
    """The folder behind /usr/local/models. Without a volume there, nothing is kept."""

    def __init__(self, volumes: Volumes) -> None:
        self.folder = volumes.folder(MODELS_PATH)

    def model(self) -> dict[str, Any] | None:
        """The model that lies there."""
        file = self.folder / _FILE if self.folder else None
        return json.loads(file.read_text()) if file and file.is_file() else None

    def keep(self, model: Mapping[str, Any]) -> None:
        """Lay a model there."""
        self._write(_FILE, model)

    def keep_display(self, type_: str, model: Mapping[str, Any]) -> None:
        """Lay a display model there."""
        self._write(f"display/{type_}/{_FILE}", model)

    def _write(self, name: str, model: Mapping[str, Any]) -> None:
        if not self.folder:
            return
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        whole = file.with_suffix(".part")
        whole.write_text(json.dumps(model, indent=2) + "\n")
        whole.replace(file)


def check_plain(volumes: Volumes) -> None:
    """What a container with a model of its own asks of the volumes: none without a model over it. Raises StartError."""
    folder = volumes.folder(MODELS_PATH)
    if folder is not None and not (folder / _FILE).is_file():
        raise StartError(NOT_FOUND)


class ModelTool:
    """Does what a wish says, and prints what the real tool prints. Raises StartError."""

    def __init__(self, billing: Billing, volume: ModelVolume, image: Image) -> None:
        self._billing, self._volume, self._image = billing, volume, image

    async def list(self, wish: Wish) -> int:
        """Print the models of a locale; the exit status, which is that of a failure."""
        locale = wish.list_locale.lower()
        what = "display" if wish.types else "base"
        sys.stderr.write(f"Checking available {what} model for {locale}\n")
        _say("Info", f"Searching available {what} models for {locale}")
        for model in await self._models(locale, wish.types):
            kind = model["type"] if wish.types else "Base"
            _say("Info", f"[{kind} model] Locale: {locale}, CreatedDate: {model['created']}, Id: {model['id']}")
        _say(
            "Fatal",
            f"Please run this tool again and assign --modelId '<one above {what} model id>'. If no model id listed "
            f"above, it means currently there is no available {what} model for {locale}",
        )
        return 1

    async def download_display(self, wish: Wish) -> int:
        """Download display models; the exit status."""
        if wish.display_locale and not wish.types:
            raise StartError(f"DisplayLocale needs {_EVERY_TYPE}, or some of {' '.join(DISPLAY_TYPES)}.")
        for type_, model in (await self._display_models(wish)).items():
            _say("Info", f"Downloading {type_} model {model['id']}")
            self._volume.keep_display(type_, model)
        if self._volume.folder is None:
            _say("Warning", f"No volume is mounted at {MODELS_PATH}: the models are gone when this container ends.")
        return 0

    async def download(self, wish: Wish) -> dict[str, Any]:
        """Download the model to serve, and display models named with it; the model."""
        _say("Info", f"Downloading model {wish.model_id}")
        model: dict[str, Any] = await self._fetch("GET", f"/models/{wish.model_id}")
        created = str(model.get("created", ""))
        if created >= _NEW_MODELS_YEAR and not self._image.since(_NEW_MODELS_SINCE):
            raise StartError(
                f"InvalidModel: model {wish.model_id} of {created[:10]} needs a container of {_NEW_MODELS_SINCE} or "
                f"later, this is {self._image.version}."
            )
        if wish.display_ids:
            await self.download_display(wish)
        self._volume.keep(model)
        return model

    async def _display_models(self, wish: Wish) -> dict[str, Any]:
        if not wish.display_ids:
            return {model["type"]: model for model in await self._models(wish.display_locale.lower(), wish.types)}
        found = _rows(await self._fetch("POST", "/display-models", {"ids": list(wish.display_ids.values())}))
        return dict(zip(wish.display_ids, found, strict=True))

    async def _models(self, locale: str, types: Sequence[str]) -> Sequence[Any]:
        if types:
            return _rows(await self._fetch("POST", "/display-models", {"locale": locale, "types": list(types)}))
        return _rows(await self._fetch("POST", "/models", {"locale": locale}))

    async def _fetch(self, method: str, path: str, body: dict[str, object] | None = None) -> Any:  # noqa: ANN401  what JSON holds
        try:
            return await self._billing.fetch(method, path, body)
        except FetchError as error:
            raise StartError(str(error)) from error


def _rows(document: Any) -> Sequence[Any]:  # noqa: ANN401  what JSON holds
    rows: Sequence[Any] = document["models"]
    return rows


def _say(level: str, text: str) -> None:
    sys.stderr.write(f"{datetime.now(UTC):%Y/%m/%d %H:%M:%S} [{level}] {text}\n")
