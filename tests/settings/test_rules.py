"""Every rule of the stack file: the smallest file that breaks it, and the words of its finding."""

import importlib
import inspect
import pkgutil
from collections.abc import Sequence
from types import ModuleType

import pytest

from speech.settings import acknowledge, rules, versions
from speech.settings.draft import Draft
from speech.settings.faults import Finding, InvalidStackError, Severity
from speech.settings.parse import parse
from tests.settings import broken_containers, broken_demand, broken_gateway, broken_hosts, broken_scaling
from tests.settings.broken_hosts import Changes
from tests.stacks import stack_file

C = "speech:containers[0]"
A, T, N, M = "speech:account", "speech:target", "speech:network", "speech:monitoring"
SECOND = {
    "name": "b",
    "kind": "speech-to-text",
    "locale": "en-US",
    "version": "5.1.0",
    "demand": {"concurrent_streams": 1},
}
DOMAIN = {"custom_domain": "contoso-speech-test"}
ID = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/theirs"
WORKSPACE = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/logs"
BY_ID = {"mode": "existing", "resource_id": ID}
BY_KEY = {"mode": "existing", "endpoint": "https://theirs.cognitiveservices.azure.com/", "key": {"secure": "v1:AAAA"}}
BY_KEY_ALONE = {word: BY_KEY[word] for word in ("endpoint", "key")}
CLOSED = {**DOMAIN, "public_access": False, "private_endpoint": True}
PROD = [("speech:environment", "prod"), (f"{T}.authentication", "local")]
GROUP = "11111111-1111-4111-8111-111111111111"
MANY = [f"203.0.{index}.0/24" for index in range(201)]

