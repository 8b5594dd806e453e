"""The stack as a whole: its region, tags, logs, and the risks that it takes."""

from collections import Counter
from collections.abc import Iterator

from speech.catalog.regions import nearest_region, region
from speech.settings.acknowledge import acknowledged_ids_exist
from speech.settings.draft import Draft
from speech.settings.faults import Finding, shown
from speech.settings.versions import only_what_is_built

# Azure: 50 tags, names of 512, values of 256 characters (resource-manager tag-resources, 2026); the toolkit sets two.
MOST_TAGS, LONGEST_TAG, LONGEST_TAG_VALUE = 48, 512, 256
NOT_IN_TAGS = "<>%&\\?/"
OF_AZURE = ("microsoft", "azure", "windows")


def location_is_a_region_with_speech(draft: Draft) -> Iterator[Finding]:
    """The account can only be made where the Speech service is."""
    if draft.location is None or region(draft.location) is not None:
        return
    near = nearest_region(draft.location)
    hint = f' Did you mean "{near}"?' if near else ""
    yield Finding("azure-native:location", f"{shown(draft.location)} is no region with the Speech service.{hint}")


def a_region_is_written_as_azure_does(draft: Draft) -> Iterator[Finding]:
    """Names of resources and hosts hold it: "West Europe" would break them."""
    found = region(draft.location) if draft.location else None
    if found and found.name != draft.location:
        yield Finding(
            "azure-native:location", f"{shown(draft.location or '')} is the name for people: write {found.name}"
        )


def tags_have_the_form_of_azure(draft: Draft) -> Iterator[Finding]:
    """One bad tag fails every resource of the stack, half way through."""
    if len(draft.tags) > MOST_TAGS:
        yield Finding("speech:tags", f"has {len(draft.tags)}: at most {MOST_TAGS}")
    count = Counter(name.lower() for name in draft.tags)
    for name, value in draft.tags.items():
        path = f"speech:tags.{shown(name).strip(chr(34))}"
        if count[name.lower()] > 1:
            yield Finding(path, "stands here twice: Azure takes upper and lower case for the same name")
        elif not 1 <= len(name) <= LONGEST_TAG:
            yield Finding(path, f"has a name of {len(name)} characters: 1 to {LONGEST_TAG} are allowed")
        elif any(character in NOT_IN_TAGS or not character.isprintable() for character in name):
            yield Finding(path, f"has a character in its name that Azure refuses: none of {' '.join(NOT_IN_TAGS)}")
        elif name.lower().startswith(OF_AZURE):
            yield Finding(path, f"begins as Azure's own tags do: not with {', '.join(OF_AZURE)}")
        elif len(value) > LONGEST_TAG_VALUE:
            yield Finding(path, f"has {len(value)} characters: at most {LONGEST_TAG_VALUE}")


def logs_go_to_one_workspace(draft: Draft) -> Iterator[Finding]:
    """One that is there, or one that the stack makes."""
    logs = draft.monitoring
    if logs and logs.workspace_id and logs.create_workspace:
        yield Finding("speech:monitoring.workspace_id", "names a workspace, create_workspace makes one: leave one out")


def retention_is_that_of_the_stacks_workspace(draft: Draft) -> Iterator[Finding]:
    """The owner of another workspace says how long it keeps what it gets."""
    written = draft.written.get("monitoring")
    if draft.monitoring and not draft.monitoring.create_workspace and written and "retention_days" in written:
        yield Finding("speech:monitoring.retention_days", "has no effect without  create_workspace: true")


def an_account_behind_a_key_shows_no_logs(draft: Draft) -> Iterator[Finding]:
    """Where logs go is a setting of the account, which the stack cannot reach by endpoint and key."""
    logs, account = draft.monitoring, draft.account
    if logs and account and account.mode == "existing" and account.resource_id is None:
        word = "workspace_id" if logs.workspace_id else "create_workspace" if logs.create_workspace else None
        if word:
            yield Finding(
                f"speech:monitoring.{word}", "needs the account's resource_id: endpoint and key do not tell it"
            )


RULES = (
    location_is_a_region_with_speech,
    a_region_is_written_as_azure_does,
    tags_have_the_form_of_azure,
    logs_go_to_one_workspace,
    retention_is_that_of_the_stacks_workspace,
    an_account_behind_a_key_shows_no_logs,
    acknowledged_ids_exist,
    only_what_is_built,
)
