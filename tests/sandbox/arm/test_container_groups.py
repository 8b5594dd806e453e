"""Container groups as Resource Manager takes, shows, changes and refuses them, asked without a server."""

import base64
from copy import deepcopy
from typing import Any

import pytest

from tests.sandbox.arm.arm_double import Double

GROUP = "Microsoft.ContainerInstance/containerGroups"
LOCATION = "{}/providers/Microsoft.ContainerInstance/locations/westeurope"
IMAGE = "mcr.microsoft.com/azure-cognitive-services/speechservices/speech-to-text:5.1.0-amd64-en-us"
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"


def container(name: str = "stt", port: int = 5000, **changes: Any) -> dict[str, Any]:
    inside = {
        "image": IMAGE,
        "ports": [{"port": port}],
        "resources": {"requests": {"cpu": 4, "memoryInGB": 12}},
        "environmentVariables": [{"name": "eula", "value": "accept"}],
        **changes,
    }
    return {"name": name, "properties": inside}


def public(port: int = 5000, **changes: Any) -> dict[str, Any]:
    return {"type": "Public", "ports": [{"protocol": "TCP", "port": port}], **changes}


def body(*containers: dict[str, Any], identity: object = None, **properties: Any) -> dict[str, Any]:
    inside = {"osType": "Linux", "containers": list(containers) or [container()], "ipAddress": public(), **properties}
    return {"location": "westeurope", "properties": inside, **({"identity": identity} if identity else {})}


def put(double: Double, wanted: dict[str, Any] | None = None, name: str = "speech") -> dict[str, Any]:
    place = double.place(GROUP, name)
    double.ok("PUT", place, wanted or body())
    made: dict[str, Any] = double.ok("GET", place)
    return made


def refused(double: Double, wanted: dict[str, Any], name: str = "speech") -> str:
    return double.refused("PUT", double.place(GROUP, name), wanted)[1]


def test_a_group_is_pending_then_provisioned_and_gone_when_deleted(double: Double) -> None:
    place = double.place(GROUP, "speech")
    answer = double.send("PUT", place, body())
    assert (answer.status_code, "Azure-AsyncOperation" in answer.headers) == (201, True)
    assert answer.json()["properties"]["provisioningState"] == "Pending"
    double.finish()
    shown = double.ok("GET", place)["properties"]
    assert (shown["provisioningState"], shown["instanceView"]["state"]) == ("Succeeded", "Pending")
    assert shown["containers"][0]["properties"]["instanceView"]["currentState"]["state"] == "Waiting"
    assert [each["name"] for each in double.ok("GET", double.place(GROUP, "").rstrip("/"))["value"]] == ["speech"]
    double.ok("DELETE", place)
    assert double.send("GET", place).status_code == 404


def test_a_group_in_transition_takes_no_other_write(double: Double) -> None:
    double.settings(operation_seconds=600)
    place = double.place(GROUP, "speech")
    double.send("PUT", place, body())
    assert double.refused("PUT", place, body())[:2] == (409, "ContainerGroupTransitioning")


def test_nothing_secret_is_ever_read_back_or_noted(double: Double) -> None:
    variables = [{"name": "apikey", "secureValue": "clear-1"}, {"name": "eula", "value": "accept"}]
    wanted = body(
        container(environmentVariables=variables, volumeMounts=[{"name": "files", "mountPath": "/files"}]),
        volumes=[{"name": "files", "secret": {"token": base64.b64encode(b"clear-2").decode()}}],
        imageRegistryCredentials=[{"server": "registry.example", "username": "u", "password": "clear-3"}],
        diagnostics={"logAnalytics": {"workspaceId": "w", "workspaceKey": "clear-4"}},
    )
    shown = put(double, wanted)
    told = str(shown) + double.http.get("/sandbox/journal").text
    assert [text for text in ("clear-", base64.b64encode(b"clear-2").decode()) if text in told] == []
    [first, second] = shown["properties"]["containers"][0]["properties"]["environmentVariables"]
    assert (first, second) == ({"name": "apikey"}, {"name": "eula", "value": "accept"})


