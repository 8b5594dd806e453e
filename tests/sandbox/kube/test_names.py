"""The names of Services lead to the processes behind them."""

from typing import Any

import pytest

from sandbox.kube.names import Serving, table

POD = Serving("speech", {"app": "transcribe"}, {5000: 40001}, {"http": 5000})
OTHER = Serving("cache", {"app": "cache"}, {6379: 40002}, {})


def service(name: str, namespace: str, port: dict[str, Any], app: str, **spec: Any) -> dict[str, Any]:
    spec = {"selector": {"app": app}, "ports": [port], **spec}
    return {"metadata": {"name": name, "namespace": namespace}, "spec": spec}


def test_a_service_has_its_four_names_in_its_own_namespace() -> None:
    found = table(POD, [service("stt", "speech", {"port": 80, "targetPort": 5000}, "transcribe")], [POD])
    own = {"localhost:5000", "127.0.0.1:5000"}
    hosts = {"stt:80", "stt.speech:80", "stt.speech.svc:80", "stt.speech.svc.cluster.local:80"}
    assert found == dict.fromkeys(own | hosts, "127.0.0.1:40001")


def test_a_service_of_another_namespace_has_no_short_name() -> None:
    found = table(POD, [service("cache", "cache", {"port": 6379}, "cache")], [POD, OTHER])
    assert "cache:6379" not in found
    assert found["cache.cache.svc:6379"] == "127.0.0.1:40002"


@pytest.mark.parametrize(("target", "leads"), [("http", True), (5000, True), ("metrics", False), (5003, False)])
def test_a_target_port_is_where_the_container_listens(target: str | int, leads: bool) -> None:
    found = table(POD, [service("stt", "speech", {"port": 80, "targetPort": target}, "transcribe")], [POD])
    assert ("stt:80" in found) == leads


def test_a_headless_service_has_the_ports_of_its_pods() -> None:
    port = {"port": 80, "targetPort": "http"}
    found = table(POD, [service("stt", "speech", port, "transcribe", clusterIP="None")], [POD])
    assert found["stt:5000"] == "127.0.0.1:40001"
    assert "stt:80" not in found


def test_a_service_that_selects_nobody_leads_nowhere() -> None:
    services = [
        service("stt", "speech", {"port": 80}, "absent"),
        service("ours", "cache", {"port": 5000}, "transcribe"),
    ]
    assert table(POD, services, [POD]).keys() == {"localhost:5000", "127.0.0.1:5000"}
