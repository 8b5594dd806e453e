"""What a cluster's documents tell of a stack's containers. Pure: documents in, rows and problems out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from operations.status.causes import Around, told
from operations.status.finding import Part, Problem, Row, moment
from operations.status.pods import Documents, Item, condition_of, node_of, restarts, sign_of, waits_since
from speech.capacity.plan import ContainerPlan, Plan

_NAME = "app.kubernetes.io/name"
_MANY_RESTARTS = 3


@dataclass(frozen=True)
class Judge:
    """What is to be made of them."""

    plan: Plan
    found: Documents
    around: Around
    now: datetime

    def part(self) -> Part:
        """Everything."""
        problems = [*self._containers(), *self._jobs(), *self._autoscalers(), *self._nodes()]
        return Part(facts=self._facts(), rows=tuple(self._rows()), problems=tuple(problems))

    def _facts(self) -> dict[str, str]:
        nodes = self.found.nodes
        if not nodes:
            return {}
        ready = sum(condition_of(node, "Ready")[0] == "True" for node in nodes)
        return {"nodes": f"{ready} of {len(nodes)} ready"}

    def _rows(self) -> Iterator[Row]:
        for container in self.plan.containers:
            pods, ready = self._pods(container.name), self._ready(container.name)
            serving = [since for pod in ready if (since := condition_of(pod, "Ready")[1])]
            begun = [since for pod in pods if (since := moment(pod["metadata"].get("creationTimestamp")))]
            yield Row(
                name=container.name,
                image=container.image.rpartition("/")[2],
                ready=len(ready),
                wanted=self._wanted(container),
                most=container.replicas.max,
                restarts=sum(restarts(pod) for pod in pods),
                since=min(serving or begun, default=None),
                state=self._state(container, pods, ready),
            )

    def _state(self, container: ContainerPlan, pods: list[Item], ready: list[Item]) -> str:
        if container.once:
            return self._ran(container)
        signs = [sign.partition(":")[0] for pod in pods if (sign := sign_of(pod, container, self.found, self.now))]
        if len(ready) >= self._wanted(container):
            # Of an update that fails, the pods before it go on.
            return f"runs; {signs[0]}" if signs else "runs"
        return signs[0] if signs else "starts" if pods else "no pods"

    def _ran(self, container: ContainerPlan) -> str:
        jobs = [job for job in self.found.jobs if job["metadata"].get("labels", {}).get(_NAME) == container.name]
        ends = [kind for job in jobs for kind in ("Complete", "Failed") if condition_of(job, kind)[0] == "True"]
        return ends[-1].lower() if ends else "runs" if jobs else "has not run"

    def _containers(self) -> Iterator[Problem]:
        for container in self.plan.containers:
            if container.once:
                continue
            pods = self._pods(container.name)
            seen: dict[tuple[str, str], list[datetime | None]] = {}
            for pod in pods:
                if sign := sign_of(pod, container, self.found, self.now):
                    seen.setdefault(told(sign, container.name, self.around), []).append(waits_since(pod))
            if not seen and len(self._ready(container.name)) < self._wanted(container) and not pods:
                seen[self._no_pods(container)] = [None]
            for (said, remedy), since in seen.items():
                many = f"{len(since)} pods: " if len(since) > 1 else ""
                yield Problem(container.name, f"{many}{said}", remedy, min(filter(None, since), default=None))
            yield from self._restarted(container, pods, failing=bool(seen))

    def _restarted(self, container: ContainerPlan, pods: list[Item], *, failing: bool) -> Iterator[Problem]:
        count = max((restarts(pod) for pod in pods), default=0)
        if count >= _MANY_RESTARTS and not failing:
            said = f"it runs, after {count} restarts of one pod"
            yield Problem(container.name, said, self.around.logs.format(container=container.name), None, warns=True)

    def _no_pods(self, container: ContainerPlan) -> tuple[str, str]:
        deployment = next((one for one in self.found.deployments if one["metadata"]["name"] == container.name), None)
        if deployment is None:
            return "it is not in the cluster", f"pulumi up --refresh --stack {self.plan.stack}"
        for event in reversed(self.found.events):
            about = event.get("involvedObject", {}).get("name", "")
            if event.get("type") == "Warning" and about.startswith(f"{container.name}-"):
                return told(f"{event['reason']}: {event.get('message', '')}", container.name, self.around)
        return "it has no pods", self.around.events.format(container=container.name)

    def _jobs(self) -> Iterator[Problem]:
        for job in self.found.jobs:
            state, since, message = condition_of(job, "Failed")
            if state == "True":
                name = job["metadata"]["name"]
                words = next((self.found.last_words[pod["metadata"]["name"]] for pod in self._of_job(name)), "")
                said, _ = told(f"Error: {words}", name, self.around) if words else (message, "")
                remedy = f"pulumi up --stack {self.plan.stack}   runs it again"
                yield Problem(name, f"the run failed: {said}", remedy, since)

    def _of_job(self, name: str) -> list[Item]:
        label = "batch.kubernetes.io/job-name"
        pods = [pod for pod in self.found.pods if pod["metadata"].get("labels", {}).get(label) == name]
        return [pod for pod in pods if pod["metadata"]["name"] in self.found.last_words]

    def _autoscalers(self) -> Iterator[Problem]:
        for scaler in self.found.autoscalers:
            name, status = scaler["spec"]["scaleTargetRef"]["name"], scaler.get("status", {})
            most = scaler["spec"]["maxReplicas"]
            limited, since, _ = condition_of(scaler, "ScalingLimited")
            reason = next((c.get("reason") for c in status.get("conditions", ()) if c["type"] == "ScalingLimited"), "")
            if status.get("currentReplicas", 0) >= most > scaler["spec"].get("minReplicas", 1) and (
                limited != "False" and reason in {"", "TooManyReplicas"}
            ):
                yield Problem(
                    name,
                    f"its autoscaler is at its most, {most} pods: further streams are refused",
                    f"speech plan {self.plan.stack} --explain; then more demand or max_replicas, and  pulumi up",
                    since,
                    warns=True,
                )
            active, since, message = condition_of(scaler, "ScalingActive")
            if active == "False" and message:
                said = f"its autoscaler counts nothing: {message}"
                yield Problem(name, said, f"kubectl -n {self.around.namespace} describe hpa {name}", since)

    def _nodes(self) -> Iterator[Problem]:
        for node in self.found.nodes:
            name = node["metadata"]["name"]
            ready, since, message = condition_of(node, "Ready")
            if ready != "True":
                yield Problem(f"node {name}", f"it is not ready: {message}", f"kubectl describe node {name}", since)
            elif node.get("spec", {}).get("unschedulable"):
                yield from self._draining(name)

    def _draining(self, node: str) -> Iterator[Problem]:
        here = {pod["metadata"].get("labels", {}).get(_NAME) for pod in self.found.pods if node_of(pod) == node}
        for budget in self.found.budgets:
            name = budget["metadata"]["name"]
            if name in here and budget.get("status", {}).get("disruptionsAllowed") == 0:
                said = f"it is drained, and waits for {name}: its budget lets no pod go now"
                remedy = f"wait until every pod of {name} is ready: kubectl -n {self.around.namespace} get pdb,pods"
                yield Problem(f"node {node}", said, remedy, None, warns=True)

    def _pods(self, container: str) -> list[Item]:
        return [pod for pod in self.found.pods if pod["metadata"].get("labels", {}).get(_NAME) == container]

    def _ready(self, container: str) -> list[Item]:
        return [
            pod
            for pod in self._pods(container)
            if condition_of(pod, "Ready")[0] == "True" and "deletionTimestamp" not in pod["metadata"]
        ]

    def _wanted(self, container: ContainerPlan) -> int:
        """What the Deployment asks for now; the plan's least where it does not say."""
        if container.once:
            return 0
        found = [one for one in self.found.deployments if one["metadata"]["name"] == container.name]
        return int(found[0]["spec"].get("replicas", 1)) if found else container.replicas.min