def test_tags_are_patched_and_the_secrets_stay(double: Double) -> None:
    wanted = body(container(environmentVariables=[{"name": "apikey", "secureValue": "clear"}]))
    put(double, wanted)
    place = double.place(GROUP, "speech")
    assert double.ok("PATCH", place, {"tags": {"a": "1"}})["tags"] == {"a": "1"}
    kept = double.world.store.resource(place)
    assert kept
    assert kept.hidden["specification"]["containers"][0]["properties"]["environmentVariables"][0]["secureValue"]
    assert kept.hidden["generation"] == 1


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (body(container("Stt")), "InvalidContainerName"),
        (body(container(), container("two", 5001), container("two", 5002)), "DuplicateContainerNames"),
        (body(container(image="")), "MissingImage"),
        (body(container(resources={"requests": {"cpu": 1}})), "ResourceRequestsNotSpecified"),
        (body(container(resources={"requests": {"cpu": 0.5, "memoryInGB": 1}})), "InvalidRequestContent"),
        (body(container(resources={"requests": {"cpu": 2, "memoryInGB": 4}, "limits": {"cpu": 1}})),
         "ResourceLimitsLessThanRequests"),
        (body(container(resources={"requests": {"cpu": 2, "memoryInGB": 4}, "limits": {"cpu": 3}})),
         "ContainerLimitGreaterThanContainerGroupTotalRequest"),
        (body(container(resources={"requests": {"cpu": 1, "memoryInGB": 1, "gpu": {"count": 1, "sku": "V100"}}})),
         "InvalidRequestContent"),
        (body(container(environmentVariables=[{"name": "Logging:Console", "value": "x"}])),
         "InvalidEnvironmentVariableName"),
        (body(container(environmentVariables=[{"name": "a", "value": "x", "secureValue": "y"}])),
         "InvalidEnvironmentVariable"),
        (body(container(ports=[{"port": 3390}]), ipAddress=public(3390)), "ReservedPort"),
        (body(container(ports=[{"port": 70_000}]), ipAddress=public(70_000)), "InvalidPort"),
        (body(container(readinessProbe={"httpGet": {"port": 5000}, "exec": {"command": ["true"]}})),
         "InvalidRequestContent"),
        (body(container(livenessProbe={"httpGet": {"path": "/ready"}})), "InvalidRequestContent"),
        (body(container(volumeMounts=[{"name": "none", "mountPath": "/x"}])), "VolumeMountNotFound"),
        (body(container(volumeMounts=[{"name": "v", "mountPath": "x"}]), volumes=[{"name": "v", "emptyDir": {}}]),
         "InvalidMountPath"),
        (body(volumes=[{"name": "v", "emptyDir": {}, "secret": {}}]), "InvalidRequestContent"),
        (body(initContainers=[{"name": "guard", "properties": {"image": "busybox", "ports": [{"port": 1}]}}]),
         "InvalidRequestContent"),
        (body(osType="Plan9"), "InvalidRequestContent"),
        (body(restartPolicy="Sometimes"), "InvalidRequestContent"),
        (body(ipAddress=public(5001)), "UnreferencedIpAddressPorts"),
        (body(ipAddress={"type": "Public", "ports": []}), "MissingIpAddressPorts"),
        (body(ipAddress={**public(), "type": "Private"}), "InvalidRequestContent"),
        (body(ipAddress=public(dnsNameLabel="x")), "InvalidRequestContent"),
        (body(dnsConfig={"nameServers": ["168.63.129.16"]}), "InvalidRequestContent"),
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_is_refused(double: Double, wanted: dict[str, Any], code: str) -> None:
    assert refused(double, wanted) == code


def test_two_containers_never_share_a_port(double: Double) -> None:
    small = {"requests": {"cpu": 1, "memoryInGB": 1}}
    pair = (container("one", resources=small), container("two", resources=small))
    assert refused(double, body(*pair)) == "DuplicateContainerPorts"
    put(double, body(pair[0], container("two", 5003, resources=small)))


