"""Stack files that break the rules of hosts and of registries, each as changes to the dev stack, and the findings."""

from collections.abc import Sequence

C = "speech:containers[0]"
A, T, N, R = "speech:account", "speech:target", "speech:network", "speech:registry"
Changes = Sequence[tuple[str, object]]
Rows = Sequence[tuple[str, Changes, str, str]]

SUBNET = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/groups"
THEIR_CLUSTER = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/contoso"
ZONES = {
    name: f"/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/hub/providers/Microsoft.Network/privateDnsZones/privatelink.{zone}"
    for name, zone in (("account", "cognitiveservices.azure.com"), ("vault", "vaultcore.azure.net"))
}
CONTOSO = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/contoso"
RISKS = ("speech:acknowledge", ["no-avx2-guarantee", "open-endpoint"])
SMALL = (f"{C}.resources", {"cpu": 4, "memory_gib": 12})
GROUPS: Changes = [(T, {"kind": "container-instances"}), (N, {"exposure": "internal"}), RISKS, SMALL]
PUBLIC: Changes = [(T, {"kind": "container-instances"}), (N, {"exposure": "public"}), RISKS, SMALL]
CLUSTER: Changes = [(T, {"kind": "kubernetes", "storage_class": "shared"})]
DOCKER: Changes = [(T, {"kind": "docker"})]
LOGIN = {"username": "puller", "password": {"secure": "v1:AAAA"}}
GATED = "containerpreview.azurecr.io"
FAST = {
    "name": "fast",
    "kind": "fast-transcription",
    "locale": "en",
    "version": "1.0.0",
    "demand": {"concurrent_streams": 1},
    "scaling": {"streams_per_pod": 1},
    "resources": {"cpu": 8, "memory_gib": 16},
}
PREVIEW = ("speech:acknowledge", ["preview-container", "no-avx2-guarantee"])

