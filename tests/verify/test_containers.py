"""`speech verify` against container doubles, as a user runs it."""

import time
from pathlib import Path

import pytest

from tests.verify.conftest import READ, TRANSCRIBE, WHICH, Double, Verify

HEARD = '"Simulated transcription of N seconds of audio at N kHz."'


def at(double: Double, *names: str, **launch: object) -> list[str]:
    return [word for name in names for word in ("--address", f"{name}={double(name, **launch)}")]


def test_everything_that_works_passes_and_is_told_in_the_order_of_the_stack_file(
    verify: Verify, double: Double
) -> None:
    verify.config["speech:containers"] = [TRANSCRIBE, READ, WHICH]
    said = verify(*at(double, "which-language", "transcribe-en", "read-en"))
    assert said.code == 0, said.out + said.err
    factor = "in N ms, real-time factor N"
    assert said.words == [
        "transcribe-en speech-to-text at localhost:N",
        "pass tcp N.N:N, given for localhost:N in N ms",
        "warn image version and locale are not known: docker ps on its host tells",
        "pass ready /ready N",
        "pass status apiStatus Valid",
        f"pass call {HEARD}, of what read-en said, {factor}",
        "read-en neural-text-to-speech at localhost:N",
        "pass tcp N.N:N, given for localhost:N in N ms",
        "warn image version and locale are not known: docker ps on its host tells",
        "pass ready /synthesize/health N",
        "pass status apiStatus Valid",
        "pass voice en-US-AriaNeural, as planned",
        f"pass call N s of speech, {factor}",
        "which-language language-identification at localhost:N",
        "pass tcp N.N:N, given for localhost:N in N ms",
        "warn image version and locale are not known: docker ps on its host tells",
        "pass ready /ready N",
        "pass status apiStatus Valid",
        f"pass call en-US, of what read-en said, {factor}",
        "dev: N to look at, N passed",
    ]


OWN = "registry.contoso.example/speech"
OTHER_KINDS = {
    "fast": {
        "kind": "fast-transcription",
        "locale": "en",
        "version": "1.0.0",
        "demand": {"concurrent_streams": 2},
        "scaling": {"streams_per_pod": 2},
    },
    "custom-med": {
        "kind": "custom-speech-to-text",
        "version": "5.1.0",
        "model": {"id": "1f2e3d4c-0000-4000-8000-000000000000"},
        "demand": {"concurrent_streams": 3},
    },
    "read-old": {
        "kind": "text-to-speech",
        "locale": "en-US",
        "voice": "JessaRUS",
        "image": {"repository": f"{OWN}/text-to-speech", "tag": "1.3.0-amd64-en-us-jessarus-preview"},
        "demand": {"concurrent_streams": 3},
    },
}
CALLED = {
    "fast": '"Simulated transcription of N seconds of audio at N kHz.", of a hum without words',
    "custom-med": '"Simulated transcription of N seconds of audio at N kHz.", of a hum without words',
    "read-old": "N s of speech",
}


@pytest.mark.parametrize("name", OTHER_KINDS)
def test_every_kind_is_called_in_its_own_way(verify: Verify, double: Double, name: str, tmp_path: Path) -> None:
    verify.config["speech:containers"] = [{"name": name, **OTHER_KINDS[name]}]
    verify.config["speech:acknowledge"] = ["preview-container", "retired-container", "unknown-tag"]
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "properties.json").write_text('{"id": "1f2e3d4c", "locale": "en-us"}')
    volumes = {"/usr/local/models": str(tmp_path / "models")}
    said = verify("--address", f"{name}={double(name, volumes=volumes)}")
    assert said.code == 0, said.out + said.err
    assert f"pass call {CALLED[name]}, in N ms, real-time factor N" in said.words


def test_without_a_voice_of_the_stack_a_hum_is_sent_and_told(verify: Verify, double: Double) -> None:
    said = verify(*at(double, "transcribe-en"))
    assert said.of("call")[0].partition(", in ")[0].endswith(", of a hum without words")


def test_a_status_that_only_contains_valid_fails_with_its_remedy(verify: Verify, double: Double) -> None:
    args = ["Eula=accept", "Billing=https://contoso-speech.cognitiveservices.azure.com/", "ApiKey=another"]
    said = verify(*at(double, "transcribe-en", args=args))
    assert said.code == 1
    assert said.of("status") == [
        "fail status apiStatus Invalid: Api Key is invalid.",
        "the key is not the account's any more: pulumi up --stack dev reads it anew and pods roll",
    ]


def test_a_container_that_the_stack_has_not_is_the_users_mistake(verify: Verify) -> None:
    said = verify("--container", "read-en")
    assert (said.code, said.err) == (2, '--container: "read-en" serves nothing here; there are: transcribe-en\n')


def test_a_container_that_loads_longer_than_the_deadline_fails_and_is_not_called(
    verify: Verify, double: Double
) -> None:
    said = verify(*at(double, "transcribe-en", loading_seconds=600), "--timeout", "1")
    assert said.code == 1
    assert said.of("ready") == ["fail ready /ready 503, for 1 s", "docker logs --tail 50 transcribe-en"]
    assert said.of("call")[0] == "warn call not made: /ready failed"


