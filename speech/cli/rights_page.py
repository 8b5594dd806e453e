"""docs/rights.md: what whoever deploys must be allowed, from the facts that `speech doctor` asks by."""

from collections.abc import Iterator, Sequence

from speech.catalog.needs import Right, features, providers, rights, roles

_INTRODUCTION = """\
<!-- Written by `python -m speech.cli.documentation`: change speech/catalog/data/needs.json, not this page. -->
# Which rights does a deployer need?

Whoever runs `pulumi up` and `pulumi destroy`, a person or a pipeline, needs the roles below, as far as the stack has
what they are for. `speech doctor STACK` looks whether the log-in has them, operation by operation, and prints the
command for each that is missing: [doctor.md](doctor.md).

- The scope is the subscription, because a stack makes its own resource group. Where a stack names a resource of yours,
  the role is needed on that one.
- A vault's secrets are written through Resource Manager: the deployer needs no role on the data of the stack's own
  vault, and holds none. What runs reads its key by an identity of its own, whose role the stack gives.
- Data-plane roles are needed for three things alone, all yours: a key in a vault of yours, state in a blob, and the key
  that encrypts the stack's secrets.
- With `authentication: entra` the deployer must also be in a group of `target.admin_group_ids`: what is in the cluster
  is made by the cluster's own API.
- Reading is part of each role: `speech doctor`, `plan` and `catalog refresh` need no more than Reader.
"""

_GRANT = "az role assignment create --assignee <object-id>"
_GIVING = """\
## Giving roles, and no others

A stack gives its identities three roles: AcrPull, Key Vault Secrets User and Network Contributor. The condition below
lets the deployer give these and no others, so that it cannot make itself an owner. The scope is the subscription, or
your registry where that alone is needed.
"""

_OPERATIONS = """\
## Operations

What each role is needed for, and what `speech doctor` looks for. (data) marks operations of a service's own data.
"""

_PROVIDERS = """\
## Resource providers

The subscription must have them registered: `az provider register --wait --namespace NAME`.
"""


def render() -> str:
    """The page."""
    parts = [
        _INTRODUCTION,
        "## Roles\n",
        _table(("role", "on", "for a stack with", "why"), _roles()),
        "## Commands\n",
        _code(_commands()),
        _GIVING,
        _code(_conditions()),
        _OPERATIONS,
        _table(("role", "for a stack with", "operations"), _operations()),
        _PROVIDERS,
        _table(("provider", "for a stack with"), _providers()),
        _sources(),
    ]
    return "\n".join(parts)


def _roles() -> Iterator[Sequence[str]]:
    for right in rights():
        yield right.role.name, _on(right), features()[right.feature], right.why


def _commands() -> Iterator[str]:
    """Each role and scope once; those that give roles stand below, with their condition."""
    firsts: dict[tuple[str, str], Right] = {}
    for right in rights():
        firsts.setdefault((right.role.name, right.scope), right)
    for (name, _), right in firsts.items():
        if not right.role.assigns:
            yield f"# {features()[right.feature]}"
            yield f'{_GRANT} --role "{name}" --scope {_scope(right)}'


def _conditions() -> Iterator[str]:
    for role in roles().values():
        if role.condition:
            yield f'{_GRANT} --role "{role.name}" --scope /subscriptions/<id> \\'
            yield f'  --condition-version 2.0 --condition "{role.condition}"'


def _operations() -> Iterator[Sequence[str]]:
    for right in rights():
        actions = [*right.actions, *(f"{action} (data)" for action in right.data_actions)]
        yield right.role.name, features()[right.feature], "<br>".join(f"`{action}`" for action in actions)


def _providers() -> Iterator[Sequence[str]]:
    for provider in providers():
        yield provider.namespace, "; ".join(each for name, each in features().items() if name in provider.features)


def _sources() -> str:
    said = [(each.source, each.as_of) for each in rights()]
    said += [(each.source, each.as_of) for each in roles().values()]
    said += [(each.source, each.as_of) for each in providers()]
    return "\n".join(["## Sources\n", *(f"- {source} ({as_of})" for source, as_of in sorted(set(said))), ""])


def _scope(right: Right) -> str:
    return "/subscriptions/<id>" if right.scope == "subscription" else "<resource-id>"


def _on(right: Right) -> str:
    return "the subscription" if right.scope == "subscription" else "that resource"


def _code(lines: Iterator[str]) -> str:
    return "\n".join([*(f"    {line}" for line in lines), ""])


def _table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join([*(f"| {' | '.join(line)} |" for line in lines), ""])
