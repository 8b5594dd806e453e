"""The three services that know facts, as local HTTP servers: what is asked of them is kept, what they answer is set."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

Answer = tuple[int, dict[str, str], Any]
"""Status, headers, JSON."""


@dataclass
class Double:
    """One service: `answer` takes path and query of a request."""

    answer: Callable[[str, dict[str, str]], Answer]
    asked: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)
    """Path, query, headers."""
    url: str = ""

    @contextmanager
    def running(self) -> Iterator["Double"]:
        double = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = {key: values[0] for key, values in parse_qs(parts.query).items()}
                double.asked.append((parts.path, query, dict(self.headers)))
                status, headers, content = double.answer(parts.path, query)
                body = content if isinstance(content, bytes) else json.dumps(content).encode()
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_HEAD = do_GET  # noqa: N815  # as the library calls it

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = False
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


# --- the Retail Prices API

PAGE = 5
"""Items of a page: few, so that every answer has several."""


def item(name: str, usd: float, region: str = "westeurope", **more: Any) -> dict[str, Any]:
    """The Linux price of a size as the API writes it."""
    short = name.removeprefix("Standard_").replace("_", " ")
    return {
        "currencyCode": "USD",
        "tierMinimumUnits": 0.0,
        "retailPrice": usd,
        "unitPrice": usd,
        "armRegionName": region,
        "effectiveStartDate": "2024-01-01T00:00:00Z",
        "productName": "Virtual Machines Some Series",
        "skuName": short,
        "meterName": short,
        "serviceName": "Virtual Machines",
        "unitOfMeasure": "1 Hour",
        "type": "Consumption",
        "isPrimaryMeterRegion": True,
        "armSkuName": name,
        **more,
    }


def meter(
    service: str, product: str, sku: str, name: str, unit: str, usd: float, region: str = "westeurope"
) -> dict[str, Any]:
    """Any other price."""
    return item(
        "", usd, region, serviceName=service, productName=product, skuName=sku, meterName=name, unitOfMeasure=unit
    )


def retail(items: list[dict[str, Any]]) -> Double:
    """Filters as the API does, by `eq`, `and` and `or`, and pages."""

    def answer(path: str, query: dict[str, str]) -> Answer:
        if path != "/api/retail/prices":
            return 404, {}, {}
        found = [each for each in items if _matches(each, query["$filter"])]
        start = int(query.get("$skip", 0))
        rest = f"/api/retail/prices?%24filter={quote(query['$filter'])}&%24skip={start + PAGE}"
        following = f"https://prices.azure.com:443{rest}" if start + PAGE < len(found) else None
        page = found[start : start + PAGE]
        return 200, {}, {"BillingCurrency": "USD", "Items": page, "NextPageLink": following, "Count": len(page)}

    return Double(answer)


def _matches(each: dict[str, Any], where: str) -> bool:
    either = re.search(r"\(([^)]*)\)", where)
    terms = re.sub(r" and \([^)]*\)", "", where).split(" and ")
    return all(_equal(each, term) for term in terms) and (
        either is None or any(_equal(each, term) for term in either[1].split(" or "))
    )


def _equal(each: dict[str, Any], term: str) -> bool:
    name, _, value = term.partition(" eq ")
    return bool(each["type" if name == "priceType" else name] == value.strip("'"))


# --- Microsoft.Compute


def sku(name: str, family: str, vcpus: int, memory: float, **more: str | None) -> dict[str, Any]:
    """A size as Microsoft.Compute lists it, in three zones."""
    able = {
        "vCPUs": str(vcpus),
        "MemoryGB": f"{memory:g}",
        "CpuArchitectureType": "x64",
        "MaxResourceVolumeMB": "0",
        **more,
    }
    return {
        "resourceType": "virtualMachines",
        "name": name,
        "tier": "Standard",
        "family": family,
        "locations": ["westeurope"],
        "locationInfo": [{"location": "westeurope", "zones": ["1", "3", "2"], "zoneDetails": []}],
        "capabilities": [{"name": key, "value": value} for key, value in able.items() if value is not None],
        "restrictions": [],
    }


def compute(skus: list[dict[str, Any]]) -> Double:
    """Two pages."""

    def answer(path: str, query: dict[str, str]) -> Answer:
        assert path.endswith("/providers/Microsoft.Compute/skus")
        disks = {"resourceType": "disks", "name": "Premium_LRS"}
        if "$skiptoken" in query:
            return 200, {}, {"value": skus[1:]}
        following = f"https://management.azure.com{path}?api-version=2021-07-01&%24skiptoken=2"
        return 200, {}, {"value": [disks, *skus[:1]], "nextLink": following}

    return Double(answer)


# --- a registry


def registry(tags: dict[str, list[str]], page: int = 40) -> Double:
    """Tag lists by the repository's last name, paged by n, last and Link; no other repository exists."""

    def answer(path: str, query: dict[str, str]) -> Answer:
        found = re.fullmatch(r"/v2/(.+)/tags/list", path)
        name = found[1].rpartition("/")[2] if found else ""
        if name not in tags:
            return 404, {}, {"errors": [{"code": "NAME_UNKNOWN"}]}
        rest = [tag for tag in sorted(tags[name]) if tag > query.get("last", "")]
        shown = rest[: min(page, int(query["n"]))]
        link = {"Link": f'<{path}?last={shown[-1]}&n={query["n"]}>; rel="next"'} if len(shown) < len(rest) else {}
        return 200, link, {"name": found[1] if found else "", "tags": shown}

    return Double(answer)
