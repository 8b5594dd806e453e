"""The keys of the stack's account, as Azure has them. Their values stay in memory."""

from azure.core.exceptions import AzureError, HttpResponseError, ResourceNotFoundError
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
from azure.mgmt.cognitiveservices.models import KeyName

from operations.azure import Azure
from operations.keys.steps import KEYS, Key
from speech.capacity.plan import Plan
from speech.files.stack_file import FailedError, UnreadableError
from speech.settings.stack import Stack

_NAMES: dict[Key, KeyName] = {"key1": KeyName.KEY1, "key2": KeyName.KEY2}
_FORBIDDEN = 403
_ROLE = "Cognitive Services Contributor"


def refuse_others(stack: Stack) -> None:
    """Raises UnreadableError for an account that the stack was given: its keys serve others, too."""
    if stack.account.mode == "create":
        return
    who = stack.account.resource_id or stack.account.endpoint
    raise UnreadableError(
        f"speech:account.mode: existing, so the keys of {who} are not this stack's to change: others may use them.\n"
        "  whoever owns it renews one key at a time:  az cognitiveservices account keys regenerate --key-name key2 …\n"
        "  then the stack takes it:  pulumi config set --path speech:billing.active_key key2  and  pulumi up"
    )


class Account:
    """The account of one stack."""

    def __init__(self, place: Azure, plan: Plan) -> None:
        self.name, self._group = plan.names["account"], plan.names["resource_group"]
        self._client = CognitiveServicesManagementClient(
            place.credential,
            place.subscription,
            base_url=place.resource_manager,
            credential_scopes=[f"{place.resource_manager}/.default"],
        )

    def keys(self) -> dict[Key, str]:
        """Both, in clear. Raises FailedError."""
        try:
            found = self._client.accounts.list_keys(self._group, self.name)
        except AzureError as error:
            raise self._failed("its keys cannot be read", error) from None
        return {"key1": found.key1 or "", "key2": found.key2 or ""}

    def renew(self, key: Key) -> None:
        """Another value for one key: the old one is refused from now on. Raises FailedError."""
        try:
            self._client.accounts.regenerate_key(self._group, self.name, _NAMES[key])
        except AzureError as error:
            raise self._failed(f"{key} cannot be renewed", error) from None

    def renewed(self, before: dict[str, str]) -> frozenset[Key]:
        """The keys that differ from those of the last update."""
        now = self.keys()
        return frozenset(key for key in KEYS if now[key] != before.get(key))

    def _failed(self, what: str, error: AzureError) -> FailedError:
        words = str(error).splitlines()[0]
        if isinstance(error, ResourceNotFoundError):
            return FailedError(f"{self.name}: {what}: it is not in {self._group}\n  pulumi up --refresh")
        if isinstance(error, HttpResponseError) and error.status_code == _FORBIDDEN:
            return FailedError(
                f"{self.name}: {what}: {words}\n"
                f'  az role assignment create --role "{_ROLE}" --assignee … --scope <id of {self.name}>'
            )
        return FailedError(f"{self.name}: {what}: {words}")