def test_a_container_that_gets_ready_within_the_deadline_is_waited_for(verify: Verify, double: Double) -> None:
    said = verify(*at(double, "transcribe-en", loading_seconds=2), "--timeout", "60")
    assert said.code == 0, said.out
    assert "/ready 200" in said.of("ready")[0]


def test_a_voice_that_is_not_the_planned_one_fails_with_both_names(verify: Verify, double: Double) -> None:
    verify.config["speech:containers"] = [{**READ, "locale": "de-DE", "voice": "KatjaNeural"}]
    said = verify(*at(double, "read-en"))
    assert said.code == 1
    assert said.of("voice")[0] == "fail voice serves en-us-arianeural, planned is de-DE-KatjaNeural"
    assert said.of("call")[0].startswith("fail call")
    assert "Unsupported voice" in said.of("call")[0]


def test_replicas_that_stand_alone_are_each_asked_and_their_listener_hears_one_of_them(
    verify: Verify, double: Double
) -> None:
    verify.config |= {
        "speech:target": {"kind": "container-instances"},
        "speech:network": {"exposure": "internal"},
        "speech:acknowledge": ["no-avx2-guarantee"],
        "speech:containers": [
            {**READ, "demand": {"concurrent_streams": 8}},
            TRANSCRIBE,
        ],
    }
    words = [
        word
        for name in ("read-en", "transcribe-en")
        for number in (1, 2)
        for word in ("--address", f"{name}-{number}={double(name)}")
    ]
    said = verify(*words)
    assert said.code == 0, said.out + said.err
    assert [line.split()[0] for line in said.out.splitlines() if "-to-" in line and " at " in line] == [
        "read-en-1",
        "read-en-2",
        "transcribe-en-1",
        "transcribe-en-2",
    ]
    assert said.words.count(f"pass call {HEARD}, of what read-en said, in N ms, real-time factor N") == 2


def test_a_port_where_nothing_listens_fails_at_once(verify: Verify) -> None:
    said = verify("--address", "transcribe-en=127.0.0.1:9")
    assert said.code == 1
    assert said.of("tcp")[0] == "fail tcp 127.0.0.1:9, given for localhost:5000: Connection refused"
    assert not said.of("ready")


def test_whoever_interrupts_is_not_kept_waiting(verify: Verify, double: Double) -> None:
    words = at(double, "transcribe-en", loading_seconds=600)
    begin = time.monotonic()
    code = verify.interrupted(*words, "--timeout", "600")
    assert code != 0
    assert time.monotonic() - begin < 60


def test_json_is_the_only_thing_on_standard_output(verify: Verify, double: Double) -> None:
    said = verify(*at(double, "transcribe-en"), "--json")
    assert said.document["counts"] == {"fail": 0, "warn": 1, "pass": 4}
    [section] = said.document["sections"]
    call = section["checks"][-1]
    assert (call["name"], call["status"], call["remedy"]) == ("call", "pass", [])
    assert 0 < call["figures"]["real_time_factor"] < 1


def test_a_stack_that_is_not_up_is_told_with_what_to_do(verify: Verify) -> None:
    said = verify()
    assert said.code == 1
    assert said.err.startswith("dev: ")
    assert said.err.splitlines()[-1] == "  pulumi up --stack dev, or an --address for each container"


def test_an_address_for_nobody_is_the_users_mistake(verify: Verify) -> None:
    said = verify("--address", "transcribe=127.0.0.1:9")
    assert (said.code, said.err) == (2, '--address: "transcribe" is none of transcribe-en\n')


def test_an_address_of_another_form_is_shown_how(verify: Verify) -> None:
    said = verify("--address", "transcribe-en:5000")
    assert said.code == 2
    assert "write NAME=HOST:PORT" in said.err


@pytest.mark.long
def test_streams_beyond_the_decoders_saturate_and_say_where(verify: Verify, double: Double) -> None:
    said = verify(*at(double, "transcribe-en", env={"DECODER_MAX_COUNT": "2"}), "--streams", "4")
    assert said.code == 1
    line, *_ = said.of("streams")
    assert line.startswith("fail streams 2 at once are held, 3 are too many: 1 failed")
    assert "no free decoder" in line
    assert line.endswith("planned are 5 at the peak, 7 a pod; one answers")
    assert "set scaling.streams_per_pod: 2, and see what that takes: speech plan dev" in " ".join(said.out.split())


@pytest.mark.long
def test_streams_that_are_held_pass_with_a_row_a_step(verify: Verify, double: Double) -> None:
    said = verify(*at(double, "transcribe-en"), "--streams", "3", "--json")
    [section] = said.document["sections"]
    assert section["checks"][-1]["found"] == "3 at once are held; planned are 5 at the peak, 7 a pod; one answers"
    assert [step["streams"] for step in section["streams"]["steps"]] == [1, 2, 3]
    assert all(step["failures"] == {} for step in section["streams"]["steps"])


def test_a_docker_host_is_no_cluster(verify: Verify) -> None:
    said = verify("--cluster")
    assert (said.code, said.err) == (2, "--cluster: dev runs on docker, in no cluster\n")


def test_help_has_examples(verify: Verify) -> None:
    assert "speech verify prod-westeurope --cluster" in verify("--help").out