@pytest.mark.parametrize(("cpu", "memory"), [(5, 12), (4, 17)])
def test_a_big_group_needs_a_granted_quota(double: Double, cpu: float, memory: float) -> None:
    wanted = body(container(resources={"requests": {"cpu": cpu, "memoryInGB": memory}}))
    status, code, text = double.refused("PUT", double.place(GROUP, "speech"), wanted)
    assert (status, code) == (409, "ServiceUnavailable")
    assert f"Resource requested: '{cpu}' CPU '{memory}' GB memory 'Linux' OS" in text
    double.settings(big_container_groups=["northeurope"])
    assert refused(double, wanted) == "ServiceUnavailable"
    double.settings(big_container_groups=["westeurope"])
    put(double, wanted)


@pytest.mark.parametrize(("cpu", "memory"), [(31.5, 100), (16, 241)])
def test_no_group_is_larger_than_31_cpus_and_240_gb(double: Double, cpu: float, memory: float) -> None:
    double.settings(big_container_groups=True)
    wanted = body(container(resources={"requests": {"cpu": cpu, "memoryInGB": memory}}))
    assert refused(double, wanted) == "ServiceUnavailable"


def test_cores_and_groups_of_a_region_are_limited(double: Double) -> None:
    double.settings(container_limits={"StandardCores": 10, "westeurope/ContainerGroups": 3})
    for name in ("one", "two"):
        put(double, name=name)
    status, code, text = double.refused("PUT", double.place(GROUP, "three"), body())
    assert (status, code) == (400, "ContainerGroupQuotaReached")
    assert text.endswith("exceeded in region 'westeurope'. Limit: '10', Usage: '8' Requested: '4'.")
    double.ok("POST", f"{double.place(GROUP, 'one')}/stop")
    put(double, name="three")
    assert double.refused("POST", f"{double.place(GROUP, 'one')}/start")[1] == "ContainerGroupQuotaReached"
    small = body(container(resources={"requests": {"cpu": 1, "memoryInGB": 1}}))
    assert "'ContainerGroups'" in double.refused("PUT", double.place(GROUP, "four"), small)[2]


def test_a_region_tells_its_usage_and_what_it_is_capable_of(double: Double) -> None:
    put(double)
    usages = double.ok("GET", f"{LOCATION.format(double.subscription)}/usages")["value"]
    assert {each["name"]["value"]: (each["currentValue"], each["limit"]) for each in usages} == {
        "ContainerGroups": (1, 100),
        "StandardCores": (4, 100),
    }
    told = double.ok("GET", f"{LOCATION.format(double.subscription)}/capabilities")["value"]
    assert told[0]["capabilities"] == {"maxMemoryInGB": 16, "maxCpu": 4, "maxGpuCount": 0}
    double.settings(big_container_groups=True)
    told = double.ok("GET", f"{LOCATION.format(double.subscription)}/capabilities")["value"]
    assert told[0]["capabilities"] == {"maxMemoryInGB": 240, "maxCpu": 31, "maxGpuCount": 0}


