"""The containers of groups as local processes: started, restarted, probed, stopped, and told of."""

import base64
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.arm.instances.host import Host
from sandbox.arm.instances.launching import Ways
from tests.sandbox.arm.arm_double import Double
from tests.sandbox.arm.test_container_groups import GROUP, IMAGE, body, container, mounting, public, storage

STUB = (sys.executable, str(Path(__file__).parent / "stub_container.py"))
SMALL = {"requests": {"cpu": 1, "memoryInGB": 1}}
SECONDS = 20


def wait_for(what: Callable[[], Any]) -> Any:
    """The first true answer within some seconds."""
    deadline = time.monotonic() + SECONDS
    while not (found := what()):
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)
    return found


class Place:
    """A double with a host that runs its groups with the stub."""

    def __init__(self, double: Double, folder: Path) -> None:
        self.double, self.folder = double, folder
        folders = {name: folder / name for name in ("logs", "shares", "groups")}
        for each in folders.values():
            each.mkdir()
        self.ways = Ways("127.0.0.1:1", folder / "ca.pem", **folders, pause_seconds=0.05, command=STUB)
        self.host = Host(double.world.store, self.ways)
        self.host.start()

    def put(self, *containers: dict[str, Any], name: str = "speech", **properties: Any) -> str:
        place = self.double.place(GROUP, name)
        self.double.ok("PUT", place, body(*containers, **properties))
        self.host.wake()
        return place

    def container(self, name: str = "stt", port: int = 5000, init: bool = False, **inside: Any) -> dict[str, Any]:
        """A container whose variables tell the stub what to do; what it was started with lies in `<name>.json`."""
        told = inside.pop("variables", {})
        values = {"report": str(self.folder / f"{name}.json"), "listens": str(port), **told}
        variables = [{"name": key, "value": value} for key, value in values.items()]
        secrets = [{"name": key, "secureValue": value} for key, value in inside.pop("secrets", {}).items()]
        made = container(name, port, resources=SMALL, environmentVariables=[*variables, *secrets], **inside)
        if init:
            for part in ("ports", "resources"):
                made["properties"].pop(part)
        return made

    def launches(self, name: str = "stt") -> list[dict[str, Any]]:
        file = self.folder / f"{name}.json"
        lines = file.read_text().splitlines() if file.exists() else []
        return [json.loads(line) for line in lines]

    def rows(self, group: str = "speech") -> dict[str, dict[str, Any]]:
        return {row["container"]: row for row in self.host.workloads() if row["group"] == group}

    def running(self, name: str = "stt", group: str = "speech") -> dict[str, Any]:
        """The container's row once it serves."""
        found: dict[str, Any] = wait_for(lambda: (row := self.rows(group).get(name)) and row["address"] and row)
        return found

    def view(self, name: str = "stt", group: str = "speech") -> dict[str, Any]:
        """The container's instance view."""
        inside = self.double.ok("GET", self.double.place(GROUP, group))["properties"]
        return next(
            each["properties"]["instanceView"]
            for each in (*inside["containers"], *inside["initContainers"])
            if each["name"] == name
        )

    def state(self, group: str = "speech") -> str:
        return str(self.double.ok("GET", self.double.place(GROUP, group))["properties"]["instanceView"]["state"])


@pytest.fixture
def place(double: Double, tmp_path: Path) -> Iterator[Place]:
    made = Place(double, tmp_path)
    yield made
    made.host.stop()


def test_a_group_runs_and_tells_where(place: Place) -> None:
    place.put(place.container(), ipAddress=public(dnsNameLabel="contoso-speech"))
    row = place.running()
    assert (row["group"], row["resource_group"], row["container"]) == ("speech", "speech", "stt")
    assert row["url"] == "http://contoso-speech.westeurope.azurecontainer.io:5000"
    assert httpx.get(f"http://{row['address']}/ready", trust_env=False).status_code == 200
    wait_for(lambda: place.state() == "Running")
    assert place.view()["currentState"]["state"] == "Running"


