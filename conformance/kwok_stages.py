"""What kwok plays of a cluster: every node, and the pods that no other kubelet has."""

from pathlib import Path

from ruamel.yaml import YAML

_FOLDER = Path(__file__).resolve().parent / "stages"
_YAML = YAML(typ="safe")


def files(folder: Path, *, without: str | None) -> list[Path]:
    """The files of stages. Those for pods are written anew into `folder` where pods with a label are not kwok's."""
    if without is None:
        return sorted(_FOLDER.glob("*.yaml"))
    stages = list(_YAML.load_all(_FOLDER / "pod.yaml"))
    for stage in stages:
        other = {"key": f'.metadata.labels["{without}"]', "operator": "DoesNotExist"}
        stage["spec"]["selector"]["matchExpressions"].append(other)
    written = folder / "pod.yaml"
    with written.open("w") as text:
        _YAML.dump_all(stages, text)
    return [_FOLDER / "node.yaml", written]
