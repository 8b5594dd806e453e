"""What is asked of this machine, of files and of registries."""

import socket
from pathlib import Path

import pytest

from tests.doctor.conftest import DEV, ENGINE, Doctor, Program, Registry

PROD = DEV.replace("speech:environment: dev", "speech:environment: prod").replace(
    "kind: aks", "kind: aks\n    authentication: local"
)
ENTRA = DEV.replace(
    "kind: aks", "kind: aks\n    authentication: entra\n    admin_group_ids: [00000000-0000-4000-8000-00000000a000]"
)
KUBERNETES = DEV.replace("kind: aks\n    vm_size: Standard_D8as_v5", "kind: kubernetes\n    context: speech")


def test_an_engine_of_its_sdk_s_version_passes(doctor: Doctor) -> None:
    assert doctor.line("engine") == "pass engine pulumi 3.259.0, its SDK is 3.259.0"


def test_a_machine_without_an_engine_fails(doctor: Doctor, tmp_path: Path) -> None:
    (tmp_path / "bin" / "pulumi").unlink()
    found = doctor()
    assert found.line("engine") == "fail engine pulumi is not on PATH"
    assert found.remedy("engine")[0] == "make setup"
    assert found.code == 1


@pytest.mark.parametrize("version", ["v3.200.0", "v4.0.0"])
def test_an_engine_older_or_of_another_age_than_its_sdk_fails(doctor: Doctor, program: Program, version: str) -> None:
    program("pulumi", ENGINE.replace("v3.259.0", version))
    assert doctor.line("engine") == f"fail engine pulumi {version}, its SDK is 3.259.0"


def test_a_newer_engine_passes(doctor: Doctor, program: Program) -> None:
    program("pulumi", ENGINE.replace("v3.259.0", "v3.301.0"))
    assert doctor.line("engine").startswith("pass")


def test_installed_plugins_pass(doctor: Doctor) -> None:
    assert doctor.line("plugins") == "pass plugins azure-native 3.29.0, kubernetes 4.34.2"


def test_a_plugin_of_another_version_will_be_downloaded(doctor: Doctor, program: Program) -> None:
    program("pulumi", ENGINE.replace("3.29.0", "3.28.0"))
    found = doctor()
    assert found.line("plugins") == "warn plugins azure-native 3.29.0: not installed, the first up downloads them"
    assert found.remedy("plugins") == ["pulumi plugin install resource azure-native 3.29.0"]


def test_a_plugin_on_path_is_as_good_as_an_installed_one(doctor: Doctor, program: Program) -> None:
    program("pulumi", ENGINE.replace("3.29.0", "3.28.0"))
    program("pulumi-resource-azure-native", "")
    assert doctor.line("plugins").startswith("pass")


def test_entra_needs_kubelogin(doctor: Doctor, program: Program) -> None:
    doctor.stack(ENTRA)
    found = doctor()
    assert (
        found.line("kubelogin") == "fail kubelogin not on PATH: with authentication: entra nobody reaches the cluster"
    )
    assert found.remedy("kubelogin") == ["az aks install-cli"]
    program("kubelogin", "")
    assert doctor.line("kubelogin").startswith("pass")


def test_nobody_else_needs_kubelogin(doctor: Doctor) -> None:
    assert "kubelogin" not in doctor().out


def test_prod_s_state_lies_on_no_single_machine(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "file:///home/me/state")
    assert doctor.line("state") == "pass state file:///home/me/state, on this machine alone"
    doctor.stack(PROD, "prod-westeurope")
    found = doctor(stack="prod-westeurope")
    assert (
        found.line("state") == "fail state file:///home/me/state: prod's state lies on one machine, and is lost with it"
    )
    assert found.remedy("state")[0] == "pulumi login 'azblob://<container>?storage_account=<account>'"


def test_local_state_can_be_acknowledged(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "file:///home/me/state")
    doctor.stack(f"{PROD}  speech:acknowledge: [local-state]\n", "prod-westeurope")
    assert doctor(stack="prod-westeurope").line("state").startswith("pass")


def test_the_project_may_name_the_backend(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULUMI_BACKEND_URL")
    file = doctor.folder / "Pulumi.yaml"
    file.write_text(f"{file.read_text()}backend: {{url: 's3://elsewhere'}}\n")
    assert doctor.line("state") == "pass state s3://elsewhere"


def test_a_machine_that_has_logged_in_to_no_backend_fails(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("PULUMI_BACKEND_URL")
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "none"))
    assert doctor.line("state") == "fail state nobody has logged in to a backend of states"


def test_prod_s_secrets_are_no_passphrase_s(doctor: Doctor) -> None:
    doctor.stack(PROD, "prod-westeurope")
    found = doctor(stack="prod-westeurope")
    assert found.line("secrets") == "warn secrets prod's secrets are encrypted by a passphrase that everybody shares"
    assert found.remedy("secrets") == [
        'pulumi stack init prod-westeurope --secrets-provider "azurekeyvault://<vault>.vault.azure.net/keys/<key>"'
    ]


def test_a_stack_that_has_a_passphrase_changes_its_provider(doctor: Doctor) -> None:
    doctor.stack(f"{PROD}encryptionsalt: v1:abc:v1:def\n", "prod-westeurope")
    found = doctor(stack="prod-westeurope")
    assert found.remedy("secrets")[0].startswith("pulumi stack change-secrets-provider --stack prod-westeurope")


def test_a_key_of_a_vault_is_fit_for_prod(doctor: Doctor) -> None:
    doctor.stack(f"{PROD}secretsprovider: azurekeyvault://contoso.vault.azure.net/keys/pulumi\n", "prod-westeurope")
    found = doctor(stack="prod-westeurope")
    assert found.line("secrets") == "pass secrets encrypted by azurekeyvault://contoso.vault.azure.net/keys/pulumi"


