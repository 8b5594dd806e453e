"""Nodes that Azure may take away: pools, taints and the pods that stand them."""

from speech.manifests.document import POOL_LABEL
from tests.components.deployed import deployed
from tests.components.recording import Recording

TAINT = "kubernetes.azure.com/scalesetpriority"


def spot() -> Recording:
    return deployed(("speech:target.spot", True), ("speech:acknowledge", ["spot-nodes"]))


def test_a_spot_pool_is_evicted_by_deletion_at_no_price_of_its_own() -> None:
    pool = spot().one("azure-native:containerservice:AgentPool").inputs
    assert (pool["scaleSetPriority"], pool["scaleSetEvictionPolicy"], pool["spotMaxPrice"]) == ("Spot", "Delete", -1)
    assert f"{TAINT}=spot:NoSchedule" in pool["nodeTaints"], "AKS puts it there: what differs would be taken away again"
    assert pool["nodeLabels"][TAINT] == "spot"
    assert "upgradeSettings" not in pool, "Azure refuses a surge of spot nodes"


def test_pods_of_a_spot_pool_tolerate_its_taint_and_stay_in_their_pool() -> None:
    pod = spot().one("kubernetes:apps/v1:Deployment").inputs["spec"]["template"]["spec"]
    assert {"key": TAINT, "operator": "Equal", "value": "spot", "effect": "NoSchedule"} in pod["tolerations"]
    assert pod["tolerations"][0]["key"] == POOL_LABEL


def test_other_pools_and_the_system_pool_know_nothing_of_spot() -> None:
    usual = deployed().one("azure-native:containerservice:AgentPool").inputs
    assert not {"scaleSetPriority", "scaleSetEvictionPolicy", "spotMaxPrice"} & set(usual)
    cluster = spot().one("azure-native:containerservice:ManagedCluster").inputs
    assert "scaleSetPriority" not in cluster["agentPoolProfiles"][0]
