import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from speech.manifests.docker_run import Shell, script
from tests.manifests.made import planned
from tests.manifests.test_compose import CUSTOM, DEMAND, LID, STT

KEY = "0123456789abcdef"


def lines(*containers: dict[str, object], shell: Shell = "bash", volumes: str | None = None) -> list[str]:
    listed = [{**DEMAND, **each} for each in containers]
    made = planned(("speech:target", {"kind": "docker"}), ("speech:containers", listed))
    return [line for line in script(made, shell, volumes).splitlines() if line.startswith("docker run")]


def test_words_come_in_the_order_of_the_documents() -> None:
    # seed-rows, Running and clients: flags, image, bare words or ModelId, Eula, Billing, ApiKey, then extras
    (line,) = lines({**STT, "options": {"logging": {"level": "Warning"}}})
    words = shlex.split(line.replace('"$SPEECH_BILLING"', "B").replace('"$SPEECH_API_KEY"', "K"))
    image = next(at for at, word in enumerate(words) if "speech-to-text:" in word)
    assert words[image + 1 :] == ["Eula=accept", "Billing=B", "ApiKey=K", "Logging:Console:LogLevel:Default=Warning"]
    assert {"--memory", "--cpus", "-p"} <= set(words[:image])


def test_a_container_starts_when_it_is_in_the_network_of_its_cache() -> None:
    listed = [{**STT, **DEMAND, "options": {"diarization": {}}}]
    made = script(planned(("speech:target", {"kind": "docker"}), ("speech:containers", listed)), "bash").splitlines()
    created, connected, started = made[-3:]
    assert created.startswith("docker create --restart unless-stopped --name transcribe-en ")
    assert connected == "docker network connect transcribe-en-cache transcribe-en"
    assert started == "docker start transcribe-en"


def test_every_line_asks_for_x64_linux() -> None:
    # seed-rows, Sizes: platform linux/amd64
    found = lines(STT, CUSTOM, LID)
    assert found
    assert all("--platform linux/amd64" in line for line in found)


def test_a_model_id_stands_before_the_licence() -> None:
    line = lines(CUSTOM)[-1]
    assert line.index("ModelId=") < line.index("Eula=")


def test_bash_asks_the_processor_as_the_documents_do() -> None:
    made = planned(("speech:target", {"kind": "docker"}))
    assert "grep -q avx2 /proc/cpuinfo" in script(made, "bash")


def test_windows_folders_are_volumes_too() -> None:
    # seed-rows, Running and clients: Windows volume paths are accepted
    line = lines(CUSTOM, shell="powershell", volumes="C:\\speech")[-1]
    assert "-v C:\\speech\\custom-med-models-" in line
    assert ":/usr/local/models" in line


def test_powershell_reads_keys_from_its_own_environment() -> None:
    line = lines(STT, shell="powershell")[-1]
    assert '"ApiKey=$env:SPEECH_API_KEY"' in line


def test_no_script_holds_a_key() -> None:
    for shell in ("bash", "powershell"):
        assert "ApiKey=$" not in script(planned(("speech:target", {"kind": "docker"})), shell).replace(
            '"ApiKey=$env:SPEECH_API_KEY"', ""
        )


@pytest.mark.parametrize("with_lid", [False, True])
def test_bash_itself_reads_the_script(tmp_path: Path, with_lid: bool) -> None:
    listed = [{**DEMAND, **each} for each in ([STT, LID] if with_lid else [STT, CUSTOM])]
    made = planned(("speech:target", {"kind": "docker"}), ("speech:containers", listed))
    path = tmp_path / "run.sh"
    path.write_text(script(made, "bash"))
    bash = shutil.which("bash")
    assert bash
    done = subprocess.run([bash, "-n", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