def test_a_container_gets_its_variables_words_place_and_no_port(place: Place) -> None:
    place.put(place.container(secrets={"apikey": "clear"}, command=["./run-host", "Eula=accept"]))
    place.running()
    [launch] = place.launches()
    group = place.double.world.store.resource(place.double.place(GROUP, "speech"))
    assert group
    assert (launch["image"], launch["args"], launch["env"]["apikey"]) == (IMAGE, ["Eula=accept"], "clear")
    assert (launch["cluster"], launch["port"]) == (group.hidden["uid"], 0)
    files = [path for path in place.folder.rglob("*") if path.is_file() and path.name != "stt.json"]
    assert [path.name for path in files if "clear" in path.read_text()] == []


def test_a_row_says_running_only_with_an_address(place: Place) -> None:
    place.put(place.container(variables={"silent": "1"}))
    wait_for(place.launches)
    wait_for(lambda: place.view()["currentState"]["state"] == "Running")
    row = place.rows()["stt"]
    assert (row["state"], row["address"], row["reason"]) == ("Waiting", None, "it does not listen yet")


def test_init_containers_run_one_after_another_and_shells_are_left_out(place: Place) -> None:
    """Row "host": the AVX2 guard is a shell script, and is named as not run."""
    guard = {"name": "avx2", "properties": {"image": "busybox:1.36", "command": ["sh", "-c", "grep avx2"]}}
    one, two = (place.container(name, init=True, variables={"exit": "0"}) for name in ("one", "two"))
    place.put(place.container(), initContainers=[guard, one, two])
    row = place.running()
    states = {each["name"]: (each["state"], each["exit_code"]) for each in row["init"]}
    assert states == {"avx2": ("not run", None), "one": ("Terminated", 0), "two": ("Terminated", 0)}
    order = [(place.folder / f"{name}.json").stat().st_mtime_ns for name in ("one", "two", "stt")]
    assert order == sorted(order)
    assert place.view("one")["currentState"]["exitCode"] == 0


def test_a_failing_init_container_is_tried_again_and_holds_the_others_back(place: Place) -> None:
    place.put(place.container(), initContainers=[place.container("one", init=True, variables={"exit": "3"})])
    wait_for(lambda: len(place.launches("one")) > 2)
    assert place.launches() == []
    assert place.view("one")["previousState"]["exitCode"] == 3
    assert place.state() == "Pending"


@pytest.mark.parametrize(("status", "state"), [("0", "Succeeded"), ("3", "Failed")])
def test_a_container_that_never_restarts_ends_its_group(place: Place, status: str, state: str) -> None:
    place.put(place.container(variables={"exit": status}), restartPolicy="Never")
    wait_for(lambda: place.state() == state)
    assert place.view()["currentState"]["exitCode"] == int(status)
    assert len(place.launches()) == 1


@pytest.mark.parametrize(("policy", "status"), [("Always", "0"), ("Always", "3"), ("OnFailure", "3")])
def test_a_container_is_started_again_as_its_policy_says(place: Place, policy: str, status: str) -> None:
    place.put(place.container(variables={"exit": status}), restartPolicy=policy)
    wait_for(lambda: len(place.launches()) > 2)
    wait_for(lambda: place.view()["restartCount"] > 1)
    assert place.view()["previousState"]["exitCode"] == int(status)


def test_a_job_that_did_its_work_is_not_started_again(place: Place) -> None:
    place.put(place.container(variables={"exit": "0"}), restartPolicy="OnFailure")
    wait_for(lambda: place.state() == "Succeeded")
    assert len(place.launches()) == 1


