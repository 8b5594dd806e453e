"""A compose file: the containers of a stack on one Docker host."""

from typing import Any

from speech.capacity.plan import Plan
from speech.manifests.docker import Step, Variable, steps

PLATFORM = "linux/amd64"
_DEFAULT_NETWORK = "default"


def compose(plan: Plan, no_proxy: str = "") -> dict[str, Any]:
    """The compose file's document. Endpoint and keys stand in the key file `.env`, to which it only refers."""
    made = steps(plan, no_proxy)
    volumes: dict[str, dict[str, str]] = {volume: {} for step in made for volume, _ in step.volumes}
    networks = {network: {"internal": True} for step in made for network in step.private}
    minutes = plan.grace_seconds // 60
    return {
        "name": plan.names["namespace"],
        "services": {step.name: _service(step, minutes) for step in made},
        **({"volumes": volumes} if volumes else {}),
        **({"networks": networks} if networks else {}),
    }


def _service(step: Step, grace_minutes: int) -> dict[str, Any]:
    return {
        "image": step.image,
        "platform": PLATFORM,
        **_process(step),
        **_size(step),
        **({"volumes": [f"{volume}:{path}" for volume, path in step.volumes]} if step.volumes else {}),
        **_order(step),
        **(_clients(step, grace_minutes) if step.ports else {}),
        **_networks(step),
        **({"profiles": ["by-hand"]} if step.by_hand else {}),
        "restart": "no" if step.once else "unless-stopped",
    }


def _process(step: Step) -> dict[str, Any]:
    user = {"user": "0:0"} if step.as_root else {}
    if step.script:
        return {"entrypoint": ["sh", "-c"], "command": [_plain(step.script)], **user}
    words = [_word(name, value) for name, value in step.words] or [_plain(argument) for argument in step.command]
    variables = {name: _plain(value) for name, value in step.variables}
    return {"command": words, **({"environment": variables} if variables else {}), **user}


def _size(step: Step) -> dict[str, Any]:
    gpus = {"gpus": [{"driver": "nvidia", "count": step.gpus}]} if step.gpus else {}
    if step.cpu is None or step.memory_gib is None:
        return gpus
    return {"cpus": step.cpu, "mem_limit": f"{step.memory_gib * 1024:.0f}m", **gpus}


def _order(step: Step) -> dict[str, Any]:
    needs = {other: {"condition": "service_completed_successfully"} for other in step.after}
    needs |= {other: {"condition": "service_started"} for other in step.beside}
    return {"depends_on": needs} if needs else {}


def _clients(step: Step, grace_minutes: int) -> dict[str, Any]:
    if step.ports is None or step.ready_path is None:
        return {}
    host, port = step.ports
    return {
        "ports": [f"{host}:{port}"],
        "healthcheck": _health(f"127.0.0.1:{port}", step.ready_path),
        "stop_grace_period": f"{grace_minutes}m",
    }


def _networks(step: Step) -> dict[str, Any]:
    return {"networks": [*step.private, *([_DEFAULT_NETWORK] if step.ports else [])]} if step.private else {}


def _health(address: str, path: str) -> dict[str, Any]:
    """Asked inside the container with whichever tool its image has: no page says that it has one."""
    url, (host, port) = f"http://{address}{path}", address.split(":")
    by_shell = (
        f'bash -c \'exec 3<>/dev/tcp/{host}/{port}; printf "GET {path} HTTP/1.0\\r\\n\\r\\n" >&3; '
        'head -n 1 <&3 | grep -q " 200"\''
    )
    return {
        "test": ["CMD-SHELL", f"curl -fsS {url} >/dev/null || wget -q -O /dev/null {url} || {by_shell}"],
        "interval": "10s",
        "timeout": "5s",
        "retries": 6,
        "start_period": "10m",
    }


def _word(name: str, value: str | Variable | None) -> str:
    if isinstance(value, Variable):
        # Compose itself says what is missing, and does not start half of the stack.
        return f"{_plain(name)}=${{{value.name}:?write it into .env}}"
    return _plain(name) if value is None else f"{_plain(name)}={_plain(value)}"


def _plain(text: str) -> str:
    """As compose reads it: a dollar sign of the text's own is written twice."""
    return text.replace("$", "$$")