# rule, changes to the dev stack, path of the fault, words in it
FAULTS: Sequence[tuple[str, Changes, str, str]] = [
    ("location_is_a_region_with_speech", [("azure-native:location", "westeurop")], "azure-native:location", 'Did you mean "westeurope"?'),
    ("a_region_is_written_as_azure_does", [("azure-native:location", "West Europe")], "azure-native:location", "is the name for people: write westeurope"),
    ("tags_have_the_form_of_azure", [("speech:tags", {f"t{index}": "x" for index in range(49)})], "speech:tags", "has 49: at most 48"),
    ("tags_have_the_form_of_azure", [("speech:tags", {"a": "x", "cost?": "x"})], "speech:tags.cost?", "a character in its name that Azure refuses"),
    ("tags_have_the_form_of_azure", [("speech:tags", {"t" * 513: "x"})], f"speech:tags.{'t' * 60}...", "has a name of 513 characters"),
    ("tags_have_the_form_of_azure", [("speech:tags", {"a": "x" * 257})], "speech:tags.a", "has 257 characters: at most 256"),
    ("tags_have_the_form_of_azure", [("speech:tags", {"Azure-x": "x"})], "speech:tags.Azure-x", "begins as Azure's own tags do"),
    ("logs_go_to_one_workspace", [(M, {"workspace_id": WORKSPACE, "create_workspace": True})], f"{M}.workspace_id", "leave one out"),
    ("retention_is_that_of_the_stacks_workspace", [(M, {"workspace_id": WORKSPACE, "retention_days": 60})], f"{M}.retention_days", "has no effect without  create_workspace: true"),
    ("an_account_behind_a_key_shows_no_logs", [(A, BY_KEY), (M, {"create_workspace": True})], f"{M}.create_workspace", "needs the account's resource_id"),
    ("acknowledged_ids_exist", [("speech:acknowledge", ["open-endpont"])], "speech:acknowledge", 'Did you mean "open-endpoint"?'),
    (
        "only_what_is_built",
        [("azure-native:location", "usgovvirginia")],
        "azure-native:location",
        "the cloud of usgovvirginia (usgovernment) is not in this version",
    ),
    ("spot_nodes_may_go", [*PROD, (f"{T}.spot", True)], f"{T}.spot", "the streams on them end. At your own risk: speech:acknowledge: [spot-nodes]"),
    # The account.
    ("an_existing_account_is_named_once", [(A, {"mode": "existing"})], f"{A}.resource_id", "missing. An existing account is named by resource_id, or by endpoint and key"),
    ("an_existing_account_is_named_once", [(A, {"mode": "existing", "endpoint": BY_KEY["endpoint"]})], f"{A}.key", "missing."),
    ("an_existing_account_is_named_once", [(A, {**BY_KEY, "resource_id": ID})], f"{A}.endpoint", "resource_id is enough"),
    *[
        ("an_existing_account_stays_as_it_is", [(A, {**BY_ID, **more})], f"{A}.{next(iter(more))}", "this one exists: leave it out")
        for more in ({"sku": "S0"}, {"custom_domain": "theirs"}, {"protect": True}, {"on_soft_deleted": "fail"}, {"private_endpoint": False})
    ],
    ("a_new_account_has_no_address_yet", [(A, {**DOMAIN, "resource_id": ID})], f"{A}.resource_id", "write  mode: existing  too"),
    ("an_endpoint_is_that_of_an_account", [(A, {**BY_KEY, "endpoint": "https://speech.example.com"})], f"{A}.endpoint", "write https://<name>.cognitiveservices.azure.com or https://<region>.api.cognitive.microsoft.com"),
    ("an_endpoint_is_that_of_an_account", [*broken_containers.DISCONNECTED, ("speech:model_account", {**BY_KEY_ALONE, "endpoint": "https://speech.example.com"})], "speech:model_account.endpoint", "is no host of a Speech account"),
    ("an_endpoint_is_that_of_an_account", [(A, {**BY_KEY, "endpoint": "https://theirs.cognitiveservices.azure.us"})], f"{A}.endpoint", "is no host of a Speech account"),
    ("a_closed_account_has_a_private_way", [(A, {**DOMAIN, "public_access": False})], f"{A}.public_access", "nothing reaches the account without  private_endpoint: true"),
    ("a_closed_account_lets_nobody_in_by_rule", [(A, {**CLOSED, "service_endpoint": True})], f"{A}.service_endpoint", "has no effect where public_access is false"),
    ("a_closed_account_lets_nobody_in_by_rule", [(A, {**CLOSED, "allowed_ip_ranges": ["203.0.113.7"]})], f"{A}.allowed_ip_ranges", "has no effect where public_access is false"),
    *[
        ("who_may_reach_an_account_needs_its_domain", [(A, {word: value})], f"{A}.custom_domain", f"missing. {word} needs one")
        for word, value in (("private_endpoint", True), ("service_endpoint", True), ("allowed_ip_ranges", ["203.0.113.7"]))
    ],
    ("a_private_endpoint_needs_a_paid_account", [(A, {**DOMAIN, "private_endpoint": True, "sku": "F0"})], f"{A}.sku", '"F0" has no private endpoint: write S0'),
    ("allowed_ranges_are_public", [(A, {**DOMAIN, "allowed_ip_ranges": ["203.0.113.7", "10.1.0.0/16"]})], f"{A}.allowed_ip_ranges[1]", "10.1.0.0/16 is not public"),
    ("an_account_has_so_many_rules", [(A, {**DOMAIN, "allowed_ip_ranges": MANY[:100]})], f"{A}.allowed_ip_ranges", "lists 100: at most 99, and one for the nodes"),
    # The cluster.
    ("a_size_is_named_or_chosen", [(f"{T}.vm_size", "Standard_D16s_v5"), (f"{T}.vm_sizes", ["Standard_D16s_v5"])], f"{T}.vm_sizes", "leave one of the two out"),
    ("vm_sizes_can_run_speech", [(f"{T}.vm_size", "Standard_D8ps_v5")], f"{T}.vm_size", "x64 only"),
    ("vm_sizes_can_run_speech", [(f"{T}.vm_sizes", ["Standard_D8s_v3"])], f"{T}.vm_sizes[0]", "2.1 GHz"),
    ("vm_sizes_stay", [*PROD, (f"{T}.vm_size", "Standard_F16s_v2")], f"{T}.vm_size", "Azure retires Standard_F16s_v2 on 2028-11-15. At your own risk: speech:acknowledge: [retiring-vm-size]"),
    ("a_system_node_carries_the_cluster", [(f"{T}.system_vm_size", "Standard_B4ms")], f"{T}.system_vm_size", "is burstable, which AKS refuses for system pools"),
    ("a_system_node_carries_the_cluster", [(f"{T}.system_vm_size", "Standard_D2as_v5")], f"{T}.system_vm_size", "has 2 cores: a system pool needs 4, as Standard_D4as_v5 has"),
    ("a_zone_is_listed_once", [(f"{T}.zones", ["1", "1"]), (f"{T}.system_nodes", 2)], f"{T}.zones", 'names a zone twice: write ["1"]'),
    ("kubernetes_is_supported", [*PROD, (f"{T}.version", "1.20")], f"{T}.version", 'AKS no longer makes clusters of "1.20"'),
    ("kubernetes_is_supported", [*PROD, (f"{T}.version", "1.99")], f"{T}.version", "If it exists: speech:acknowledge: [unsupported-kubernetes]"),
    ("entra_has_administrators", [("speech:environment", "prod")], f"{T}.admin_group_ids", "nobody could administer the cluster"),
    ("entra_has_administrators", [(f"{T}.admin_group_ids", [GROUP])], f"{T}.admin_group_ids", "has no effect without  authentication: entra"),
    ("a_private_cluster_has_no_public_callers", [(f"{T}.private", True), (f"{T}.authorized_ip_ranges", ["203.0.113.0/24"])], f"{T}.authorized_ip_ranges", "belong to a public API server"),
    ("an_api_server_has_so_many_callers", [(f"{T}.authorized_ip_ranges", MANY)], f"{T}.authorized_ip_ranges", "lists 201: at most 199, and one for the nodes"),
    # The network.
    ("an_address_space_has_room", [(f"{N}.address_space", "10.80.0.0/24")], f"{N}.address_space", "10.80.0.0/24 is no /16 to /20: write 10.80.0.0/20"),
    ("an_address_space_has_room", [(f"{N}.address_space", "10.64.0.0/10")], f"{N}.address_space", "write 10.64.0.0/16"),
    ("an_address_space_is_private", [(f"{N}.address_space", "203.0.0.0/16")], f"{N}.address_space", "is not private: take one of 10.0.0.0/8"),
    ("an_address_space_is_private", [(f"{N}.address_space", "172.31.0.0/16")], f"{N}.address_space", "overlaps 172.31.0.0/16, which AKS keeps for itself"),
    ("a_public_container_names_its_clients", [(N, {"exposure": "public"})], f"{N}.clients.cidrs", "At your own risk: speech:acknowledge: [open-endpoint]"),
    ("a_public_container_names_its_clients", [(N, {"exposure": "public", "clients": {"cidrs": ["0.0.0.0/0"]}})], f"{N}.clients.cidrs", "0.0.0.0/0 is anybody"),
    ("what_is_not_exposed_has_no_clients_outside", [(N, {"clients": {"cidrs": ["10.0.0.0/8"]}})], f"{N}.clients.cidrs", 'has no effect with the exposure "cluster"'),
    ("what_is_not_exposed_has_no_clients_outside", [(N, {"domain": "speech.contoso.example"})], f"{N}.domain", 'has no effect with the exposure "cluster"'),
    # The containers.
    ("a_stack_has_containers", [("speech:containers", [])], "speech:containers", "lists 0: a stack has 1 to 200 containers"),
    ("container_names_are_unique", [("speech:containers", [SECOND, SECOND])], "speech:containers[1].name", '"b" is taken'),
    (
        "container_names_are_unique",
        [("speech:containers", [{**SECOND, "options": {"diarization": {}}}, {**SECOND, "name": "b-cache"}])],
        "speech:containers[1].name",
        '"b-cache" is kept for the cache of "b"',
    ),
    ("a_kind_has_what_it_needs", [(f"{C}.voice", "AriaNeural")], f"{C}.voice", "a speech-to-text container has no voice"),
    ("a_kind_has_what_it_needs", [(f"{C}.locale", None)], f"{C}.locale", "missing. A speech-to-text container needs one"),
    ("a_kind_has_what_it_needs", [(f"{C}.demand", None)], f"{C}.demand", "missing. Write what it must carry"),
    ("a_pod_has_the_vendors_minimum", [(f"{C}.resources", {"cpu": 3, "memory_gib": 16})], f"{C}.resources.cpu", "is 3: the vendor asks for 4"),
    ("a_pod_has_the_vendors_minimum", [(f"{C}.resources", {"cpu": 4, "memory_gib": 3})], f"{C}.resources.memory_gib", "the vendor asks for 4 GiB"),
    ("replicas_have_a_range", [(f"{C}.scaling", {"min_replicas": 5, "max_replicas": 4})], f"{C}.scaling.max_replicas", "is 4, less than min_replicas, which is 5"),
    # The images.
    ("an_image_is_named_once", [(f"{C}.digest", f"sha256:{'0' * 64}")], f"{C}.digest", "version and digest exclude each other"),
    ("an_image_is_named_once", [(f"{C}.version", None)], f"{C}.version", "missing. Name the image by version"),
    ("the_image_is_in_the_catalogue", [*PROD, (f"{C}.version", "99.0.0")], f"{C}.version", 'the tag "99.0.0-amd64-en-us" is not in the catalogue'),
    ("the_image_is_in_the_catalogue", [*PROD, (f"{C}.version", None), (f"{C}.tag", "5.1.0-amd64-xx-yy")], f"{C}.tag", "If it exists: speech:acknowledge: [unknown-tag]"),
    ("latest_speaks_one_language", [(f"{C}.version", None), (f"{C}.tag", "latest"), (f"{C}.locale", "de-DE")], f"{C}.locale", 'is "de-DE", but the tag latest is en-US'),
    ("a_tag_speaks_the_containers_language", [(f"{C}.version", None), (f"{C}.tag", "5.1.0-amd64-en-us"), (f"{C}.locale", "de-DE")], f"{C}.locale", 'is "de-DE", but the tag is 5.1.0-amd64-en-us'),
    ("production_images_stay_the_same", [*PROD, (f"{C}.version", None), (f"{C}.tag", "latest")], f"{C}.tag", "At your own risk: speech:acknowledge: [floating-tag]"),
    ("a_tag_speaks_the_containers_language", [("speech:containers", [{**SECOND, "kind": "neural-text-to-speech", "voice": "GuyNeural", "version": None, "tag": "3.11.0-amd64-en-us-arianeural"}])], f"{C}.voice", 'is "GuyNeural", but the tag is 3.11.0-amd64-en-us-arianeural'),
    *broken_hosts.FAULTS,
    *broken_containers.FAULTS,
    *broken_demand.FAULTS,
    *broken_gateway.FAULTS,
    *broken_scaling.FAULTS,
]  # fmt: skip

