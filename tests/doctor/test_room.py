"""Machines, quota, versions and addresses."""

import pytest

from tests.doctor.conftest import DEV, Azure, Doctor

GROUPS = """\
config:
  azure-native:location: westeurope
  speech:environment: dev
  speech:account: {custom_domain: contoso-speech-dev}
  speech:billing: {eula: accept}
  speech:target: {kind: container-instances}
  speech:network: {exposure: internal}
  speech:acknowledge: [no-avx2-guarantee]
  speech:containers:
    - name: transcribe-en
      kind: speech-to-text
      locale: en-US
      version: 5.1.0
      demand: {concurrent_streams: 12}
"""
ZONES = DEV.replace("kind: aks", 'kind: aks\n    zones: ["1", "2"]')


def network(azure: Azure, name: str, space: str, subnets: object = ()) -> str:
    azure.put("resourceGroups/networks", {"location": "westeurope"})
    place = f"resourceGroups/networks/providers/Microsoft.Network/virtualNetworks/{name}"
    properties = {"addressSpace": {"addressPrefixes": [space]}, "subnets": list(subnets)}  # type: ignore[call-overload]
    azure.put(place, {"location": "westeurope", "properties": properties})
    return f"{azure.subscription}/{place}"


def test_sizes_that_are_offered_pass(doctor: Doctor) -> None:
    assert doctor.line("sizes") == (
        "pass sizes Standard_D4as_v5, Standard_D8as_v5: offered in westeurope, in every zone of the stack"
    )


def test_a_size_that_the_subscription_may_not_have_fails(doctor: Doctor, azure: Azure) -> None:
    azure.settings(refused_vm_sizes=["Standard_D8as_v5"])
    found = doctor()
    assert found.line("sizes") == (
        "fail sizes Standard_D8as_v5 (speech) is not offered to the subscription in westeurope"
    )
    assert found.remedy("sizes") == [
        "az vm list-skus --location westeurope --size Standard_D8as_v5 --all --output table",
        "or let plan choose among what is offered: speech catalog refresh --what sizes --region westeurope",
    ]


def test_a_zone_that_the_subscription_may_not_use_fails(doctor: Doctor, azure: Azure) -> None:
    azure.settings(refused_zones={"Standard_D8as_v5": ["2"]})
    doctor.stack(ZONES)
    assert doctor.line("sizes") == (
        "fail sizes Standard_D8as_v5 (speech) is not offered in zone 2 of westeurope: only in 1, 3"
    )


def test_quota_for_the_most_nodes_passes(doctor: Doctor) -> None:
    assert doctor.line("quota") == "pass quota vCPU in westeurope: standardDASv5Family 40 of 350 left"


def test_a_family_without_quota_fails(doctor: Doctor, azure: Azure) -> None:
    azure.settings(vcpu_limits={"standardDASv5Family": 24})
    found = doctor()
    assert found.line("quota") == "fail quota standardDASv5Family: 40 vCPU needed, 24 of 24 left in westeurope"
    more, other, *_ = found.remedy("quota")
    assert more == (
        "az quota update --resource-name standardDASv5Family --limit-object value=40 --resource-type dedicated"
        f" --scope {azure.subscription}/providers/Microsoft.Compute/locations/westeurope"
    )
    assert other.startswith(
        "or a family with quota (350 left): pulumi config set --path 'speech:target.vm_size' Standard_D8"
    )


def test_all_families_together_have_a_quota_too(doctor: Doctor, azure: Azure) -> None:
    azure.settings(vcpu_limits={"cores": 30})
    line = doctor.line("quota")
    assert line == "fail quota all families together: 40 vCPU needed, 30 of 30 left in westeurope"


def test_groups_have_quotas_of_their_own(doctor: Doctor, azure: Azure) -> None:
    doctor.stack(GROUPS)
    assert doctor.line("quota") == (
        "pass quota Container Instances in westeurope: ContainerGroups 4 of 100 left, StandardCores 16 of 100 left"
    )
    azure.settings(container_limits={"StandardCores": 10})
    found = doctor()
    failed, passed = sorted(found.lines("quota"))
    assert failed == "fail quota StandardCores: 16 needed, 10 of 10 left in westeurope"
    assert passed == "pass quota Container Instances in westeurope: ContainerGroups 4 of 100 left"
    assert "--resource-name StandardCores --limit-object value=16" in found.out


def test_groups_of_the_usual_size_pass(doctor: Doctor) -> None:
    doctor.stack(GROUPS)
    assert doctor.line("sizes") == (
        "pass sizes transcribe-en-1 has 4 CPU 16 GiB, the largest; westeurope gives groups of that size"
    )


