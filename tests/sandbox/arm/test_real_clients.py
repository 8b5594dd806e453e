"""The real azure-mgmt clients and azure-identity against the running server, over TLS, unchanged."""

import base64
import re
import uuid

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceNotFoundError
from azure.identity import ClientSecretCredential

from sandbox.home import prepare
from tests.sandbox.arm.azure_clients import Azure

SPEECH = {"location": "westeurope", "kind": "SpeechServices", "sku": {"name": "S0"}, "properties": {}}


def account(azure: Azure, group: str, name: str, **changes: object) -> object:
    return azure.speech.accounts.begin_create(group, name, {**SPEECH, **changes}).result()


def test_an_account_is_created_read_listed_and_deleted(azure: Azure, group: str) -> None:
    made = account(azure, group, "speech", properties={"customSubDomainName": "contoso-crud"})
    assert made.properties.provisioning_state == "Succeeded"
    assert made.properties.endpoint == "https://contoso-crud.cognitiveservices.azure.com/"
    assert azure.speech.accounts.get(group, "speech").etag == made.etag
    assert [each.name for each in azure.speech.accounts.list_by_resource_group(group)] == ["speech"]
    azure.speech.accounts.begin_delete(group, "speech").result()
    with pytest.raises(ResourceNotFoundError):
        azure.speech.accounts.get(group, "speech")


def test_a_regenerated_key_changes_and_the_other_stays(azure: Azure, group: str) -> None:
    account(azure, group, "speech")
    before = azure.speech.accounts.list_keys(group, "speech")
    after = azure.speech.accounts.regenerate_key(group, "speech", "Key1")
    assert re.fullmatch(r"[A-Za-z0-9]{84}", before.key1)
    assert (after.key1 != before.key1, after.key2) == (True, before.key2)
    assert azure.speech.accounts.list_keys(group, "speech").as_dict() == after.as_dict()


def test_a_deleted_account_is_listed_restored_with_its_keys_and_purged(azure: Azure, group: str) -> None:
    account(azure, group, "speech")
    keys = azure.speech.accounts.list_keys(group, "speech").as_dict()
    azure.speech.accounts.begin_delete(group, "speech").result()
    with pytest.raises(HttpResponseError, match="FlagMustBeSetForRestore"):
        account(azure, group, "speech")
    assert azure.speech.deleted_accounts.get("westeurope", group, "speech").properties.deletion_date
    account(azure, group, "speech", properties={"restore": True})
    assert azure.speech.accounts.list_keys(group, "speech").as_dict() == keys
    azure.speech.accounts.begin_delete(group, "speech").result()
    azure.speech.deleted_accounts.begin_purge("westeurope", group, "speech").result()
    account(azure, group, "speech")
    assert azure.speech.accounts.list_keys(group, "speech").as_dict() != keys


def test_a_subscription_has_one_free_account_of_a_kind(azure: Azure, group: str) -> None:
    account(azure, group, "free", sku={"name": "F0"})
    with pytest.raises(HttpResponseError, match="CanNotCreateMultipleFreeAccounts"):
        account(azure, group, "free-too", sku={"name": "F0"})


def test_a_commitment_is_bought_from_the_listed_tiers_changed_and_given_up(azure: Azure, group: str) -> None:
    account(azure, group, "speech")
    listed = azure.speech.commitment_tiers.list("westeurope")
    tier = next(each for each in listed if (each.hosting_model, each.plan_type) == ("ConnectedContainer", "NTTS"))
    plan = {"hostingModel": tier.hosting_model, "planType": tier.plan_type, "current": {"tier": tier.tier, "count": 1}}
    made = azure.speech.commitment_plans.create_or_update(group, "speech", "voices", {"properties": plan})
    assert made.properties.current.quota.quantity == tier.quota.quantity
    plan["current"] = {"tier": tier.tier, "count": 2}
    grown = azure.speech.commitment_plans.create_or_update(group, "speech", "voices", {"properties": plan})
    assert (grown.properties.current.count, grown.etag == made.etag) == (2, False)
    assert [each.name for each in azure.speech.commitment_plans.list(group, "speech")] == ["voices"]
    azure.speech.commitment_plans.begin_delete(group, "speech", "voices").result()
    with pytest.raises(ResourceNotFoundError):
        azure.speech.commitment_plans.get(group, "speech", "voices")