def test_a_group_that_has_ended_is_made_anew_not_updated(place: Place) -> None:
    at = place.put(place.container(variables={"exit": "0"}), restartPolicy="Never")
    wait_for(lambda: place.state() == "Succeeded")
    newer = body(place.container(variables={"exit": "1"}), restartPolicy="Never")
    assert place.double.refused("PUT", at, newer)[1] == "ContainerGroupTerminated"
    place.double.ok("DELETE", at)
    place.double.ok("PUT", at, newer)
    place.host.wake()
    wait_for(lambda: place.state() == "Failed")


def test_a_new_image_restarts_all_containers_in_place(place: Place) -> None:
    place.put(place.container(), place.container("cache", 6379))
    first, second = place.running(), place.running("cache")
    place.put(place.container(image=IMAGE.replace("5.1.0", "5.2.0")), place.container("cache", 6379))
    wait_for(lambda: len(place.launches()) == 2 and len(place.launches("cache")) == 2)
    assert place.running()["pid"] != first["pid"]
    assert place.running("cache")["pid"] != second["pid"]


def test_a_restart_a_stop_and_a_start_are_followed(place: Place) -> None:
    at = place.put(place.container())
    first = place.running()["pid"]
    place.double.ok("POST", f"{at}/restart")
    place.host.wake()
    wait_for(lambda: place.rows().get("stt", {}).get("pid") not in {None, first})
    second = place.running()["pid"]
    place.double.ok("POST", f"{at}/stop")
    place.host.wake()
    wait_for(lambda: not place.rows() and not alive(second))
    place.double.ok("POST", f"{at}/start")
    place.host.wake()
    assert place.running()["pid"] != second


def test_a_deleted_group_leaves_no_process_and_no_file(place: Place) -> None:
    at = place.put(place.container(), volumes=[{"name": "v", "emptyDir": {}}])
    pid = place.running()["pid"]
    place.double.ok("DELETE", at)
    place.host.wake()
    wait_for(lambda: not alive(pid) and not list(place.ways.groups.iterdir()))


def test_the_end_of_the_host_is_the_end_of_its_processes(place: Place) -> None:
    place.put(place.container())
    pid = place.running()["pid"]
    place.host.stop()
    assert not alive(pid)
    place.host = Host(place.double.world.store, place.ways)
    place.host.start()
    assert place.running()["pid"] != pid


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_readiness_and_liveness_are_asked_over_http(place: Place) -> None:
    healthy = place.folder / "healthy"
    healthy.touch()
    ask = {"httpGet": {"path": "/healthy", "port": 5000, "scheme": "http"}, "periodSeconds": 1, "failureThreshold": 1}
    place.put(place.container(variables={"healthy": str(healthy)}, readinessProbe=ask, livenessProbe=ask))
    wait_for(lambda: place.running()["ready"])
    healthy.unlink()
    wait_for(lambda: len(place.launches()) > 1)
    assert place.view()["previousState"]["exitCode"] == 137
    assert "Killing" in [event["name"] for event in place.view()["events"]]


def test_a_probe_of_another_port_than_the_containers_own_fails(place: Place) -> None:
    ask = {"httpGet": {"path": "/", "port": 8080}, "periodSeconds": 1, "failureThreshold": 1}
    place.put(place.container(livenessProbe=ask))
    wait_for(lambda: len(place.launches()) > 1)


def test_no_port_is_mapped_to_another(place: Place) -> None:
    place.put(place.container(port=5000, variables={"listens": "5003"}))
    row = place.running()
    assert row["url"] is None
    assert row["reason"] == "nothing listens on port 5000: the container listens on 5003"


