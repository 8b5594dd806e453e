"""Plans and their surroundings, for tests of documents."""

from speech.capacity.plan import Plan
from speech.capacity.planner import plan
from speech.manifests import keys
from speech.manifests.wiring import Wiring, wiring
from speech.settings.parse import parse
from tests.stacks import stack_file

ACCESS = keys.VaultAccess(
    vault="kv1", client_id="client", tenant_id="tenant", active_key="key1", secret="speech-key1-v1"
)


def planned(*changes: tuple[str, object]) -> Plan:
    return plan(parse(stack_file(*changes)).stack, "dev")


def exposed(exposure: str, *changes: tuple[str, object], **network: object) -> Plan:
    return planned(("speech:network", {"exposure": exposure, **network}), *changes)


def wired(made: Plan) -> Wiring:
    return wiring(
        made, billing="https://contoso.cognitiveservices.azure.com/", key_version="v1", secret="speech-key1-v1"
    )
