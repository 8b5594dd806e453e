"""Base and display models, as a custom container lists and downloads them from its account. The protocol is ours."""

import uuid
from collections.abc import Iterable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.arm.billing_host import TurnedAwayError, account_called, refused
from sandbox.arm.model import World
from sandbox.arm.store import Document

DISPLAY_TYPES = ("Punct", "Rescore", "Resegment", "Wfstitn")
_BASE = (
    ("20181201 v3.3", "2018-12-01T00:00:00Z"),
    ("20190520 v4.14 Unified", "2019-05-20T00:00:00Z"),
    ("20190701 v4.17 Unified", "2019-07-01T00:00:00Z"),
    ("20230111", "2023-01-11T00:00:00Z"),
)
"""Base models and their days. The first three: lineage of container 2.2.0 in the pages of 2019; the last is ours, one
that needs a 5.x container."""
_DISPLAY_DAY = "2022-07-12T00:00:00Z"
_LOCALES = frozenset(
    {
        "ar-eg", "de-de", "en-au", "en-gb", "en-in", "en-us", "es-es", "es-mx", "fr-ca", "fr-fr", "hi-in", "it-it",
        "ja-jp", "ko-kr", "nl-nl", "pt-br", "ru-ru", "sv-se", "zh-cn",
    }
)  # fmt: skip
_NAMESPACE = uuid.UUID("5b1f2a6c-3d4e-4f50-8a61-7b82c93d04e5")


def base_models(locale: str) -> list[Document]:
    """The base models of a locale, oldest first."""
    if locale.lower() not in _LOCALES:
        return []
    return [
        {
            "id": str(uuid.uuid5(_NAMESPACE, f"{locale.lower()} {name}")),
            "kind": "base",
            "name": name,
            "locale": locale.lower(),
            "created": created,
        }
        for name, created in _BASE
    ]


def display_models(locale: str, types: Iterable[str]) -> list[Document]:
    """The newest display model of each type in a locale."""
    if locale.lower() not in _LOCALES:
        return []
    return [
        _display(_digest(locale.lower(), type_), type_, locale.lower()) for type_ in types if type_ in DISPLAY_TYPES
    ]


def _display(model_id: str, type_: str, locale: str) -> Document:
    return {"id": model_id, "kind": "display", "type": type_, "locale": locale, "created": _DISPLAY_DAY}


def _digest(locale: str, type_: str) -> str:
    """64 hexadecimal digits, as the ids of display models have."""
    return uuid.uuid5(_NAMESPACE, f"{locale} {type_}").hex + uuid.uuid5(_NAMESPACE, f"{type_} {locale}").hex


class SpeechModels:
    """Lists and hands out models to containers with a key of the account."""

    def __init__(self, world: World) -> None:
        self._store = world.store

    @property
    def routes(self) -> list[Route]:
        """Lists by POST, one model by GET or POST."""
        return [
            Route("/sandbox/models", self.base, methods=["POST"]),
            Route("/sandbox/models/{id}", self.one, methods=["GET", "POST"]),
            Route("/sandbox/display-models", self.display, methods=["POST"]),
        ]

    async def base(self, request: Request) -> Response:
        """{locale} -> {models: [{id, locale, created, name, kind}]}; none for a locale without base models."""
        if answer := self._turned_away(request):
            return answer
        return JSONResponse({"models": base_models(str((await request.json()).get("locale", "")))})

    async def one(self, request: Request) -> Response:
        """A base or custom model by its id; 404 where there is none."""
        if answer := self._turned_away(request):
            return answer
        model_id = request.path_params["id"].lower()
        found = self._known(model_id)
        if found:
            return JSONResponse(found)
        return _not_found(model_id)

    async def display(self, request: Request) -> Response:
        """{locale, types} -> the newest of each type; {ids: {type: id}, or [id]} -> exactly these, 404 without one."""
        if answer := self._turned_away(request):
            return answer
        wanted = await request.json()
        ids = wanted.get("ids")
        if ids is None:
            types = [str(each) for each in wanted.get("types", ())]
            every = "FullDisplay" in types
            return JSONResponse(
                {"models": display_models(str(wanted.get("locale", "")), DISPLAY_TYPES if every else types)}
            )
        known = {each["id"]: each for locale in _LOCALES for each in display_models(locale, DISPLAY_TYPES)}
        known |= {key: each for key, each in self._set().items() if each.get("kind") == "display"}
        asked = [str(each).lower() for each in (ids.values() if isinstance(ids, Mapping) else ids)]
        missing = [each for each in asked if each not in known]
        return _not_found(missing[0]) if missing else JSONResponse({"models": [known[each] for each in asked]})

    def _known(self, model_id: str) -> Document | None:
        """Of the tables; of the setting `models`; without that setting, every GUID is somebody's custom model."""
        base = {each["id"]: each for locale in _LOCALES for each in base_models(locale)}
        known = {**base, **self._set()}
        if model_id in known:
            return dict(known[model_id])
        if self._set() or not _is_guid(model_id):
            return None
        return {"id": model_id, "kind": "custom", "locale": "en-us", "created": _BASE[2][1]}

    def _set(self) -> dict[str, Document]:
        given: Document = self._store.setting("models", {})
        return {
            key.lower(): {"id": key.lower(), "kind": "custom", "locale": "en-us", "created": _BASE[2][1], **each}
            for key, each in given.items()
        }

    def _turned_away(self, request: Request) -> Response | None:
        """Refused at the door; and a DC0 account, which has no models (speech-container-cstt: two accounts)."""
        try:
            account = account_called(self._store, request)
            if account.document["sku"]["name"] == "DC0":
                text = (
                    f"The account {account.name} of SKU DC0 can neither train nor download models: take the S0 account "
                    "in which the model was trained."
                )
                raise refused("SkuNotEligible", text)
        except TurnedAwayError as turned:
            return turned.answer
        return None


def _not_found(model_id: str) -> Response:
    return JSONResponse({"error": {"code": "NotFound", "message": f"There is no model {model_id}."}}, 404)


def _is_guid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
