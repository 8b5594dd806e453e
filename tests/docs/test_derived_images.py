"""docs/derived-images.md: its Dockerfile, and its stack file."""

import re
from pathlib import Path

from ruamel.yaml import YAML

from speech.capacity.planner import plan
from speech.catalog.kinds import kind
from speech.catalog.tags import tags
from speech.settings.parse import parse
from tests.stacks import stack_file

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "derived-images.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def test_row_derived_images_have_a_dockerfile_of_a_known_image() -> None:
    source = re.match(r"FROM (\S+):(\S+)\n", block("dockerfile"))
    assert source
    assert source[1] == kind("speech-to-text").repository
    assert tags("speech-to-text").known(source[2])
    users = re.findall(r"^USER (\S+)$", block("dockerfile"), re.MULTILINE)
    assert users == ["root", "nonroot"], "what runs in the end is not root"


def test_the_stack_file_of_the_page_is_one_that_passes() -> None:
    parsed = parse(stack_file(("speech:containers", YAML(typ="safe").load(block("yaml")))))
    (container,) = plan(parsed.stack, "dev").containers
    assert parsed.warnings == ()
    assert f"-t {container.image} ." in PAGE
    assert (container.port, container.vendor.minimum.cpu) == (5000, 4)