def change(path: str, value: Any) -> dict[str, Any]:
    """The usual body with one value set, at a dotted path with list indices."""
    wanted = deepcopy(body(volumes=[{"name": "v", "emptyDir": {}}]))
    place: Any = wanted
    *way, last = path.split(".")
    for part in way:
        place = place[int(part)] if part.isdigit() else place[part]
    place[last] = value
    return wanted


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("properties.restartPolicy", "Never"),
        ("properties.osType", "Windows"),
        ("properties.containers.0.properties.resources", {"requests": {"cpu": 2, "memoryInGB": 12}}),
        ("properties.containers.0.properties.ports", [{"port": 5000}, {"port": 5003}]),
        ("properties.containers.0.properties.volumeMounts", [{"name": "v", "mountPath": "/v"}]),
        ("properties.containers.0.name", "other"),
        ("properties.ipAddress.ports", [{"port": 5000, "protocol": "TCP"}, {"port": 5000, "protocol": "TCP"}]),
        ("properties.volumes", [{"name": "w", "emptyDir": {}}]),
        ("zones", ["1"]),
    ],
)
def test_what_only_a_new_group_can_have_is_not_updated(double: Double, path: str, value: object) -> None:
    put(double, body(volumes=[{"name": "v", "emptyDir": {}}]))
    status, code, text = double.refused("PUT", double.place(GROUP, "speech"), change(path, value))
    assert (status, code, "you must delete it first" in text) == (400, "InvalidContainerGroupUpdate", True)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("properties.containers.0.properties.image", IMAGE.replace("5.1.0", "5.2.0")),
        ("properties.containers.0.properties.environmentVariables", [{"name": "apikey", "secureValue": "new"}]),
        ("properties.containers.0.properties.command", ["./run-host", "Eula=accept"]),
        ("properties.containers.0.properties.livenessProbe", {"httpGet": {"path": "/ready", "port": 5000}}),
        ("properties.ipAddress.dnsNameLabel", "contoso-speech"),
    ],
)
def test_what_can_change_in_place_restarts_the_containers(double: Double, path: str, value: object) -> None:
    before = put(double, body(volumes=[{"name": "v", "emptyDir": {}}]))
    after = put(double, change(path, value))
    kept = double.world.store.resource(double.place(GROUP, "speech"))
    assert kept
    assert kept.hidden["generation"] == 2
    # "Typically retained between updates" (container-instances-update).
    assert after["properties"]["ipAddress"]["ip"] == before["properties"]["ipAddress"]["ip"]


def test_the_same_again_and_new_tags_restart_nothing(double: Double) -> None:
    before = put(double)
    after = put(double, {**body(), "tags": {"a": "1"}})
    kept = double.world.store.resource(double.place(GROUP, "speech"))
    assert kept
    assert (kept.hidden["generation"], after["tags"]) == (1, {"a": "1"})
    assert after["properties"]["ipAddress"] == before["properties"]["ipAddress"]


def test_a_stopped_group_says_so_and_starts_at_another_address(double: Double) -> None:
    before = put(double)["properties"]["ipAddress"]["ip"]
    place = double.place(GROUP, "speech")
    assert double.send("POST", f"{place}/start").status_code == 204
    assert double.send("POST", f"{place}/stop").status_code == 204
    shown = double.ok("GET", place)["properties"]
    assert shown["instanceView"]["state"] == "Stopped"
    assert shown["containers"][0]["properties"]["instanceView"]["currentState"]["state"] == "Terminated"
    assert double.send("POST", f"{place}/start").status_code == 202
    double.finish()
    shown = double.ok("GET", place)["properties"]
    assert (shown["instanceView"]["state"], shown["provisioningState"]) == ("Pending", "Succeeded")
    assert shown["ipAddress"]["ip"] != before


def test_a_stopped_group_is_not_updated(double: Double) -> None:
    put(double)
    place = double.place(GROUP, "speech")
    double.ok("POST", f"{place}/stop")
    newer = body(container(image=IMAGE.replace("5.1.0", "5.2.0")))
    assert double.refused("PUT", place, newer)[:2] == (409, "ContainerGroupTerminated")
    assert put(double, {**body(), "tags": {"a": "1"}})["properties"]["instanceView"]["state"] == "Stopped"


def test_a_label_makes_a_name_that_nobody_else_has(double: Double) -> None:
    shown = put(double, body(ipAddress=public(dnsNameLabel="contoso-speech")))["properties"]["ipAddress"]
    assert shown["fqdn"] == "contoso-speech.westeurope.azurecontainer.io"
    double.settings(taken_names=["somebody-else"])
    for label in ("contoso-speech", "somebody-else"):
        wanted = body(ipAddress=public(dnsNameLabel=label))
        assert double.refused("PUT", double.place(GROUP, "two"), wanted)[:2] == (409, "DnsNameLabelNotAvailable")


def test_a_label_of_a_scope_has_a_hash_in_its_name(double: Double) -> None:
    names = {}
    for scope in ("TenantReuse", "SubscriptionReuse", "ResourceGroupReuse", "Noreuse"):
        wanted = body(ipAddress=public(dnsNameLabel="contoso", autoGeneratedDomainNameLabelScope=scope))
        names[scope] = put(double, wanted, scope.lower())["properties"]["ipAddress"]["fqdn"]
    assert len(set(names.values())) == 4
    for name in names.values():
        first, middle, *rest = name.split(".")
        assert (first, len(middle), ".".join(rest)) == ("contoso", 16, "westeurope.azurecontainer.io")