WARNINGS: Sequence[tuple[str, Changes, str, str]] = [
    ("a_free_account_carries_little", [(f"{A}.sku", "F0")], f"{A}.sku", "stops serving when its free grant is used up"),
    ("vm_sizes_can_run_speech", [(f"{T}.vm_sizes", ["Standard_D8s_v5x", "Standard_D16s_v5"])], f"{T}.vm_sizes[0]", 'Did you mean "Standard_D8s_v5"?'),
    ("vm_sizes_stay", [(f"{T}.vm_size", "Standard_F16s_v2")], f"{T}.vm_size", "Azure retires Standard_F16s_v2"),
    ("a_system_node_carries_the_cluster", [(f"{T}.system_vm_size", "Standard_D4as_v55")], f"{T}.system_vm_size", 'Did you mean "Standard_D4as_v5"?'),
    ("system_nodes_stand_in_every_zone", [(f"{T}.zones", ["1", "2"])], f"{T}.system_nodes", "is 1, in 2 zones"),
    ("production_has_system_nodes_to_lose", [*PROD, (f"{T}.zones", []), (f"{T}.system_nodes", 1)], f"{T}.system_nodes", "AKS asks for 2 in production, and advises 3"),
    ("production_has_a_service_level", [*PROD, (f"{T}.tier", "Free")], f"{T}.tier", "promises nothing in production"),
    ("the_cluster_stays_on_the_files_version", [(f"{T}.upgrade_channel", "stable")], f"{T}.upgrade_channel", "moves the cluster to other minor versions than 1.35"),
    ("the_cluster_stays_on_the_files_version", [(f"{T}.version", "1.35.2")], f"{T}.upgrade_channel", 'write  version: "1.35"  or  upgrade_channel: none'),
    ("a_pod_has_the_vendors_minimum", [(f"{C}.resources", {"cpu": 4, "memory_gib": 6})], f"{C}.resources.memory_gib", "the model needs 4 to 8 GiB on top of 4"),
    ("the_image_is_in_the_catalogue", [(f"{C}.locale", "en-UX")], f"{C}.locale", 'Did you mean "en-U'),
    *broken_hosts.WARNINGS,
    *broken_containers.WARNINGS,
    *broken_demand.WARNINGS,
    *broken_scaling.WARNINGS,
]  # fmt: skip


