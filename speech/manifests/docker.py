"""What runs on a Docker host, whichever way it is written down: one step a container, in the order of their start."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from speech.capacity.plan import ContainerPlan, Plan, Volume
from speech.catalog.kinds import kind
from speech.manifests.arguments import API_KEY, Surface, Word, downloads, license_download, secrets, serving, variables
from speech.manifests.cache import bounds

GUARD = "avx2-guard"
GUARD_CHECK = (
    "grep -q -m1 -w avx2 /proc/cpuinfo || "
    "{ echo 'This host has no AVX2, which Speech containers need: choose another processor.'; exit 1; }"
)
# Nobody documents the number of the images' user, and a new volume belongs to root.
_OPEN_VOLUMES = "chmod 0777 /volumes/*"
_CACHE_ARGUMENTS = ("--save", "", "--appendonly", "no")
BILLING = "SPEECH_BILLING"
KEY = "SPEECH_API_KEY"
MODEL_BILLING = "SPEECH_MODEL_BILLING"
MODEL_KEY = "SPEECH_MODEL_API_KEY"


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the key file: what neither the compose file nor a script holds."""

    name: str


@dataclass(frozen=True, slots=True)
class Step:
    """One container on the host. `words` may hold Variables; whoever writes the step down refers to them."""

    name: str
    image: str
    words: tuple[tuple[str, "str | Variable | None"], ...] = ()
    """(name, value) in order; a value of None is a bare word."""
    script: str | None = None
    """For `sh -c`, in place of words."""
    command: tuple[str, ...] = ()
    """Plain arguments, in place of words."""
    variables: tuple[tuple[str, str], ...] = ()
    ports: tuple[int, int] | None = None
    """Host's and container's."""
    cpu: float | None = None
    memory_gib: float | None = None
    gpus: int = 0
    volumes: tuple[tuple[str, str], ...] = ()
    """(name, path in the container)."""
    as_root: bool = False
    after: tuple[str, ...] = ()
    """Steps that must have ended well."""
    beside: tuple[str, ...] = ()
    """Steps that must have begun."""
    once: bool = False
    """Runs to its end."""
    by_hand: bool = False
    """Runs when somebody asks for it."""
    ready_path: str | None = None
    private: tuple[str, ...] = ()
    """Networks of which nobody else is a part."""


def steps(plan: Plan, no_proxy: str = "") -> list[Step]:
    """Guard and volumes, downloads, caches, and what serves; each after what it needs."""
    volumes = [volume for container in plan.containers for volume in container.volumes]
    made = [Step(GUARD, plan.images.guard, script=GUARD_CHECK, once=True)]
    if volumes:
        made.append(_open(plan, volumes))
    ready = tuple(step.name for step in made)
    for container in plan.containers:
        made += _container(plan, container, ready, no_proxy)
    return made


def key_file(plan: Plan) -> dict[str, str]:
    """The variables of the key file, each with what belongs there."""
    found = {BILLING: "endpoint of the Speech account", KEY: "key of the Speech account"}
    if plan.disconnected and any(container.model for container in plan.containers):
        found |= {MODEL_BILLING: "endpoint of the model account", MODEL_KEY: "key of the model account"}
    for container in plan.containers:
        found |= {
            _option_variable(container, entry): f"{container.name}: options.{path}"
            for entry, path in secrets(container.options).items()
        }
    return found


def option_variables(plan: Plan) -> Iterator[tuple[int, str, str]]:
    """(place in the stack file, path below the container's options, variable) of each secret of an option."""
    for at, container in enumerate(plan.containers):
        for entry, path in secrets(container.options).items():
            yield at, path, _option_variable(container, entry)


def _open(plan: Plan, volumes: Sequence[Volume]) -> Step:
    mounts = tuple((volume.name, f"/volumes/{volume.name}") for volume in volumes)
    return Step(
        "volumes", plan.images.guard, script=_OPEN_VOLUMES, volumes=mounts, as_root=True, after=(GUARD,), once=True
    )


def _container(plan: Plan, container: ContainerPlan, ready: tuple[str, ...], no_proxy: str) -> Iterator[Step]:
    facts, name = kind(container.kind), container.name
    cache = f"{name}-cache" if container.cache else None
    surface = Surface(
        billing=Variable(BILLING),
        no_proxy=no_proxy,
        cache=f"{cache}:{container.cache.port}" if container.cache else None,
    )
    common = tuple((word.name, str(word.value)) for word in variables(container, surface))
    volumes = tuple((volume.name, volume.path) for volume in container.volumes)
    before = ready
    for step, words in _downloads(plan, container, surface):
        yield Step(
            step, container.image, words=words, variables=common, volumes=volumes, after=before, once=True,
            cpu=container.shape.cpu, memory_gib=container.shape.memory_gib,
        )  # fmt: skip
        before = (*before, step)
    if container.cache and cache:
        yield Step(
            cache, container.cache.image, command=(*_CACHE_ARGUMENTS, *bounds(container.cache)), private=(cache,),
            cpu=container.cache.shape.cpu, memory_gib=container.cache.shape.memory_gib,
        )  # fmt: skip
    host_port = (container.host_port, container.port) if container.host_port and container.port else None
    yield Step(
        name=name,
        image=container.image,
        words=_written(serving(container, surface, disconnected=plan.disconnected), container),
        variables=common,
        ports=host_port,
        cpu=container.shape.cpu,
        memory_gib=container.shape.memory_gib,
        gpus=container.gpus,
        volumes=volumes,
        after=before,
        beside=(cache,) if cache else (),
        once=facts.once,
        by_hand=facts.once,
        ready_path=facts.readiness_path(container.version) if container.port else None,
        private=(cache,) if cache else (),
    )


Words = tuple[tuple[str, str | Variable | None], ...]


def _downloads(plan: Plan, container: ContainerPlan, surface: Surface) -> Iterator[tuple[str, Words]]:
    """The runs that must end before the container serves.

    A connected custom container downloads its own model at its first start; only display models need runs of their
    own, since one run obeys one group of models.
    """
    groups = downloads(container, surface)
    for number, words in enumerate(groups if plan.disconnected else groups[1:]):
        source = _of_model_account(_written(words, container)) if plan.disconnected else _written(words, container)
        yield f"{container.name}-models-{number + 1}", source
    if plan.disconnected:
        yield f"{container.name}-license", _written(license_download(container, surface), container)


def _of_model_account(words: Words) -> Words:
    other = {Variable(BILLING): Variable(MODEL_BILLING), Variable(KEY): Variable(MODEL_KEY)}
    return tuple((name, other.get(value, value) if isinstance(value, Variable) else value) for name, value in words)


def _written(words: Sequence[Word], container: ContainerPlan) -> Words:
    return tuple((word.name, _value(word, container)) for word in words)


def _value(word: Word, container: ContainerPlan) -> "str | Variable | None":
    if word.secret == API_KEY:
        return Variable(KEY)
    if word.secret:
        return Variable(_option_variable(container, word.secret))
    return word.value if word.value is None or isinstance(word.value, Variable) else str(word.value)


def _option_variable(container: ContainerPlan, entry: str) -> str:
    return f"SPEECH_{container.name}_{entry}".upper().replace("-", "_")