FAULTS: Rows = [
    # Any host.
    ("only_clusters_scale_by_load", [*GROUPS, (f"{C}.scaling.by", "cpu")], f"{C}.scaling.by", '"cpu" adds nothing on container-instances: write  by: fixed'),
    ("only_clusters_scale_by_load", [*GROUPS, (f"{C}.scaling.by", "streams")], f"{C}.scaling.by", '"streams" adds nothing on container-instances'),
    ("only_clusters_scale_by_load", [*DOCKER, (f"{C}.scaling", {"by": "cpu"})], f"{C}.scaling.by", '"cpu" adds nothing on docker'),
    ("only_networks_of_the_stack_have_private_ways", [*CLUSTER, (f"{A}.private_endpoint", True)], f"{A}.private_endpoint", "has no effect on kubernetes, around which the stack makes no network: allowed_ip_ranges"),
    ("only_networks_of_the_stack_have_private_ways", [*DOCKER, (f"{A}.service_endpoint", True)], f"{A}.service_endpoint", "has no effect on docker"),
    *[
        ("an_address_space_is_that_of_a_network_of_the_stack", [*host, (f"{N}.address_space", "10.90.0.0/16")], f"{N}.address_space", "the stack makes no network here, leave it out")
        for host in (CLUSTER, DOCKER, PUBLIC, [*GROUPS, (f"{T}.subnet_id", SUBNET)], [(f"{T}.subnet_id", SUBNET)])
    ],
    # What is there already.
    *[
        ("private_endpoints_have_a_subnet", [*host, (f"{T}.subnet_id", SUBNET), (f"{A}.private_endpoint", True)], f"{N}.endpoints_subnet_id", "missing: private endpoints need a subnet in your network")
        for host in ([], GROUPS)
    ],
    ("a_subnet_for_endpoints_is_used", [(f"{N}.endpoints_subnet_id", SUBNET), (f"{A}.private_endpoint", True)], f"{N}.endpoints_subnet_id", "go into the network that the stack makes"),
    ("a_subnet_for_endpoints_is_used", [(f"{T}.subnet_id", SUBNET), (f"{N}.endpoints_subnet_id", SUBNET)], f"{N}.endpoints_subnet_id", "has no effect without  account.private_endpoint: true"),
    ("private_zones_are_of_private_endpoints", [(f"{N}.private_zones", ZONES)], f"{N}.private_zones", "have no effect without  account.private_endpoint: true"),
    ("a_way_out_is_chosen_for_a_subnet_of_ones_own", [(f"{T}.outbound", "user-defined-routing")], f"{T}.outbound", "name your subnet,  subnet_id"),
    *[
        ("a_cluster_is_reached_in_one_way", [*CLUSTER, (f"{T}.cluster_id", THEIR_CLUSTER), way], f"{T}.cluster_id", "leave one of the two out")
        for way in ((f"{T}.context", "factory"), (f"{T}.kubeconfig", {"secure": "v1:AAAA"}))
    ],
    ("a_gpu_container_has_nodes_with_gpus", [("speech:containers", [FAST]), PREVIEW, (f"{T}.vm_size", "Standard_D16s_v5")], f"{T}.vm_size", "has no GPU, which fast needs: Standard_NC16as_T4_v3 has an NVIDIA T4"),
    ("a_gpu_container_has_nodes_with_gpus", [("speech:containers", [FAST]), PREVIEW, (f"{T}.vm_sizes", ["Standard_D16s_v5"])], f"{T}.vm_sizes", "has no GPU"),
    # Clusters of others.
    ("an_unlabelled_cluster_may_lack_avx2", [*CLUSTER, (f"{T}.node_selector", {"pool": "speech"})], f"{T}.node_selector", "At your own risk: speech:acknowledge: [no-avx2-guarantee]"),
    ("an_ingress_leads_to_a_name", [*CLUSTER, (f"{T}.ingress_class", "nginx")], f"{N}.domain", "missing. An Ingress needs names"),
    ("a_public_container_names_its_clients", [*CLUSTER, (N, {"exposure": "public"})], f"{N}.clients.cidrs", "speech:acknowledge: [open-endpoint]"),
    ("a_closed_account_has_a_private_way", [*CLUSTER, (f"{A}.public_access", False)], f"{A}.public_access", "nothing reaches the account from there: leave it out"),
    # Docker.
    ("a_docker_host_publishes_its_ports", [*DOCKER, (f"{N}.exposure", "public")], f"{N}.exposure", "ports of the host are published: leave it out"),
    ("a_docker_host_publishes_its_ports", [*DOCKER, (f"{N}.domain", "speech.contoso.example")], f"{N}.domain", "has no effect on docker"),
    ("a_docker_host_publishes_its_ports", [*DOCKER, (f"{N}.clients.cidrs", ["10.0.0.0/8"])], f"{N}.clients.cidrs", "has no effect on docker"),
    ("a_docker_host_runs_one_of_each", [*DOCKER, (f"{C}.scaling", {"min_replicas": 3})], f"{C}.scaling.min_replicas", "has no effect on docker, where a host runs one of each container"),
    ("a_docker_host_runs_one_of_each", [*DOCKER, (f"{C}.scaling", {"max_replicas": 3})], f"{C}.scaling.max_replicas", "leave it out"),
    # Container Instances.
    ("groups_may_lack_avx2", [*GROUPS, ("speech:acknowledge", [])], f"{T}.kind", "on aks you choose one. At your own risk: speech:acknowledge: [no-avx2-guarantee]"),
    ("groups_stand_in_no_cluster", [*GROUPS, (N, {})], f"{N}.exposure", '"cluster" has no meaning for container groups: write  exposure: internal'),
    ("a_public_group_is_open_to_anybody", [*PUBLIC, ("speech:acknowledge", ["no-avx2-guarantee"])], f"{N}.exposure", "opens the containers to anybody, at your cost: write  exposure: internal. At your own risk: speech:acknowledge: [open-endpoint]"),
    ("a_public_group_is_open_to_anybody", [*PUBLIC, (f"{N}.clients.cidrs", ["203.0.113.0/24"])], f"{N}.clients.cidrs", "cannot hold anybody back from a public group: write  exposure: internal"),
    ("a_group_is_called_by_its_own_address", [*GROUPS, (f"{N}.domain", "speech.contoso.example")], f"{N}.domain", "which have addresses of their own"),
    ("a_subnet_is_for_private_groups", [*PUBLIC, (f"{T}.subnet_id", SUBNET)], f"{T}.subnet_id", "is for groups in a subnet: write  exposure: internal"),
    ("a_subnet_is_for_private_groups", [*PUBLIC, (f"{T}.dns_servers", ["10.0.0.4"])], f"{T}.dns_servers", "is for groups in a subnet"),
    ("private_ways_start_in_a_subnet", [*PUBLIC, (f"{A}.private_endpoint", True)], f"{A}.private_endpoint", "which stand in no network: write  exposure: internal"),
    ("private_ways_start_in_a_subnet", [*PUBLIC, (f"{A}.service_endpoint", True)], f"{A}.service_endpoint", "has no effect on public groups"),
    ("a_group_keeps_to_the_limits", [*GROUPS, (f"{C}.resources", {"cpu": 32, "memory_gib": 64})], f"{C}.resources.cpu", "is 32: at most 31 vCPU, for a group"),
    ("a_group_keeps_to_the_limits", [*GROUPS, (f"{C}.resources", {"cpu": 31, "memory_gib": 241})], f"{C}.resources.memory_gib", "is 241: at most 240 GiB, for a group"),
    ("groups_have_no_gpu", [*GROUPS, ("speech:containers", [FAST]), PREVIEW], f"{C}.kind", "fast-transcription needs a GPU, which Container Instances lost on 2025-07-14: use aks"),
    ("a_group_takes_its_words_as_variables", [*GROUPS, (f"{C}.options.extra_args", ["Logging:Console:LogLevel:Microsoft.Hosting=Warning"])], f"{C}.options.extra_args[0]", "cannot be a variable"),
    ("a_group_takes_its_words_as_variables", [*GROUPS, (f"{C}.kind", "custom-speech-to-text"), (f"{C}.locale", None), (f"{C}.model", {"id": "1f2e", "display": {"locale": "en-US", "types": ["FullDisplay"]}})], f"{C}.model.display.types", "are bare words, and a group has no arguments: name exact models by ids"),
    ("a_public_group_calls_from_anywhere", [*PUBLIC, (f"{A}.allowed_ip_ranges", ["203.0.113.0/24"])], f"{A}.allowed_ip_ranges", "shut out public groups, which call from addresses that nobody knows before"),
    ("a_share_belongs_to_root", [*GROUPS, (f"{C}.options.output", {}), (f"{C}.run_as_user", 1000)], f"{C}.run_as_user", "a group mounts shares for root only"),
    # The registry.
    *[
        ("a_registry_has_a_server", [(R, given)], f"{R}.server", f"missing. {next(iter(given))} is said of one")
        for given in ({"prefix": "speech"}, {"resource_id": CONTOSO}, LOGIN)
    ],
    ("a_user_has_a_password", [(R, {"server": "contoso.azurecr.io", "username": "puller"})], f"{R}.password", "missing. username needs one: pulumi config set --secret --path speech:registry.password"),
    ("a_user_has_a_password", [(R, {"server": "contoso.azurecr.io", "password": {"secure": "v1:AAAA"}})], f"{R}.username", "missing. password needs one"),
    ("a_puller_proves_itself_once", [(R, {"server": "contoso.azurecr.io", "resource_id": CONTOSO, **LOGIN})], f"{R}.username", "by resource_id the stack's own identity pulls"),
    ("a_registry_id_is_that_of_its_server", [(R, {"server": "fabrikam.azurecr.io", "resource_id": CONTOSO})], f"{R}.resource_id", 'is of "contoso", but the server is fabrikam.azurecr.io: write  server: contoso.azurecr.io'),
    ("a_registry_id_is_that_of_its_server", [(R, {"server": "contoso.example.com", "resource_id": CONTOSO})], f"{R}.resource_id", "write  server: contoso.azurecr.io"),
    *[
        ("only_hosts_of_azure_have_an_identity", [*host, (R, {"server": "contoso.azurecr.io", "resource_id": CONTOSO})], f"{R}.resource_id", "no identity of Azure pulls there, write username and password")
        for host in (CLUSTER, DOCKER)
    ],
    ("the_gated_registry_asks_for_a_login", [(R, {"server": GATED})], f"{R}.server", "which asks for a login"),
    ("the_gated_registry_asks_for_a_login", [(f"{C}.version", None), (f"{C}.image", {"repository": f"{GATED}/microsoft/cognitive-services-speech-to-text", "tag": "2.0.0-amd64-en-us-preview"})], f"{C}.image.repository", "write  speech:registry: {server: containerpreview.azurecr.io"),
]  # fmt: skip

WARNINGS: Rows = [
    ("only_azure_reads_that_a_load_balancer_is_internal", [*CLUSTER, (f"{N}.exposure", "internal")], f"{N}.exposure", "another cluster may give a public address"),
    ("a_gpu_is_not_seen_in_the_processors_load", [("speech:containers", [{**FAST, "scaling": {"streams_per_pod": 1, "by": "cpu"}}]), PREVIEW], f"{C}.scaling.by", "may add no pod while the GPU is busy"),
    ("a_volume_has_a_class", [(T, {"kind": "kubernetes"}), (f"{C}.options.output", {})], f"{T}.storage_class", "the volume of transcribe-en gets the cluster's default class"),
    ("a_share_belongs_to_root", [*GROUPS, (f"{C}.options.output", {})], C, "runs as root, since groups mount its volume for root only"),
    ("the_gated_registry_is_reported_gone", [(R, {"server": GATED, **LOGIN})], f"{R}.server", "is reported gone"),
]  # fmt: skip
