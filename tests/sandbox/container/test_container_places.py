"""Where a container's names and mount paths lead on this machine."""

import json
from pathlib import Path

import pytest

from sandbox.container import read_launch
from sandbox.speech.network import Names
from sandbox.speech.volumes import Volumes


def test_a_launch_carries_volumes_and_names() -> None:
    launch = read_launch(
        [json.dumps({"image": "x", "args": [], "env": {}, "volumes": {"/output": "/tmp/o"}, "names": "/tmp/n.json"})]
    )
    assert (launch.volumes, launch.names) == ({"/output": "/tmp/o"}, "/tmp/n.json")


def test_a_name_is_looked_up_again_at_each_connection(tmp_path: Path) -> None:
    file = tmp_path / "names.json"
    names = Names(str(file))
    assert names.address("cache", 6379) == ("cache", 6379)
    file.write_text('{"cache:6379": "127.0.0.1:40001"}')
    assert names.address("cache", 6379) == ("127.0.0.1", 40001)
    file.write_text('{"cache:6379": "127.0.0.1:40002"}')
    assert names.address("cache", 6379) == ("127.0.0.1", 40002)


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("/output", "/tmp/out"),
        ("/output/records", "/tmp/out/records"),
        ("/output/deep/er", "/tmp/deep/er"),
        ("/outputs", None),
        ("/license", None),
    ],
)
def test_a_path_lies_in_the_nearest_volume_above_it(path: str, folder: str | None) -> None:
    volumes = Volumes({"/output": "/tmp/out", "/output/deep": "/tmp/deep"})
    assert volumes.folder(path) == (Path(folder) if folder else None)