def test_a_secret_written_through_arm_is_never_read_back(azure: Azure, group: str) -> None:
    who = prepare(azure.server.home)
    properties = {
        "tenantId": who.tenant_id,
        "sku": {"family": "A", "name": "standard"},
        "enableRbacAuthorization": True,
    }
    vault = azure.vaults.vaults.begin_create_or_update(
        group, "kv-client", {"location": "westeurope", "properties": properties}
    ).result()
    assert vault.properties.vault_uri == "https://kv-client.vault.azure.net/"
    first = azure.vaults.secrets.create_or_update(group, "kv-client", "key", {"properties": {"value": "one"}})
    second = azure.vaults.secrets.create_or_update(group, "kv-client", "key", {"properties": {"value": "two"}})
    assert first.properties.secret_uri == "https://kv-client.vault.azure.net/secrets/key"
    assert first.properties.secret_uri_with_version != second.properties.secret_uri_with_version
    assert azure.vaults.secrets.get(group, "kv-client", "key").properties.value is None


def test_a_deleted_vault_holds_its_name_until_it_is_purged(azure: Azure, group: str) -> None:
    properties = {"tenantId": prepare(azure.server.home).tenant_id, "sku": {"family": "A", "name": "standard"}}
    wanted = {"location": "westeurope", "properties": properties}
    azure.vaults.vaults.begin_create_or_update(group, "kv-purge", wanted).result()
    azure.vaults.vaults.delete(group, "kv-purge")
    with pytest.raises(HttpResponseError, match="ConflictError"):
        azure.vaults.vaults.begin_create_or_update(group, "kv-purge", wanted)
    azure.vaults.vaults.begin_purge_deleted("kv-purge", "westeurope").result()
    assert azure.vaults.vaults.check_name_availability(
        {"name": "kv-purge", "type": "Microsoft.KeyVault/vaults"}
    ).name_available


def test_an_identity_is_federated_and_given_a_role(azure: Azure, group: str) -> None:
    identity = azure.identities.user_assigned_identities.create_or_update(group, "pods", {"location": "westeurope"})
    credential = azure.identities.federated_identity_credentials.create_or_update(
        group,
        "pods",
        "speech",
        {
            "properties": {
                "issuer": "https://issuer.test/x/",
                "subject": "system:serviceaccount:speech:pods",
                "audiences": ["api://AzureADTokenExchange"],
            }
        },
    )
    assert credential.subject == "system:serviceaccount:speech:pods"
    scope = azure.groups.get(group).id
    subscription = "/".join(scope.split("/")[:3])
    reader = f"{subscription}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"
    wanted = {"roleDefinitionId": reader, "principalId": identity.principal_id, "principalType": "ServicePrincipal"}
    name = str(uuid.uuid4())
    made = azure.roles.role_assignments.create(scope, name, {"properties": wanted})
    assert made.scope.lower() == scope.lower()
    with pytest.raises(HttpResponseError, match="RoleAssignmentExists"):
        azure.roles.role_assignments.create(scope, str(uuid.uuid4()), {"properties": wanted})
    assert [each.name for each in azure.roles.role_assignments.list_for_scope(scope, filter="atScope()")] == [name]
    azure.roles.role_assignments.delete(scope, name)


def test_a_cluster_gets_a_pool_credentials_and_goes(azure: Azure, group: str) -> None:
    cluster = azure.kubernetes.managed_clusters.begin_create_or_update(group, "aks", cluster_body()).result()
    assert cluster.provisioning_state == "Succeeded"
    assert cluster.oidc_issuer_profile.issuer_url.startswith("https://westeurope.oic.prod-aks.azure.com/")
    pool = azure.kubernetes.agent_pools.begin_create_or_update(
        group, "aks", "speech", {"properties": {"vmSize": "Standard_D8as_v5", "count": 1, "mode": "User"}}
    ).result()
    assert pool.count == 1
    names = [each.name for each in azure.kubernetes.managed_clusters.get(group, "aks").agent_pool_profiles]
    assert names == ["system", "speech"]
    config = azure.kubernetes.managed_clusters.list_cluster_admin_credentials(group, "aks").kubeconfigs[0].value
    assert f"server: {azure.server.url}/kubernetes/" in base64.b64decode(base64.b64encode(config)).decode()
    azure.kubernetes.managed_clusters.begin_delete(group, "aks").result()
    with pytest.raises(ResourceNotFoundError):
        azure.kubernetes.managed_clusters.get(group, "aks")