def test_containers_of_a_group_find_each_other_and_what_other_groups_show(place: Place) -> None:
    place.put(place.container(), place.container("cache", 6379))
    place.put(place.container("tts", 5000), name="other", ipAddress=public(dnsNameLabel="contoso-tts"))
    local = {name: place.running(name)["address"] for name in ("stt", "cache")}
    other = place.running("tts", "other")["address"]
    ip = place.double.ok("GET", place.double.place(GROUP, "other"))["properties"]["ipAddress"]["ip"]
    wanted = {
        "localhost:5000": local["stt"],
        "localhost:6379": local["cache"],
        "127.0.0.1:6379": local["cache"],
        "contoso-tts.westeurope.azurecontainer.io:5000": other,
        f"{ip}:5000": other,
    }
    names = Path(place.launches()[0]["names"])
    wait_for(lambda: names.exists() and wanted.items() <= json.loads(names.read_text()).items())
    elsewhere = json.loads(Path(place.launches("tts")[0]["names"]).read_text())
    assert [name for name in elsewhere if name.endswith(":6379")] == []


def test_a_share_outlives_its_groups_and_goes_with_itself(place: Place) -> None:
    key = storage(place.double)
    wanted = mounting(key)["properties"]
    mount = [{"name": "models", "mountPath": "/usr/local/models"}]
    writer = place.container(variables={"write": "/usr/local/models"}, volumeMounts=mount)
    at = place.put(writer, volumes=wanted["volumes"])
    place.running()
    written = place.ways.shares / "contosomodels" / "models" / "written"
    assert written.exists()
    place.double.ok("DELETE", at)
    place.put(place.container("reader", volumeMounts=mount), name="two", volumes=wanted["volumes"])
    place.running("reader", "two")
    assert written.exists()
    share = f"{place.double.place('Microsoft.Storage/storageAccounts', 'contosomodels')}/fileServices/default/shares"
    place.double.ok("DELETE", f"{share}/models")
    place.host.wake()
    wait_for(lambda: not written.exists())


def test_a_share_whose_key_is_gone_is_not_mounted_at_the_next_start(place: Place) -> None:
    wanted = mounting(storage(place.double))["properties"]
    mount = [{"name": "models", "mountPath": "/usr/local/models"}]
    at = place.put(place.container(volumeMounts=mount), volumes=wanted["volumes"])
    place.running()
    account = place.double.place("Microsoft.Storage/storageAccounts", "contosomodels")
    place.double.ok("POST", f"{account}/regenerateKey", {"keyName": "key1"})
    assert place.running()
    place.double.ok("POST", f"{at}/restart")
    place.host.wake()
    wait_for(lambda: "the storage account key is wrong" in place.rows().get("stt", {}).get("reason", ""))


def test_an_empty_directory_is_shared_and_a_secret_volume_lies_outside_of_the_home(place: Place) -> None:
    mounts = [{"name": "scratch", "mountPath": "/scratch"}, {"name": "files", "mountPath": "/files"}]
    files = {"name": "files", "secret": {"token": base64.b64encode(b"clear").decode()}}
    at = place.put(
        place.container(volumeMounts=mounts),
        place.container("two", 5003, volumeMounts=mounts[:1]),
        volumes=[{"name": "scratch", "emptyDir": {}}, files],
    )
    place.running()
    place.running("two")
    [one], [two] = place.launches(), place.launches("two")
    assert one["volumes"]["/scratch"] == two["volumes"]["/scratch"]
    secret = Path(one["volumes"]["/files"]) / "token"
    assert (secret.read_text(), secret.stat().st_mode & 0o777) == ("clear", 0o600)
    assert place.folder not in secret.parents
    place.double.ok("DELETE", at)
    place.host.wake()
    wait_for(lambda: not secret.exists())


def test_an_image_that_nobody_plays_is_named_and_keeps_its_group_pending(place: Place) -> None:
    place.put(place.container(), place.container("proxy", 443, image="nginx:1.29"))
    place.running()
    row = place.rows()["proxy"]
    assert (row["state"], row["reason"]) == ("not run", "the sandbox plays no container of image nginx:1.29")
    assert place.state() == "Pending"


def test_logs_are_read_through_resource_manager(place: Place) -> None:
    at = place.put(place.container())
    place.running()
    told = wait_for(lambda: place.double.ok("GET", f"{at}/containers/stt/logs")["content"])
    assert told == f"started {IMAGE}\n"
