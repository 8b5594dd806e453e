"""Whatever fails, no file is changed; what is written is checked first."""

import json
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from azure.identity import CredentialUnavailableError

from operations import azure
from speech.catalog import documents, kinds, overlay
from speech.catalog.schema.check import faults_of
from speech.catalog.vm_sizes import vm_size
from speech.cli.catalog import refresh as refreshing
from speech.cli.catalog import registry as registry_answers
from speech.cli.catalog import retail as retail_answers
from speech.cli.catalog import service
from speech.cli.catalog import skus as sku_answers
from speech.cli.catalog.files import replace_all, written
from speech.cli.catalog.refresh import parts_of
from speech.files.stack_file import FailedError, UnreadableError
from tests.catalog_refresh.conftest import NOISE, Project, Run
from tests.catalog_refresh.doubles import Double, compute, item, registry, retail

Prices = list[dict[str, Any]]
Listed = dict[str, list[str]]


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())} if folder.is_dir() else {}


def mine(project: Project) -> Path:
    """A document of the user's own that is there before."""
    folder = project.folder / "catalog"
    folder.mkdir()
    row = {"name": "Standard_D8s_v5", "usd_per_hour": {"eastus": 0.3}}
    content = {"as_of": "2026-11-01", "source": "our contract", "sizes": [row]}
    (folder / "vm_sizes.json").write_text(json.dumps(content))
    return folder


def broken(after: int, double: Double) -> Double:
    """Answers `after` requests, then only errors."""
    answer = double.answer

    def answers(path: str, query: dict[str, str]) -> tuple[int, dict[str, str], Any]:
        return answer(path, query) if len(double.asked) <= after else (503, {}, {})

    double.answer = answers
    return double


def test_a_service_that_fails_halfway_leaves_every_file_as_it_was(
    project: Project, run: Run, prices: Prices, listed: Listed
) -> None:
    folder = mine(project)
    before = held(folder)
    run(retail_answers.VARIABLE, retail(prices))
    run(registry_answers.VARIABLE, broken(3, registry(listed)))
    with pytest.raises(FailedError, match=r"127\.0\.0\.1:\d+ answers 503 at /v2/.*\. Nothing was changed"):
        project.refresh("prices", "tags")
    assert held(folder) == before


def test_a_failure_that_passes_is_asked_again(project: Project, run: Run, listed: Listed) -> None:
    double, refused = registry(listed), []
    answer = double.answer

    def answers(path: str, query: dict[str, str]) -> tuple[int, dict[str, str], Any]:
        if not refused:
            refused.append(path)
            return 503, {}, {}
        return answer(path, query)

    double.answer = answers
    run(registry_answers.VARIABLE, double)
    assert project.refresh("tags").files


