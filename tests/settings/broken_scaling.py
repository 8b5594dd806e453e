"""Stack files that break the rules of scaling, each as changes to the dev stack, and the findings."""

from tests.settings.broken_gateway import ENVOY, behind
from tests.settings.broken_hosts import Rows

C, P = "speech:containers[0].scaling", "speech:monitoring.prometheus"
STREAMS = (f"{C}.by", "streams")
URL = {"url": "http://prometheus.monitoring:9090"}
CONTAINED = [STREAMS, behind(ENVOY)]


def asked(**more: object) -> tuple[str, object]:
    return "speech:monitoring", {"prometheus": {**URL, **more}}


COUNTED = [*CONTAINED, asked()]
"""A container that scales by streams."""

# rule, changes to the dev stack, path of the fault, words in it
FAULTS: Rows = [
    ("streams_are_counted_by_a_gateway", [STREAMS, asked()], f"{C}.by", '"streams" needs a gateway, which counts them'),
    ("streams_are_counted_by_a_gateway", [STREAMS, asked(), behind({"class_name": "istio", "policies": "none"})], f"{C}.by", "istio is of another: write  by: cpu"),
    ("somebody_has_the_count_of_streams", CONTAINED, P, "missing. KEDA asks it for streams"),
    ("who_asks_prometheus_shows_one_proof", [*CONTAINED, asked(authentication="bearer")], f"{P}.secret", "missing. Name the Secret that has token"),
    ("who_asks_prometheus_shows_one_proof", [*CONTAINED, asked(authentication="basic")], f"{P}.secret", "has username and password"),
    ("who_asks_prometheus_shows_one_proof", [*CONTAINED, asked(secret="a")], f"{P}.secret", "has no effect without  authentication: bearer  or basic"),
    ("spare_places_are_for_pods_that_come", [(C, {"by": "fixed", "spare_pods": 1})], f"{C}.spare_pods", "has no effect with  by: fixed, where no pod comes"),
    ("who_asks_prometheus_shows_one_proof", [*CONTAINED, asked(client_id="11111111-1111-4111-8111-111111111111")], f"{P}.client_id", "has no effect without  authentication: azure"),
]  # fmt: skip
WARNINGS: Rows = [
    ("somebody_has_the_count_of_streams", [asked()], P, "nobody asks it: no container has  scaling: {by: streams}"),
]
