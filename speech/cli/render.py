"""`speech render`: a stack written down for hosts that Pulumi does not manage."""

from pathlib import Path

from speech.capacity.plan import Plan
from speech.cli import key_file
from speech.cli.yaml_out import write
from speech.files.stack_file import UnreadableError
from speech.manifests.compose import compose
from speech.manifests.docker_run import Shell, script
from speech.manifests.egress import no_proxy
from speech.settings.stack import Stack
from speech.settings.target import DockerTarget

_HEAD = "# Written by  speech render compose {stack}: change the stack file and write it anew.\n"


def render_compose(stack: Stack, plan: Plan, project: Path, folder: Path) -> str:
    """Writes compose.yaml and the key file; a sentence about what was written. Raises UnreadableError."""
    _check(stack, plan)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "compose.yaml"
    write(path, _HEAD.format(stack=plan.stack), compose(plan, no_proxy(stack)))
    return _told(path, stack, plan, project, f"docker compose --project-directory {folder} up -d")


def render_docker(
    stack: Stack, plan: Plan, project: Path, folder: Path, shell: Shell = "bash", volumes: str | None = None
) -> str:
    """Writes the script and the key file; a sentence about what was written. Raises UnreadableError."""
    _check(stack, plan)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / ("run.sh" if shell == "bash" else "run.ps1")
    path.write_text(script(plan, shell, volumes, no_proxy(stack)))
    if shell == "bash":
        path.chmod(0o755)
    return _told(path, stack, plan, project, str(path) if shell == "bash" else f"pwsh {path}")


def _check(stack: Stack, plan: Plan) -> None:
    """Other hosts publish no port of a Docker host, and their containers would be reached by nobody."""
    if not isinstance(stack.target, DockerTarget):
        raise UnreadableError(f"{plan.stack} runs on {stack.target.kind}: write  target: {{kind: docker}}")


def _told(path: Path, stack: Stack, plan: Plan, project: Path, start: str) -> str:
    known, reason = key_file.values(stack, plan, project)
    missing = key_file.write(path.parent, plan, known)
    lines = [f"{path} and {path.parent / key_file.NAME} (only you may read it) are written"]
    if missing:
        why = f" ({reason})" if reason else ""
        lines.append(f"write into {key_file.NAME}{why}: {', '.join(missing)}")
    lines.append(f"then  {start}" if missing else f"start with  {start}")
    return "\n".join(lines)
