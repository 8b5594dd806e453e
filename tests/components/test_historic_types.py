"""Which aliases reach the engine."""

import pulumi
from pulumi_azure_native import containerservice, resources

from components import historic_types
from tests.components.recording import Recording, record


def recorded(*, forget: bool) -> Recording:
    def program() -> dict[str, object]:
        renamed = pulumi.ResourceOptions(aliases=[pulumi.Alias(name="before")])
        resources.ResourceGroup("group", resource_group_name="g", location="westeurope", opts=renamed)
        containerservice.AgentPool("pool", resource_group_name="g", resource_name_="c", agent_pool_name="p")
        return {}

    return record(program, before=historic_types.forget if forget else lambda: None)


def test_the_sdks_older_type_names_are_not_sent() -> None:
    assert len(recorded(forget=False).named("pool").opts.aliases or []) > 100
    assert not recorded(forget=True).named("pool").opts.aliases


def test_an_alias_of_our_own_stays() -> None:
    (alias,) = recorded(forget=True).named("group").opts.aliases or []
    assert isinstance(alias, pulumi.Alias)
    assert alias.name == "before"
