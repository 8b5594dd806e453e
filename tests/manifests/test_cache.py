"""The cache that diarization needs beside its container."""

from dataclasses import replace
from typing import Any

from speech.capacity.plan import Cache, Plan, PodShape
from speech.manifests import cache
from speech.manifests.document import Document
from speech.manifests.policies import network_policies
from speech.manifests.workload import deployment
from tests.manifests.made import planned, wired
from tests.manifests.network import Outside, Pod, allowed

C = "speech:containers[0]"
IMAGE = "docker.io/valkey/valkey:8.1.10-alpine"
DIARIZING = {"kind": "speech-to-text", "locale": "en-US", "version": "5.1.0", "demand": {"concurrent_streams": 1}}


def stack() -> Plan:
    """Two containers that tell speakers apart, each with a cache of its own."""
    containers = [{"name": name, **DIARIZING, "options": {"diarization": {}}} for name in ("meeting", "court")]
    made = planned(("speech:containers", containers))
    own = Cache(IMAGE, PodShape(0.25, 1), 6379)
    return replace(made, containers=tuple(replace(container, cache=own) for container in made.containers))


def documents() -> tuple[Any, Any]:
    made = stack()
    service, deployed = cache.documents(made.containers[0], wired(made))
    return service, deployed


def pod(document: Document) -> Pod:
    return Pod("speech", document["spec"]["template"]["metadata"]["labels"])


def test_the_container_finds_its_cache_by_the_name_that_it_is_told() -> None:
    service, deployed = documents()
    made = stack()
    args = deployment(made.containers[0], wired(made))["spec"]["template"]["spec"]["containers"][0]["args"]
    name, port = service["metadata"]["name"], service["spec"]["ports"][0]["port"]
    assert f"InClusterRedisCacheEndpoint={name}.speech.svc.cluster.local:{port}" in args
    assert "InClusterRedisCacheEnabled=true" in args
    assert service["spec"]["selector"].items() <= pod(deployed).labels.items()


def test_a_container_that_needs_no_cache_gets_none() -> None:
    made = planned()
    assert cache.documents(made.containers[0], wired(made)) == []


def test_only_the_pods_of_its_own_container_reach_it() -> None:
    """Row: diarization on 5.1.0+ with the cache deployed beside it and closed off by NetworkPolicy."""
    made = stack()
    policies = network_policies(made, wired(made))
    meeting, court = (pod(deployment(container, wired(made))) for container in made.containers)
    store, other = (pod(cache.documents(container, wired(made))[1]) for container in made.containers)
    assert allowed(policies, meeting, store, 6379)
    assert not allowed(policies, court, store, 6379)
    assert not allowed(policies, meeting, other, 6379)
    assert not allowed(policies, Pod("default", {"app": "shop"}), store, 6379)
    assert not allowed(policies, Outside("203.0.113.9"), store, 6379)
    assert not allowed(policies, meeting, store, 22)


def test_it_calls_nobody() -> None:
    made = stack()
    policies, store = network_policies(made, wired(made)), pod(documents()[1])
    assert not allowed(policies, store, Outside("20.61.99.10"), 443)
    assert not allowed(policies, store, pod(deployment(made.containers[0], wired(made))), 5000)


def test_no_client_of_the_container_is_led_to_its_cache() -> None:
    made = stack()
    selector = deployment(made.containers[0], wired(made))["spec"]["selector"]["matchLabels"]
    assert not selector.items() <= pod(documents()[1]).labels.items()


def test_it_writes_nothing_down_and_drops_the_oldest_before_its_memory_is_full() -> None:
    (container,) = documents()[1]["spec"]["template"]["spec"]["containers"]
    args = container["args"]
    given = dict(zip(args[::2], args[1::2], strict=True))
    assert (given["--save"], given["--appendonly"]) == ("", "no")
    assert (given["--maxmemory"], given["--maxmemory-policy"]) == ("768mb", "allkeys-lru")
    assert container["resources"]["limits"]["memory"] == "1024Mi"
    assert "volumeMounts" not in container


def test_it_would_pass_the_restricted_pod_security_standard() -> None:
    found = documents()[1]["spec"]["template"]["spec"]
    (container,) = found["containers"]
    assert found["securityContext"]["runAsNonRoot"] is True
    assert found["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert found["automountServiceAccountToken"] is False


def test_the_autoscaler_takes_no_node_from_under_sessions_or_downloads() -> None:
    made = stack()
    own = deployment(made.containers[0], wired(made))["spec"]["template"]["metadata"]["annotations"]
    found = documents()[1]["spec"]["template"]["metadata"]["annotations"]
    evictable = "cluster-autoscaler.kubernetes.io/safe-to-evict"
    assert (own[evictable], found[evictable]) == ("true", "false")


def test_two_of_it_never_run_at_once() -> None:
    spec = documents()[1]["spec"]
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})


def test_it_runs_where_its_container_does() -> None:
    made = stack()
    own = deployment(made.containers[0], wired(made))["spec"]["template"]["spec"]
    found = documents()[1]["spec"]["template"]["spec"]
    assert (found["nodeSelector"], found["tolerations"]) == (own["nodeSelector"], own["tolerations"])
