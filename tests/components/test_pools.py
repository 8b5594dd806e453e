"""Containers that share nodes of several sizes."""

from tests.capacity.kinds_of_all import LANGUAGE, STT
from tests.components.deployed import deployed

MANY = {**LANGUAGE, "demand": {"concurrent_streams": 80}}


def test_each_pool_is_made_and_each_container_runs_in_its_own() -> None:
    made = deployed(("speech:containers", [STT, MANY]), ("speech:network", {}))
    pools = {pool.inputs["vmSize"]: pool.inputs for pool in made.all("azure-native:containerservice:AgentPool")}
    assert len(pools) == 2
    names = {pool["agentPoolName"] for pool in pools.values()}
    assert len(names) == 2
    chosen = {}
    for each in made.all("kubernetes:apps/v1:Deployment"):
        pod = each.inputs["spec"]["template"]["spec"]
        chosen[each.inputs["metadata"]["name"]] = pod["nodeSelector"]["speech-containers/pool"]
        assert [taint["value"] for taint in pod["tolerations"]] == [chosen[each.inputs["metadata"]["name"]]]
    assert set(chosen.values()) == names
    first = next(name for name in names if chosen["transcribe-en"] == name)
    assert first.startswith("speech")
    assert not first.startswith("speech2")


def test_pools_are_made_side_by_side_with_what_the_plan_gives_each() -> None:
    made = deployed(("speech:containers", [STT, MANY]), ("speech:network", {}))
    for pool in made.all("azure-native:containerservice:AgentPool"):
        assert pool.inputs["minCount"] <= pool.inputs["maxCount"] - 1, "one more for rollouts"
        assert pool.inputs["nodeLabels"]["speech-containers/pool"] == pool.inputs["agentPoolName"]


def test_pools_come_one_after_another() -> None:
    # AKS changes one pool at a time: another PUT meanwhile is 409 OperationNotAllowed, which the plugin does not retry.
    made = deployed(("speech:containers", [STT, MANY]), ("speech:network", {}))
    pools = {each.name: each for each in made.all("azure-native:containerservice:AgentPool")}
    assert set(pools) == {"speech-speech-pool", "speech-speech2-pool"}
    waits = {name: {before._name for before in each.opts.depends_on or []} for name, each in pools.items()}
    assert "speech-speech-pool" in waits["speech-speech2-pool"]
    assert "speech-speech2-pool" not in waits["speech-speech-pool"]