def subnet(double: Double, delegated: bool = True, prefix: str = "10.1.0.0/24") -> str:
    network = double.place("Microsoft.Network/virtualNetworks", "net")
    space = {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}}
    double.ok("PUT", network, {"location": "westeurope", "properties": space})
    delegations = [{"name": "groups", "properties": {"serviceName": GROUP}}] if delegated else []
    place = f"{network}/subnets/groups"
    double.ok("PUT", place, {"properties": {"addressPrefix": prefix, "delegations": delegations}})
    return place


def private(place: str, **changes: Any) -> dict[str, Any]:
    return body(ipAddress={**public(), "type": "Private"}, subnetIds=[{"id": place}], **changes)


def test_a_private_group_takes_an_address_of_its_delegated_subnet(double: Double) -> None:
    place = subnet(double)
    first = put(double, private(place, dnsConfig={"nameServers": ["168.63.129.16"]}))
    assert first["properties"]["ipAddress"]["ip"] == "10.1.0.4"
    assert put(double, private(place), "two")["properties"]["ipAddress"]["ip"] == "10.1.0.5"
    assert double.refused("DELETE", place)[1] == "InUseSubnetCannotBeDeleted"
    free = {"properties": {"addressPrefix": "10.1.0.0/24", "delegations": []}}
    assert double.refused("PUT", place, free)[1] == "SubnetDelegationsCannotChangeWhenSubnetUsedByResource"


def test_a_subnet_without_the_delegation_or_of_another_region_takes_no_group(double: Double) -> None:
    assert refused(double, private(subnet(double, delegated=False))) == "SubnetMissingRequiredDelegation"
    assert refused(double, {**private(subnet(double)), "location": "northeurope"}) == "InvalidRequestContent"
    assert refused(double, private(f"{subnet(double)}-other")) == "InvalidResourceReference"


def test_a_group_in_a_subnet_has_no_public_address_and_no_label(double: Double) -> None:
    place = subnet(double)
    assert refused(double, body(subnetIds=[{"id": place}])) == "InvalidRequestContent"
    wanted = private(place)
    wanted["properties"]["ipAddress"]["dnsNameLabel"] = "contoso-speech"
    assert refused(double, wanted) == "InvalidRequestContent"


def test_a_delegated_subnet_takes_nothing_else(double: Double) -> None:
    place = subnet(double)
    account = double.place("Microsoft.CognitiveServices/accounts", "speech")
    properties = {"customSubDomainName": "contoso-delegated"}
    double.ok(
        "PUT",
        account,
        {"location": "westeurope", "kind": "SpeechServices", "sku": {"name": "S0"}, "properties": properties},
    )
    connection = {"name": "speech", "properties": {"privateLinkServiceId": account, "groupIds": ["account"]}}
    wanted = {"subnet": {"id": place}, "privateLinkServiceConnections": [connection]}
    endpoint = double.place("Microsoft.Network/privateEndpoints", "pe")
    refusal = double.refused("PUT", endpoint, {"location": "westeurope", "properties": wanted})
    assert refusal[1] == "SubnetIsDelegated"


def test_a_subnet_that_others_use_takes_no_group(double: Double) -> None:
    place = subnet(double, delegated=False)
    cluster = {
        "dnsPrefix": "aks",
        "agentPoolProfiles": [
            {"name": "system", "mode": "System", "vmSize": "Standard_D2s_v3", "count": 1, "vnetSubnetID": place}
        ],
    }
    double.ok(
        "PUT",
        double.place("Microsoft.ContainerService/managedClusters", "aks"),
        {"location": "westeurope", "identity": {"type": "SystemAssigned"}, "properties": cluster},
    )
    delegations = [{"name": "groups", "properties": {"serviceName": GROUP}}]
    wanted = {"properties": {"addressPrefix": "10.1.0.0/24", "delegations": delegations}}
    assert double.refused("PUT", place, wanted)[1] == "SubnetDelegationsCannotChangeWhenSubnetUsedByResource"