def test_a_passphrase_that_is_not_set_is_asked_for(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE")
    doctor.stack(f"{DEV}encryptionsalt: v1:abc:v1:def\n")
    assert doctor.line("secrets").startswith("warn secrets encrypted by a passphrase, which is not set")


def test_facts_of_last_month_are_fresh(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.doctor.dates._OLD_DAYS", 100_000)
    found = doctor()
    assert found.line("prices").startswith("pass prices those of westeurope are")
    assert found.line("tag lists").startswith("pass tag lists those of speech-to-text are")


def test_old_facts_are_asked_anew(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.doctor.dates._OLD_DAYS", 0)
    found = doctor()
    assert found.line("prices").endswith("days old (2026-06-18)")
    assert found.remedy("prices") == ["speech catalog refresh --region westeurope"]
    assert found.remedy("tag lists") == ["speech catalog refresh --what tags"]


def test_a_retired_kind_has_no_list_that_could_be_renewed(doctor: Doctor) -> None:
    retired = (
        "    - name: read-old\n      kind: text-to-speech\n      locale: en-US\n      voice: JessaRUS\n"
        "      image: {repository: contoso.azurecr.io/tts, tag: 1.3.0}\n      demand: {concurrent_streams: 1}\n"
        "  speech:acknowledge: [retired-container]\n"
    )
    doctor.stack(f"{DEV}{retired}")
    assert "of speech-to-text are" in doctor.line("tag lists")


def test_images_that_the_registry_has_pass(doctor: Doctor) -> None:
    assert doctor.line("images") == "pass images 2 of 2 are in their registries"


def test_an_image_that_the_registry_lacks_fails(doctor: Doctor, registry: Registry) -> None:
    registry.missing.add("azure-cognitive-services/speechservices/speech-to-text:5.0.1-amd64-en-us")
    doctor.stack(f"{DEV.replace('5.1.0', '5.0.1')}  speech:acknowledge: [unknown-tag]\n")
    found = doctor()
    failed, passed = found.lines("images")[::-1]
    assert passed == "pass images 1 of 2 are in their registries"
    assert failed == (
        "fail images mcr.microsoft.com/azure-cognitive-services/speechservices/speech-to-text:5.0.1-amd64-en-us"
        " (transcribe-en) is not there"
    )
    assert "pulumi config set --path 'speech:containers[0].version' 5.1.0 --stack dev-westeurope" in found.out


def test_a_registry_that_asks_who_pulls_is_left_out(doctor: Doctor, registry: Registry) -> None:
    registry.status = 401
    line = doctor.line("images")
    assert line == "skip images mcr.microsoft.com asks who pulls, and nobody says so here: 2 of 2 not looked for"


def test_a_registry_that_is_not_there_is_left_out(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPEECH_REGISTRY_URL", "http://127.0.0.1:9")
    assert doctor.line("images") == "skip images mcr.microsoft.com cannot be reached: 2 of 2 not looked for"


def test_the_context_of_a_user_s_cluster_is_in_the_kubeconfig(doctor: Doctor, tmp_path: Path) -> None:
    doctor.stack(KUBERNETES)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        (tmp_path / "kubeconfig").write_text(
            f"clusters: [{{name: own, cluster: {{server: 'https://127.0.0.1:{port}'}}}}]\n"
            "contexts: [{name: speech, context: {cluster: own, user: me}}]\ncurrent-context: speech\n"
        )
        assert doctor.line("cluster") == f"pass cluster 127.0.0.1:{port} answers"
    assert doctor.line("cluster") == f"fail cluster 127.0.0.1:{port} does not answer: Connection refused"
    doctor.stack(KUBERNETES.replace("context: speech", "context: other"))
    assert doctor.line("cluster") == 'fail cluster "other" is no context of the kubeconfig, which has: speech'


def test_a_user_s_cluster_needs_a_kubeconfig(doctor: Doctor) -> None:
    doctor.stack(KUBERNETES)
    assert doctor.line("cluster").startswith("fail cluster no kubeconfig can be read: [Errno 2]")


def test_a_private_cluster_that_is_not_there_is_left_out(doctor: Doctor) -> None:
    doctor.stack(DEV.replace("kind: aks", "kind: aks\n    private: true"))
    found = doctor()
    assert found.line("cluster").startswith("skip cluster private, and not there to be asked (")
    assert found.remedy("cluster") == ["run up in a network joined to 10.80.0.0/16: docs/production.md"]


@pytest.mark.parametrize(("port", "words"), [(None, "pass cluster"), (9, "fail cluster")])
def test_a_private_cluster_that_is_up_is_reached_from_here_or_not(
    doctor: Doctor, program: Program, port: int | None, words: str
) -> None:
    doctor.stack(DEV.replace("kind: aks", "kind: aks\n    private: true"))
    with socket.create_server(("127.0.0.1", 0)) as server:
        where = f"https://127.0.0.1:{port or server.getsockname()[1]}"
        kubeconfig = (
            rf"clusters: [{{name: own, cluster: {{server: '{where}'}}}}]\\n"
            r"contexts: [{name: c, context: {cluster: own}}]\\ncurrent-context: c"
        )
        output = f'  stack) echo \'{{"kubeconfig": "{kubeconfig}"}}\' ;;'.replace("'https", "'\\''https").replace(
            "'}}", "'\\''}}"
        )
        program("pulumi", "\n".join(output if "stack)" in line else line for line in ENGINE.splitlines()))
        assert doctor.line("cluster").startswith(words)