def found(changes: Changes) -> Sequence[Finding]:
    try:
        return parse(stack_file((N, {}), *changes)).warnings
    except InvalidStackError as error:
        return error.faults


@pytest.mark.parametrize(
    ("severity", "rule", "changes", "path", "words"),
    [(Severity.FAULT, *row) for row in FAULTS] + [(Severity.WARNING, *row) for row in WARNINGS],
)
def test_a_broken_rule_is_one_finding_with_path_and_remedy(
    severity: Severity, rule: str, changes: Changes, path: str, words: str
) -> None:
    assert [(finding.severity, finding.path) for finding in found(changes)] == [(severity, path)], rule
    assert words in found(changes)[0].message


@pytest.mark.parametrize(("rule", "changes", "path", "words"), [*FAULTS, *WARNINGS])
def test_it_is_this_rule_that_finds_it(
    rule: str, changes: Changes, path: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = tuple(each for each in rules.RULES if each.__name__ != rule)
    assert len(others) == len(rules.RULES) - 1
    monkeypatch.setattr("speech.settings.parse.RULES", others)
    assert not [finding for finding in found(changes) if finding.path == path and words in finding.message]


def test_every_rule_is_broken_by_a_test() -> None:
    assert {rule.__name__ for rule in rules.RULES} == {row[0] for row in (*FAULTS, *WARNINGS)}


def test_every_rule_of_the_modules_is_in_force() -> None:
    modules: list[ModuleType] = [acknowledge, versions]
    modules += [
        importlib.import_module(f"{rules.__name__}.{each.name}") for each in pkgutil.iter_modules(rules.__path__)
    ]
    written = {
        name
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if [each.annotation for each in inspect.signature(function).parameters.values()] == [Draft] and name[0] != "_"
    }
    assert written == {rule.__name__ for rule in rules.RULES}
    assert len(rules.RULES) == len(written)


def test_every_rule_says_why() -> None:
    assert all((rule.__doc__ or "").strip().endswith((".", ").")) for rule in rules.RULES)