def storage(double: Double, **properties: object) -> str:
    """The key of an account `contosomodels` with a share `models`."""
    place = double.place("Microsoft.Storage/storageAccounts", "contosomodels")
    double.ok(
        "PUT",
        place,
        {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "properties": properties},
    )
    double.ok("PUT", f"{place}/fileServices/default/shares/models", {"properties": {}})
    return str(double.ok("POST", f"{place}/listKeys")["keys"][0]["value"])


def mounting(key: str, **changes: Any) -> dict[str, Any]:
    file = {"shareName": "models", "storageAccountName": "contosomodels", "storageAccountKey": key}
    mount = [{"name": "models", "mountPath": "/usr/local/models"}]
    return body(container(volumeMounts=mount), volumes=[{"name": "models", "azureFile": file}], **changes)


def test_a_share_is_mounted_with_its_key(double: Double) -> None:
    shown = put(double, mounting(storage(double)))["properties"]["volumes"]
    assert shown == [{"name": "models", "azureFile": {"shareName": "models", "storageAccountName": "contosomodels"}}]


def test_a_share_is_not_mounted_with_another_key_or_where_keys_are_off(double: Double) -> None:
    key = storage(double)
    assert refused(double, mounting("wrong")) == "CannotAccessStorageAccount"
    storage(double, allowSharedKeyAccess=False)
    assert refused(double, mounting(key)) == "CannotAccessStorageAccount"


def test_a_new_key_is_no_change_of_the_volumes(double: Double) -> None:
    put(double, mounting(storage(double)))
    place = double.place("Microsoft.Storage/storageAccounts", "contosomodels")
    double.ok("POST", f"{place}/regenerateKey", {"keyName": "key1"})
    assert refused(double, {**mounting("wrong"), "tags": {}}) == "CannotAccessStorageAccount"
    put(double, mounting(str(double.ok("POST", f"{place}/listKeys")["keys"][0]["value"])))


def test_a_private_image_needs_an_identity_with_a_role(double: Double) -> None:
    registry = double.place("Microsoft.ContainerRegistry/registries", "contosoimages")
    double.ok("PUT", registry, {"location": "westeurope", "sku": {"name": "Standard"}})
    identity = double.place("Microsoft.ManagedIdentity/userAssignedIdentities", "pull")
    principal = double.ok("PUT", identity, {"location": "westeurope"})["properties"]["principalId"]
    assigned = {"type": "UserAssigned", "userAssignedIdentities": {identity: {}}}
    mine = container(image="contosoimages.azurecr.io/speech-to-text:5.1.0-amd64-en-us")
    credentials = [{"server": "contosoimages.azurecr.io", "identity": identity}]
    assert refused(double, body(mine)) == "InaccessibleImage"
    without = body(mine, imageRegistryCredentials=credentials)
    assert refused(double, without) == "InvalidImageRegistryCredentialIdentity"
    wanted = body(mine, imageRegistryCredentials=credentials, identity=assigned)
    assert "AcrPull" in double.refused("PUT", double.place(GROUP, "speech"), wanted)[2]
    definition = f"{double.subscription}/providers/Microsoft.Authorization/roleDefinitions/{ACR_PULL}"
    role = f"{registry}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-000000000001"
    properties = {"roleDefinitionId": definition, "principalId": principal, "principalType": "ServicePrincipal"}
    double.ok("PUT", role, {"properties": properties})
    assert put(double, wanted)["properties"]["imageRegistryCredentials"] == credentials


def lone_account(double: Double, **properties: Any) -> str:
    place = double.place("Microsoft.CognitiveServices/accounts", "speech")
    wanted = {"customSubDomainName": "contoso-groups", **properties}
    double.ok(
        "PUT",
        place,
        {"location": "westeurope", "kind": "SpeechServices", "sku": {"name": "S0"}, "properties": wanted},
    )
    return place