def test_a_service_that_cannot_be_reached_is_named_with_the_remedy(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        monkeypatch.setenv(retail_answers.VARIABLE, f"http://127.0.0.1:{port}")
        with pytest.raises(FailedError) as failed:
            project.refresh("prices")
    assert str(failed.value).startswith(f"127.0.0.1:{port} cannot be reached")
    for words in ("Nothing was changed", "HTTPS_PROXY", "SPEECH_PRICES_URL", "leave prices out of --what"):
        assert words in str(failed.value)
    assert not (project.folder / "catalog").exists()


def test_an_answer_that_breaks_the_schema_is_refused_before_anything_is_replaced(
    project: Project, run: Run, skus: Prices
) -> None:
    folder = mine(project)
    before = held(folder)
    for each in skus:
        if each["name"] == "Standard_F8s_v2":
            each["capabilities"] = [
                row if row["name"] != "MemoryGB" else {"name": "MemoryGB", "value": "-1"}
                for row in each["capabilities"]
            ]
    run(sku_answers.VARIABLE, compute(skus))
    with pytest.raises(FailedError) as failed:
        project.refresh("sizes")
    assert "what was answered is no vm_sizes.json. Nothing was changed" in str(failed.value)
    assert "sizes[Standard_F8s_v2].memory_gib  is -1.0: it must be more than 0" in str(failed.value)
    assert held(folder) == before


def test_a_file_that_cannot_be_replaced_takes_the_others_back(tmp_path: Path) -> None:
    old, new, blocked = tmp_path / "old.json", tmp_path / "new.json", tmp_path / "blocked.json"
    old.write_text("1\n")
    blocked.mkdir()
    with pytest.raises(FailedError, match="Nothing was changed"):
        replace_all({old: "2", new: "2", blocked: "2"})
    assert (old.read_text(), new.exists()) == ("1\n", False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["blocked.json", "old.json"]


def test_who_stops_the_command_while_it_writes_keeps_what_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, other = tmp_path / "old.json", tmp_path / "other.json"
    old.write_text("1\n")
    replace = Path.replace

    def stopped(self: Path, target: Path) -> Path:
        if target == other:
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        replace_all({old: "2", other: "2"})
    assert old.read_text() == "1\n"
    assert [path.name for path in tmp_path.iterdir()] == ["old.json"]


def test_a_dry_run_tells_what_is_new_and_writes_nothing(project: Project, run: Run, prices: Prices) -> None:
    rest = [each for each in prices if each["armSkuName"] != "Standard_F8s_v2"]
    run(retail_answers.VARIABLE, retail([*rest, item("Standard_F8s_v2", 0.41)]))
    found = project.refresh("prices", write=False)
    assert [change.new for change in found.changes] == [0.41]
    assert not (project.folder / "catalog").exists()


def test_rows_that_the_user_wrote_stay_beside_what_was_asked(project: Project, run: Run, prices: Prices) -> None:
    mine(project)
    run(retail_answers.VARIABLE, retail(prices))
    project.refresh("prices")
    content = project.document("vm_sizes")
    (row,) = [row for row in content["sizes"] if row["name"] == "Standard_D8s_v5"]
    assert row["usd_per_hour"] == {"eastus": 0.3, "westeurope": 0.46}
    assert (content["as_of"], content["source"]) == ("2026-11-01", "our contract")
    assert documents.faults() == ()


def test_a_price_of_the_user_s_contract_is_no_list_price(project: Project, run: Run, prices: Prices) -> None:
    folder = mine(project)
    content = json.loads((folder / "vm_sizes.json").read_text())
    content["sizes"][0]["usd_per_hour"]["westeurope"] = 0.2
    (folder / "vm_sizes.json").write_text(json.dumps(content))
    run(retail_answers.VARIABLE, retail(prices))
    project.refresh("prices")
    found = project.refresh("prices")
    assert "Standard_D8s_v5: your own usd_per_hour stays (our contract)" in found.notes
    size = vm_size("Standard_D8s_v5")
    assert size is not None
    assert (size.hourly_usd("westeurope"), size.price_dates["westeurope"]) == (0.2, "2026-11-01")


def test_a_faulty_document_of_the_user_s_is_named_before_anything_is_asked(project: Project) -> None:
    folder = mine(project)
    (folder / "vm_sizes.json").write_text("{")
    with pytest.raises(UnreadableError, match=r"catalog/vm_sizes\.json: is no JSON"):
        project.refresh("prices")


def test_the_program_s_own_documents_are_rewritten_whole_where_they_are_named(
    project: Project, run: Run, skus: Prices, prices: Prices, listed: Listed, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = project.folder / "data"
    data.mkdir()
    for name in documents.names():
        (data / f"{name}.json").write_bytes((documents.DATA / f"{name}.json").read_bytes())
    monkeypatch.setattr(documents, "DATA", data)
    documents.forget()
    rest = [each for each in prices if each["armSkuName"] != "Standard_F8s_v2"]
    both = [
        *rest,
        item("Standard_F8s_v2", 0.41),
        *(each | {"armRegionName": "francecentral"} for each in prices[NOISE:]),
    ]
    run(sku_answers.VARIABLE, compute(skus))
    run(retail_answers.VARIABLE, retail(both))
    run(
        registry_answers.VARIABLE,
        registry(listed | {"speech-to-text": [*listed["speech-to-text"], "5.9.0-amd64-en-us"]}),
    )
    project.refresh("sizes", "prices", "tags", out=data)
    project.refresh("prices", out=data, region="francecentral")
    assert {path.name for path in data.iterdir()} == {f"{name}.json" for name in documents.names()}
    for name in ("vm_sizes", "prices", "tags"):
        content = json.loads((data / f"{name}.json").read_text())
        assert faults_of(name, content) == []
        assert set(content["sources"]) == set(refreshing._sources({**content, "sources": {}})), name
    sizes = json.loads((data / "vm_sizes.json").read_text())
    assert sizes["price_regions"][-1] == "francecentral"
    row = next(row for row in sizes["sizes"] if row["name"] == "Standard_F8s_v2")
    assert isinstance(row["usd_per_hour"], list)
    assert (row["usd_per_hour"][3], row["usd_per_hour"][-1]) == (0.41, 0.388)
    assert kinds.kinds()


@pytest.mark.parametrize("name", ["vm_sizes", "tags"])
def test_a_document_is_written_as_ours_are(name: str) -> None:
    ours = (documents.DATA / f"{name}.json").read_text()
    assert written(json.loads(ours)) + "\n" == ours


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("http://prices.example", "write https://host, or http on loopback"),
        ("file:///etc/passwd", "is no address of a service"),
        ("https://prices.example?x=1", "is no address of a service"),
    ],
)
def test_an_address_must_be_https_or_on_loopback(
    project: Project, monkeypatch: pytest.MonkeyPatch, given: str, words: str
) -> None:
    monkeypatch.setenv(retail_answers.VARIABLE, given)
    with pytest.raises(UnreadableError, match=r"^SPEECH_PRICES_URL: ") as refused:
        project.refresh("prices")
    assert words in str(refused.value)


def test_regions_of_two_clouds_have_no_one_log_in(project: Project) -> None:
    assert project.folder
    with pytest.raises(UnreadableError, match="regions of public and usgovernment: one log-in"):
        refreshing.refresh(["sizes"], ["westeurope", "usgovvirginia"], None, write=True)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, r"does not let you read /subscriptions/.* \(401\)"),
        (403, r"\(403\)"),
        (302, "answers 302"),
        (404, "has nothing at"),
    ],
)
def test_a_refusal_is_told_as_one(project: Project, run: Run, status: int, words: str) -> None:
    run(sku_answers.VARIABLE, Double(lambda _, __: (status, {"Location": "https://elsewhere.example"}, {})))
    with pytest.raises(FailedError, match=words) as failed:
        project.refresh("sizes")
    assert "SPEECH_RESOURCE_MANAGER_URL" in str(failed.value)