def cluster_body() -> dict[str, object]:
    return {
        "location": "westeurope",
        "identity": {"type": "SystemAssigned"},
        "properties": {
            "dnsPrefix": "aks",
            "oidcIssuerProfile": {"enabled": True},
            "agentPoolProfiles": [{"name": "system", "mode": "System", "vmSize": "Standard_D2s_v3", "count": 1}],
        },
    }


def test_networks_and_subnets_come_and_go(azure: Azure, group: str) -> None:
    networks, subnets = azure.network.virtual_networks, azure.network.subnets
    space = {"properties": {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}}, "location": "westeurope"}
    networks.begin_create_or_update(group, "net", space).result()
    made = subnets.begin_create_or_update(
        group, "net", "pods", {"properties": {"addressPrefix": "10.1.4.0/22"}}
    ).result()
    assert made.properties.private_endpoint_network_policies == "Disabled"
    assert [each.name for each in networks.get(group, "net").properties.subnets] == ["pods"]
    subnets.begin_delete(group, "net", "pods").result()
    networks.begin_delete(group, "net").result()


def test_an_account_is_reached_by_a_private_endpoint_with_its_name(azure: Azure, group: str) -> None:
    space = {"properties": {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}}, "location": "westeurope"}
    azure.network.virtual_networks.begin_create_or_update(group, "net", space).result()
    subnet = azure.network.subnets.begin_create_or_update(
        group, "net", "endpoints", {"properties": {"addressPrefix": "10.1.4.0/28"}}
    ).result()
    account(azure, group, "speech", properties={"customSubDomainName": "contoso-private"})
    target = azure.speech.accounts.get(group, "speech").id
    connection = {"name": "speech", "properties": {"privateLinkServiceId": target, "groupIds": ["account"]}}
    properties = {"subnet": {"id": subnet.id}, "privateLinkServiceConnections": [connection]}
    endpoints, groups = azure.network.private_endpoints, azure.network.private_dns_zone_groups
    made = endpoints.begin_create_or_update(group, "pe", {"location": "westeurope", "properties": properties}).result()
    assert made.properties.custom_dns_configs[0].ip_addresses == ["10.1.4.4"]
    [shown] = azure.speech.accounts.get(group, "speech").properties.private_endpoint_connections
    assert shown.properties.private_link_service_connection_state.status == "Approved"
    zone = f"{target.partition('/providers/')[0]}/providers/Microsoft.Network/privateDnsZones/privatelink.test.com"
    token = azure.credential.get_token(f"{azure.server.url}/.default").token
    azure.control.put(
        f"{zone}?api-version=2024-06-01", json={"location": "global"}, headers={"Authorization": f"Bearer {token}"}
    ).raise_for_status()
    config = {"name": "account", "properties": {"privateDnsZoneId": zone}}
    named = groups.begin_create_or_update(
        group, "pe", "default", {"properties": {"privateDnsZoneConfigs": [config]}}
    ).result()
    [record] = named.properties.private_dns_zone_configs[0].properties.record_sets
    assert (record.fqdn, record.ip_addresses) == ("contoso-private.privatelink.test.com", ["10.1.4.4"])
    endpoints.begin_delete(group, "pe").result()
    assert azure.speech.accounts.get(group, "speech").properties.private_endpoint_connections == []


def test_a_group_takes_everything_inside_with_it(azure: Azure, group: str) -> None:
    account(azure, group, "speech")
    azure.groups.begin_delete(group).result()
    with pytest.raises(ResourceNotFoundError, match="ResourceGroupNotFound"):
        azure.speech.accounts.get(group, "speech")


def test_a_wrong_secret_gets_no_token(azure: Azure) -> None:
    who = prepare(azure.server.home)
    credential = ClientSecretCredential(
        who.tenant_id,
        who.client_id,
        "wrong",
        authority=azure.server.url,
        disable_instance_discovery=True,
        connection_verify=str(azure.server.home.ca_pem),
    )
    with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        credential.get_token(f"{azure.server.url}/.default")