def delegated(double: Double, **properties: Any) -> str:
    """The subnet `groups` with more properties."""
    place = subnet(double)
    delegations = [{"name": "groups", "properties": {"serviceName": GROUP}}]
    double.ok("PUT", place, {"properties": {"addressPrefix": "10.1.0.0/24", "delegations": delegations, **properties}})
    return place


def test_a_groups_place_decides_what_its_account_lets_in(double: Double) -> None:
    place = delegated(double, serviceEndpoints=[{"service": "Microsoft.CognitiveServices"}])
    account = lone_account(double, networkAcls={"defaultAction": "Deny", "virtualNetworkRules": [{"id": place}]})
    put(double, private(place), "inside")
    put(double, name="outside")
    assert reports(double, account, "inside") == "Valid"
    assert reports(double, account, "outside") == "ForbiddenByFirewall"


@pytest.mark.parametrize(
    ("way", "outcome"),
    [
        ({}, "ConnectionTimedOut"),
        ({"serviceEndpoints": [{"service": "Microsoft.CognitiveServices"}]}, "Valid"),
        ({"defaultOutboundAccess": True}, "Valid"),
    ],
)
def test_a_subnet_without_a_way_out_leads_to_no_public_address(
    double: Double, way: dict[str, Any], outcome: str
) -> None:
    put(double, private(delegated(double, **{"defaultOutboundAccess": False, **way})), "inside")
    assert reports(double, lone_account(double), "inside") == outcome


@pytest.mark.parametrize(("servers", "outcome"), [(["168.63.129.16"], "Valid"), ([], "ForbiddenByConnection")])
def test_a_group_finds_a_private_endpoint_only_with_name_servers_of_its_own(
    double: Double, servers: list[str], outcome: str
) -> None:
    place = delegated(double)
    account = lone_account(double, publicNetworkAccess="Disabled")
    network = place.rsplit("/", 2)[0]
    endpoints = f"{network}/subnets/endpoints"
    double.ok("PUT", endpoints, {"properties": {"addressPrefix": "10.1.1.0/24"}})
    connection = {"name": "speech", "properties": {"privateLinkServiceId": account, "groupIds": ["account"]}}
    wanted = {"subnet": {"id": endpoints}, "privateLinkServiceConnections": [connection]}
    endpoint = double.place("Microsoft.Network/privateEndpoints", "pe")
    double.ok("PUT", endpoint, {"location": "westeurope", "properties": wanted})
    zone = double.place("Microsoft.Network/privateDnsZones", "privatelink.cognitiveservices.azure.com")
    double.ok("PUT", zone, {"location": "global"}, version="2024-06-01")
    link = {"location": "global", "properties": {"virtualNetwork": {"id": network}}}
    double.ok("PUT", f"{zone}/virtualNetworkLinks/net", link, version="2024-06-01")
    config = {"name": "account", "properties": {"privateDnsZoneId": zone}}
    double.ok("PUT", f"{endpoint}/privateDnsZoneGroups/default", {"properties": {"privateDnsZoneConfigs": [config]}})
    put(double, private(place, **({"dnsConfig": {"nameServers": servers}} if servers else {})), "inside")
    assert reports(double, account, "inside") == outcome


def reports(double: Double, account: str, group: str) -> str:
    """The outcome of a report of usage from a container group's network."""
    found = double.world.store.resource(double.place(GROUP, group))
    assert found
    answer = double.http.post(
        "/sandbox/metering",
        headers={
            "Host": "contoso-groups.cognitiveservices.azure.com",
            "Ocp-Apim-Subscription-Key": double.ok("POST", f"{account}/listKeys")["key1"],
            "Sandbox-Cluster": found.hidden["uid"],
        },
        json={"meter": {"name": "AudioSecondsTranscribed", "quantity": 0}},
    )
    told: dict[str, Any] = answer.json()
    return str(told["status"] if answer.is_success else told["error"]["code"])


def test_logs_of_what_does_not_run_are_empty_and_of_what_is_not_there_not_found(double: Double) -> None:
    put(double)
    place = double.place(GROUP, "speech")
    assert double.ok("GET", f"{place}/containers/stt/logs") == {"content": ""}
    assert double.send("GET", f"{place}/containers/other/logs").status_code == 404