def test_a_group_larger_than_usual_is_to_look_at_until_it_is_granted(doctor: Doctor, azure: Azure) -> None:
    doctor.stack(GROUPS.replace("demand:", "resources: {cpu: 6, memory_gib: 16}\n      demand:"))
    assert doctor.line("sizes") == (
        "warn sizes transcribe-en-1 has 6 CPU 16 GiB:"
        " without a quota that was granted, westeurope gives 4 CPU 16 GiB at the most"
    )
    azure.settings(big_container_groups=True)
    assert doctor.line("sizes").startswith("pass")


def test_a_version_that_the_region_offers_passes(doctor: Doctor) -> None:
    assert doctor.line("kubernetes") == "pass kubernetes westeurope offers 1.35"


def test_a_version_that_the_region_does_not_offer_fails(doctor: Doctor) -> None:
    text = DEV.replace("kind: aks", 'kind: aks\n    version: "1.33"')
    doctor.stack(f"{text}  speech:acknowledge: [unsupported-kubernetes]\n")
    found = doctor()
    assert found.line("kubernetes") == "fail kubernetes westeurope does not offer 1.33, but 1.34, 1.35, 1.36"
    assert found.remedy("kubernetes")[0] == (
        "pulumi config set --path 'speech:target.version' 1.36 --stack dev-westeurope"
    )


def test_addresses_that_nobody_has_pass(doctor: Doctor, azure: Azure) -> None:
    network(azure, "hub", "10.0.0.0/16")
    assert doctor.line("addresses") == (
        "pass addresses 10.80.0.0/16 overlaps none of 1 networks, nor what is joined to them"
    )


def test_addresses_of_another_network_are_to_look_at(doctor: Doctor, azure: Azure) -> None:
    network(azure, "hub", "10.80.128.0/17")
    network(azure, "spoke", "10.1.0.0/16")
    found = doctor()
    assert found.line("addresses") == (
        "warn addresses 10.80.0.0/16 overlaps hub (10.80.128.0/17): they can never be joined"
    )
    # 10.0.0.0/16 is inside the cluster, 10.1.0.0/16 has the other network.
    assert found.remedy("addresses")[0] == (
        "pulumi config set --path 'speech:network.address_space' 10.2.0.0/16 --stack dev-westeurope"
    )


def test_addresses_of_what_is_joined_to_a_network_are_to_look_at(doctor: Doctor, azure: Azure) -> None:
    hub = network(azure, "hub", "10.1.0.0/16")
    far = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/far/providers/Microsoft.Network/virtualNetworks/on-prem"
    joined = {"remoteVirtualNetwork": {"id": far}, "remoteAddressSpace": {"addressPrefixes": ["10.80.0.0/12"]}}
    azure.put(f"{hub}/virtualNetworkPeerings/far", {"properties": joined})
    assert doctor.line("addresses") == (
        "warn addresses 10.80.0.0/16 overlaps on-prem, joined to hub (10.80.0.0/12): they can never be joined"
    )


def test_the_stack_s_own_network_is_no_other(doctor: Doctor, azure: Azure) -> None:
    network(azure, "vnet-speech-dev-westeurope", "10.80.0.0/16")
    assert doctor.line("addresses").startswith("pass")


DELEGATED = [{"name": "groups", "properties": {"serviceName": "Microsoft.ContainerInstance/containerGroups"}}]


@pytest.mark.parametrize(
    ("prefix", "delegations", "words"),
    [
        ("10.9.0.0/28", DELEGATED, "pass subnet groups is delegated to container groups, 11 addresses left for 4"),
        ("10.9.0.0/29", DELEGATED, "fail subnet groups has 3 addresses left, 4 groups need one each"),
        ("10.9.0.0/28", [], "fail subnet groups is not delegated to container groups"),
    ],
)
def test_a_given_subnet_has_the_delegation_and_an_address_for_each_group(
    doctor: Doctor, azure: Azure, prefix: str, delegations: object, words: str
) -> None:
    subnet = {"name": "groups", "properties": {"addressPrefix": prefix, "delegations": delegations}}
    place = network(azure, "hub", "10.9.0.0/16", [subnet])
    doctor.stack(GROUPS.replace("instances}", f"instances, subnet_id: {place}/subnets/groups}}"))
    found = doctor()
    assert found.line("subnet") == words
    assert bool(found.remedy("subnet")) == words.startswith("fail")
    assert "addresses  " not in found.out


def test_a_given_subnet_that_is_not_there_fails(doctor: Doctor, azure: Azure) -> None:
    place = network(azure, "hub", "10.9.0.0/16")
    doctor.stack(GROUPS.replace("instances}", f"instances, subnet_id: {place}/subnets/groups}}"))
    assert doctor.line("subnet") == f"fail subnet {place}/subnets/groups is not there"
