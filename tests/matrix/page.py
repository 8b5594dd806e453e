"""docs/containers.md: which kind of container runs on which host, and what each kind is; `make docs` writes it."""

import sys
from collections.abc import Iterator
from pathlib import Path

from speech.catalog.kinds import Kind, kinds
from speech.catalog.models import lineage
from speech.catalog.versions import NEWEST
from tests.matrix.cells import HOSTS, KINDS, Cell

PAGE = Path("docs/containers.md")
_TEST = "../tests/matrix/test_matrix.py"

INTRODUCTION = """\
<!-- Written by `make docs` (tests/matrix/page.py): change the catalogue or the cells, not this page. -->
# Which container runs where?

Each cell is a test: **up** deploys the kind on that host by the real Pulumi engine in the sandbox, asks it by the real client,
runs again without a change, changes a setting, asks again, and destroys it; **no** is refused when the stack file is read, and
the test reads the reason. `make matrix` runs all of them, the `.ci/run` of every change those in bold.
"""

AFTER_THE_TABLE = """\

The stack files are those of [cells.py](../tests/matrix/cells.py), small ones. Larger: `stacks/`. How a host differs:
[AKS](production.md), [Container Instances](container-instances.md), [Docker](docker.md), [clusters of your own](kubernetes.md).
An image made from the vendor's, as for compressed audio: [derived-images.md](derived-images.md).

- On a Docker host `pulumi up` makes account and keys, and `speech render` writes what runs there. The test carries out the
  script with the sandbox's `docker`.
- The diagnostic container runs once: as a Job, as a group that ends, or by hand on a Docker host.
- The retired kinds need a registry of your own that holds their images, and `retired-container` in `speech:acknowledge`.

## What each kind is
"""

APPROVALS = """\

## Approvals

Disconnected containers need the vendor's approval of the subscription, asked for at aka.ms/csdisconnectedcontainers; without it
a container says `ContainerUseUnauthorized`. Language identification has no disconnected form. Connected containers need none today.

## Which custom models fit which image?

A model is made from a base model; images read those of their time.
"""


def page() -> str:
    """The whole page."""
    return "".join(
        [INTRODUCTION, "\n", *_table(), AFTER_THE_TABLE, *_kinds(), *_settings(), APPROVALS, "\n", *_lineage()]
    )


def _table() -> Iterator[str]:
    yield f"| kind | {' | '.join(HOSTS)} |\n|{' --- |' * (len(HOSTS) + 1)}\n"
    for name in KINDS:
        yield f"| `{name}` | {' | '.join(_cell(Cell(name, host)) for host in HOSTS)} |\n"


def _cell(cell: Cell) -> str:
    if cell.refusal:
        return f'[no]({_TEST} "{_test(cell)}"): {cell.refusal}'
    shown = "**up**" if cell.always else "up"
    return f'[{shown}]({_TEST} "{_test(cell)}")'


def _test(cell: Cell) -> str:
    claim = (
        "test_it_is_refused_with_the_reason" if cell.refusal else "test_it_is_deployed_verified_changed_and_destroyed"
    )
    return f"{claim}[{cell.name}]"


def _kinds() -> Iterator[str]:
    yield (
        "\n| kind | image | port | ready when | clients | cpu and GiB | streams | billed by |\n|" + " --- |" * 8 + "\n"
    )
    for kind in kinds().values():
        yield (
            f"| `{kind.name}` | `{kind.repository.rpartition('/')[2]}:{kind.tag_template}` | {kind.port or '-'} "
            f"| {_paths(kind)} | {_schemes(kind)} | {_sizes(kind)} | {_streams(kind)} | {kind.meter or '-'} |\n"
        )


def _paths(kind: Kind) -> str:
    if kind.port is None:
        return "-"
    first = f"`{kind.ready_path}`"
    later = [f"from {since} `{path}`" for since, path in kind.ready_paths[1:]]
    return ", ".join([first, *later])


def _schemes(kind: Kind) -> str:
    schemes = [f"`{scheme}://`" for scheme in (kind.client_scheme, kind.also_scheme) if scheme]
    return " or ".join(schemes) or "-"


def _sizes(kind: Kind) -> str:
    row = kind.size_row(NEWEST)
    if not row.recommended.cpu:
        return f"none published; planned {kind.planning.cpu:g}/{kind.planning.memory_gib:g}"
    least, most = row.minimum, row.recommended
    low, high = row.model_gib
    model = f", and {low:g}-{high:g} GiB for the model" if high else ""
    gpu = ", one T4 or newer" if kind.gpu else ""
    return (
        f"{least.cpu:g}/{least.memory_gib:g} to {most.cpu:g}/{most.memory_gib:g}{model}{gpu}; "
        f"planned {kind.planning.cpu:g}/{kind.planning.memory_gib:g}"
    )


def _streams(kind: Kind) -> str:
    rule = kind.streams
    if rule.table:
        return ", ".join(f"{streams} on {size.cpu:g}/{size.memory_gib:g}" for size, streams in rule.table)
    if rule.live_cpu is None or rule.file_cpu is None:
        return "-" if kind.once else "no figure: write `streams_per_pod`"
    if rule.live_cpu == rule.file_cpu:
        return f"{rule.live_cpu:g} cpu each"
    return f"live {rule.live_cpu:g} cpu, file {rule.file_cpu:g} cpu each"


def _settings() -> Iterator[str]:
    yield "\n## Since which version?\n\nAn earlier image with a setting of the stack file is a fault; what clients ask for (phrase lists, pronunciation) it does not know.\n\n| setting |"
    shown = [kind for kind in kinds().values() if kind.first_versions]
    yield f" {' | '.join(f'`{kind.name}`' for kind in shown)} |\n|{' --- |' * (len(shown) + 1)}\n"
    for word in dict.fromkeys(word for kind in shown for word in kind.first_versions):
        yield f"| {word} | {' | '.join(kind.first_versions.get(word, '-') for kind in shown)} |\n"


def _lineage() -> Iterator[str]:
    yield "| images | base models | source |\n| --- | --- | --- |\n"
    for row in lineage():
        until = f" to before {row.before}" if row.before else " on"
        yield f"| {row.since}{until} | {', '.join(row.models)} | {row.source} |\n"


if __name__ == "__main__":
    PAGE.write_text(page())
    sys.stdout.write(f"{PAGE}\n")
