"""Each container of the stack file: first with its pods, then as the plan has it."""

from dataclasses import dataclass

from speech.capacity.caches import cache
from speech.capacity.images import helper_images, image_of
from speech.capacity.placement import Place
from speech.capacity.plan import Cache, ContainerPlan
from speech.capacity.pods import PodDemand, pods_for
from speech.capacity.scaling import behavior, full_percent, target_percent, target_streams
from speech.capacity.volumes import volumes
from speech.catalog.kinds import Kind, kind
from speech.catalog.tags import tags
from speech.catalog.versions import is_before
from speech.settings.containers import Container, ScaleBy
from speech.settings.faults import Finding, InvalidStackError
from speech.settings.stack import Stack


@dataclass(frozen=True, slots=True)
class Sized:
    """One container with the facts of its kind, the pods that carry its demand, and the cache that they need."""

    container: Container
    facts: Kind
    pods: PodDemand
    cache: Cache | None

    @property
    def startup_minutes(self) -> int:
        """From the first pull to the first answer, on an empty volume."""
        return self.container.probes.startup_minutes or self.facts.startup_minutes + (self.facts.download_minutes or 0)


def sized(stack: Stack, zones: int) -> tuple[Sized, ...]:
    """Every container with its pods. Raises InvalidStackError with every one that cannot be met."""
    cache_image = helper_images(stack.registry).cache
    made, unmet = [], []
    for at, container in enumerate(stack.containers):
        facts = kind(container.kind)
        pods = pods_for(container, facts, zones, f"speech:containers[{at}]")
        if isinstance(pods, Finding):
            unmet.append(pods)
        else:
            made.append(Sized(container, facts, pods, cache(container, facts, cache_image)))
    if unmet:
        raise InvalidStackError(unmet)
    return tuple(made)


def container_plan(stack: Stack, each: Sized, place: Place) -> ContainerPlan:
    """One container in its place."""
    container, facts, pods = each.container, each.facts, each.pods
    version, image = container.image_version, image_of(container, stack.registry)
    by_streams, headroom = container.scaling.by is ScaleBy.STREAMS, container.scaling.headroom
    decoders_env = None if is_before(version, facts.first_versions.get("decoders", "0")) else facts.decoders_env
    return ContainerPlan(
        name=container.name,
        kind=container.kind,
        image=image,
        version=version,
        locale=container.locale,
        port=facts.port,
        scheme=facts.client_scheme + ("s" if place.entrance and place.entrance.tls else ""),
        host=place.host if facts.port else None,
        host_port=place.entrance.port if place.entrance else place.host_port,
        ssml_voice=_ssml_voice(container),
        shape=pods.shape,
        vendor=facts.size_row(version),
        streams=pods.streams.max,
        decoders=pods.streams_per_pod if decoders_env else None,
        decoders_env=decoders_env,
        streams_per_pod=pods.streams_per_pod,
        replicas=place.replicas,
        fixed=place.fixed,
        spare_pods=container.scaling.spare_pods,
        target_cpu_percent=target_percent(full_percent(container, facts, pods), headroom),
        target_streams=target_streams(pods.streams_per_pod, headroom) if by_streams and not facts.once else None,
        behavior=behavior(each.startup_minutes),
        run_as_user=container.run_as_user,
        waits=place.waits,
        startup_minutes=each.startup_minutes,
        liveness_minutes=container.probes.liveness_minutes,
        options=container.options,
        model=container.model,
        volumes=volumes(container, facts, image, disconnected=stack.billing.mode == "disconnected"),
        cache=each.cache,
        pool=place.pool,
        gpus=int(facts.gpu),
        once=facts.once,
        pair_with=container.pair_with,
    )


def _ssml_voice(container: Container) -> str | None:
    if container.voice is None or container.locale is None:
        return None
    return tags(container.kind).ssml_voice(container.locale, container.voice)