def test_who_is_not_logged_in_is_told_so(project: Project, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    class Nobody:
        def get_token(self, *_: str, **__: object) -> None:
            raise CredentialUnavailableError("no account found\nlong story")

    run(sku_answers.VARIABLE, compute([]))
    monkeypatch.setattr(azure, "azure", lambda _: azure.Azure("https://management.azure.com", "s", Nobody()))
    with pytest.raises(FailedError, match="is not asked without a log-in, as by  az login: no account found") as failed:
        project.refresh("sizes")
    assert "long story" not in str(failed.value)


def test_a_token_is_sent_to_no_other_host(project: Project, run: Run, skus: Prices) -> None:
    elsewhere = Double(lambda _, __: (200, {}, {"value": []}))
    with elsewhere.running():
        double = compute(skus)
        answer = double.answer

        def astray(path: str, query: dict[str, str]) -> tuple[int, dict[str, str], Any]:
            status, headers, content = answer(path, query)
            link = content.get("nextLink", "")
            return (
                status,
                headers,
                content | ({"nextLink": f"{elsewhere.url}/x?{link.partition('?')[2]}"} if link else {}),
            )

        double.answer = astray
        run(sku_answers.VARIABLE, double)
        project.refresh("sizes")
    assert elsewhere.asked == []


def test_a_wait_that_a_service_asks_for_has_an_end() -> None:
    asked = SimpleNamespace(http_response=SimpleNamespace(headers={"Retry-After": "86400"}))
    assert service._Patience().get_retry_after(asked) == 20


def test_a_part_that_does_not_exist_is_refused() -> None:
    assert parts_of("tags, sizes") == ("sizes", "tags")
    with pytest.raises(UnreadableError, match='--what: "disks" is none of sizes, prices, tags'):
        parts_of("prices,disks")
    with pytest.raises(UnreadableError, match="name one or more"):
        parts_of(",")


def test_a_region_without_speech_is_refused(project: Project) -> None:
    with pytest.raises(UnreadableError, match='"westeurop" has no Speech service; did you mean "westeurope"'):
        project.refresh("prices", region="westeurop")


def test_outside_a_project_a_folder_must_be_named(project: Project) -> None:
    (project.folder / "Pulumi.yaml").unlink()
    documents.forget()
    with pytest.raises(UnreadableError, match=r"there is no Pulumi\.yaml here or above"):
        project.refresh("prices")


def test_the_folder_of_the_environment_is_written_where_it_is_set(
    project: Project, run: Run, prices: Prices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(documents.VARIABLE, "facts")
    (project.folder / "facts").mkdir()
    documents.forget()
    run(retail_answers.VARIABLE, retail(prices))
    found = project.refresh("prices")
    assert {path.parent for path in found.files} == {project.folder / "facts"}
    assert overlay.read(project.folder / "facts" / "vm_sizes.json")["priced"]
