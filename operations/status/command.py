"""What `speech status` asks, side by side, and the report that comes of it."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from operations.azure import Azure, NoAzureError, azure
from operations.stack_outputs import NoOutputsError, outputs
from operations.status import account, asking, cluster, deep, groups, updates
from operations.status.causes import Around
from operations.status.finding import BY_HAND, UNKNOWN, Part, Report, Row
from operations.verify import kube
from speech.capacity.plan import Plan
from speech.settings.stack import Stack

_TARGETS = {
    "aks": "AKS",
    "kubernetes": "Kubernetes",
    "container-instances": "Container Instances",
    "docker": "Docker",
}
_CLUSTERS = {"aks", "kubernetes"}


@dataclass(frozen=True)
class Question:
    """A stack, and how much is asked."""

    stack: Stack
    plan: Plan
    project: Path
    deep: bool = False
    """Also what /status of each container says."""
    context: str | None = None
    """Of the user's own kubeconfig, in the place of the stack's."""

    @property
    def around(self) -> Around:
        """What remedies name."""
        plan = self.plan
        namespace, group = plan.names["namespace"], plan.names["resource_group"]
        if plan.target in _CLUSTERS:
            logs = f"kubectl -n {namespace} logs deployment/{{container}} --tail 50"
            return Around(plan.stack, namespace, logs, f"kubectl -n {namespace} describe pods,events")
        logs = f"az container logs -g {group} -n {{container}} --container-name speech"
        return Around(plan.stack, namespace, logs, f"az container show -g {group} -n {{container}}")


def report(asked: Question, tell: Callable[[str], None]) -> Report:
    """Asks everybody at once. Who does not answer is named in the report."""
    plan, now = asked.plan, datetime.now(tz=UTC)
    tell("the engine is asked for outputs and updates")
    with ThreadPoolExecutor(max_workers=4) as pool:
        engine = pool.submit(_unless, lambda: asking.engine(plan.stack, asked.project))
        place = pool.submit(_azure, asked)
        told, why = _outputs(asked)
        tell("Azure and the host are asked")
        host = pool.submit(lambda: _host(asked, told, why, place.result(), now))
        of_account = pool.submit(_account_found, asked, told, place)
        whole = pool.submit(_inside, asked, told)
        history, resources = engine.result()[0] or ([], [])
        unknown = [found for found in (engine.result()[1], why) if found]
        parts = [
            updates.last_update(plan.stack, history) if engine.result()[1] is None else Part(),
            _judged_account(
                asked, of_account.result(), updates.key_since(resources, asked.stack.billing.active_key), now
            ),
            host.result(),
            whole.result(),
        ]
    return _joined(asked, parts, unknown)


def _joined(asked: Question, parts: list[Part], unknown: list[str]) -> Report:
    problems = sorted((one for part in parts for one in part.problems), key=lambda one: one.warns)
    return Report(
        stack=asked.plan.stack,
        where=f"{_TARGETS[asked.plan.target]} in {asked.plan.location}",
        facts={key: value for part in parts for key, value in part.facts.items()},
        rows=tuple(row for part in parts for row in part.rows),
        problems=tuple(problems),
        unknown=tuple(dict.fromkeys([*unknown, *(one for part in parts for one in part.unknown)])),
    )


def _outputs(asked: Question) -> tuple[dict[str, Any], str | None]:
    try:
        return outputs(asked.plan.stack, asked.project), None
    except NoOutputsError as error:
        return {}, f"the stack's outputs: {error}"


def _azure(asked: Question) -> Azure | str:
    try:
        return azure(asked.stack.location)
    except NoAzureError as error:
        return str(error)


def _account_found(asked: Question, told: Mapping[str, Any], place: Any) -> account.Found | str | None:  # noqa: ANN401
    """None for an account that is not the stack's."""
    if asked.stack.account.mode != "create":
        return None
    found = place.result()
    if isinstance(found, str):
        return f"the account: {found}"
    key = asked.stack.billing.active_key
    value = dict(told.get("keys") or {}).get(key)
    names = asked.plan.names
    try:
        return asking.account(found, names["resource_group"], names["account"], (key, str(value)) if value else None)
    except asking.UnknownError as error:
        return str(error)


def _judged_account(
    asked: Question, found: account.Found | str | None, key_since: datetime | None, now: datetime
) -> Part:
    if isinstance(found, str):
        return Part(unknown=(found,))
    if found is None:
        return Part(facts={"account": "of somebody else's: not looked at"})
    return account.judged(asked.stack, asked.plan, found, key_since, now)


def _host(asked: Question, told: Mapping[str, Any], why: str | None, place: Azure | str, now: datetime) -> Part:
    try:
        return _HOSTS[asked.plan.target](asked, told, why, place, now)
    except (kube.NoClusterError, asking.UnknownError) as error:
        return Part(rows=_unknown_rows(asked.plan), unknown=(str(error),))


def _cluster(asked: Question, told: Mapping[str, Any], why: str | None, _: Azure | str, now: datetime) -> Part:
    plan = asked.plan
    if why and plan.target == "aks" and asked.context is None:
        raise asking.UnknownError("the cluster: its kubeconfig is one of the stack's outputs; --context takes your own")
    documents, unknown = asking.cluster(kube.cluster(asked.stack, plan, told, asked.project, asked.context))
    found = cluster.Judge(plan, documents, asked.around, now).part()
    return Part(found.facts, found.rows, found.problems, tuple(unknown))


def _groups(asked: Question, _: Mapping[str, Any], __: str | None, place: Azure | str, ___: datetime) -> Part:
    if isinstance(place, str):
        raise asking.UnknownError(f"container groups: {place}")
    return groups.Judge(asked.plan, asking.groups(place, asked.plan), asked.around).part()


def _docker(asked: Question, _: Mapping[str, Any], __: str | None, ___: Azure | str, ____: datetime) -> Part:
    where = "Docker hosts: look there with  docker compose ps  and  docker compose logs --tail 50"
    return Part(rows=_unknown_rows(asked.plan, BY_HAND), unknown=(where,))


_HOSTS: dict[str, Callable[[Question, Mapping[str, Any], str | None, Azure | str, datetime], Part]] = {
    "aks": _cluster,
    "kubernetes": _cluster,
    "container-instances": _groups,
    "docker": _docker,
}


def _unknown_rows(plan: Plan, state: str = UNKNOWN) -> tuple[Row, ...]:
    return tuple(
        Row(one.name, one.image.rpartition("/")[2], 0, one.replicas.min, one.replicas.max, 0, None, state)
        for one in plan.containers
    )


def _unless(ask: Callable[[], Any]) -> tuple[Any, str | None]:
    try:
        return ask(), None
    except asking.UnknownError as error:
        return None, str(error)


def _inside(asked: Question, told: Mapping[str, Any]) -> Part:
    return deep.states(asked.stack, asked.plan, told, asked.project, asked.context) if asked.deep else Part()
