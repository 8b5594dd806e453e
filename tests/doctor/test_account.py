"""Name, domain and tier of the account, commitments, and an account that is given."""

import pytest

from tests.doctor.conftest import DEV, Azure, Doctor

OWN = "rg-speech-dev-westeurope"
ACCOUNTS = "providers/Microsoft.CognitiveServices/accounts"


def account(azure: Azure, group: str, name: str, sku: str = "S0", **properties: object) -> str:
    azure.put(f"resourceGroups/{group}", {"location": "westeurope"})
    place = f"resourceGroups/{group}/{ACCOUNTS}/{name}"
    body = {"location": "westeurope", "kind": "SpeechServices", "sku": {"name": sku}, "properties": properties}
    azure.put(place, body)
    return f"{azure.subscription}/{place}"


def test_a_free_domain_passes(doctor: Doctor) -> None:
    assert doctor.line("custom domain") == "pass custom domain contoso-speech-dev is free"


def test_a_domain_of_somebody_else_fails(doctor: Doctor, azure: Azure) -> None:
    azure.settings(taken_names=["contoso-speech-dev"])
    found = doctor()
    assert found.line("custom domain") == (
        "fail custom domain contoso-speech-dev is taken: names are unique in all of Azure"
    )
    assert found.remedy("custom domain") == [
        "pulumi config set --path 'speech:account.custom_domain' contoso-speech-dev-2 --stack dev-westeurope"
    ]


def test_the_stack_s_own_account_holds_its_domain(doctor: Doctor, azure: Azure) -> None:
    account(azure, OWN, "contoso-speech-dev", customSubDomainName="contoso-speech-dev")
    line = doctor.line("custom domain")
    assert line == "pass custom domain contoso-speech-dev is this stack's own account, and there already"


def test_the_stack_s_own_deleted_account_is_brought_back_or_purged(doctor: Doctor, azure: Azure) -> None:
    resource = account(azure, OWN, "contoso-speech-dev", customSubDomainName="contoso-speech-dev")
    azure.arm("DELETE", resource)
    found = doctor()
    assert found.line("custom domain").startswith(
        f"fail custom domain contoso-speech-dev in {OWN} was deleted, and holds its name until 20"
    )
    assert found.remedy("custom domain") == [
        "bring it back: pulumi config set --path 'speech:account.on_soft_deleted' restore --stack dev-westeurope",
        "or forget it: speech account purge dev-westeurope",
    ]
    doctor.stack(DEV.replace("custom_domain", "on_soft_deleted: restore\n    custom_domain"))
    assert doctor.line("custom domain") == "pass custom domain contoso-speech-dev was deleted: up brings it back"


def test_a_deleted_account_of_another_group_is_purged(doctor: Doctor, azure: Azure) -> None:
    azure.arm("DELETE", account(azure, "elsewhere", "old", customSubDomainName="contoso-speech-dev"))
    found = doctor()
    assert found.line("custom domain").startswith("fail custom domain old in elsewhere was deleted")
    assert found.remedy("custom domain") == [
        "az cognitiveservices account purge --name old --resource-group elsewhere --location westeurope"
    ]


def test_after_48_hours_the_name_is_free(doctor: Doctor, azure: Azure) -> None:
    azure.arm("DELETE", account(azure, OWN, "contoso-speech-dev", customSubDomainName="contoso-speech-dev"))
    azure._ask("POST", "/sandbox/clock", {"advance_seconds": 49 * 3600})
    assert doctor.line("custom domain") == "pass custom domain contoso-speech-dev is free"


def test_a_second_free_account_fails(doctor: Doctor, azure: Azure) -> None:
    doctor.stack(DEV.replace("custom_domain", "sku: F0\n    custom_domain"))
    assert doctor.line("free tier") == "pass free tier no other free Speech account in the subscription"
    account(azure, "other", "free-one", "F0")
    found = doctor()
    assert found.line("free tier") == (
        "fail free tier free-one in other is the subscription's one free Speech account already"
    )
    assert found.remedy("free tier")[0] == ("pulumi config set --path 'speech:account.sku' S0 --stack dev-westeurope")


def test_a_paid_account_asks_nobody_for_a_free_one(doctor: Doctor) -> None:
    assert "free tier" not in doctor().out


COMMITTED = DEV.replace("custom_domain", "commitments: [{kind: speech-to-text, tier: T1PLAN}]\n    custom_domain")


def test_a_commitment_that_azure_sells_passes(doctor: Doctor) -> None:
    doctor.stack(COMMITTED.replace("T1PLAN", "T1"))
    assert doctor.line("commitment") == (
        "pass commitment STT T1 for connected containers is sold in westeurope, 2,000 Hours a period each"
    )


@pytest.mark.parametrize(("plan", "lacks"), [("T9", "STT T9"), ("T1, plan_type: Speech2Text", "Speech2Text T1")])
def test_a_commitment_that_azure_does_not_sell_fails(doctor: Doctor, plan: str, lacks: str) -> None:
    doctor.stack(COMMITTED.replace("T1PLAN", plan))
    found = doctor()
    line = found.line("commitment")
    assert line.startswith(f"fail commitment {lacks} for connected containers is not sold in westeurope, but ADDON T1,")
    assert found.remedy("commitment")[-1].startswith("pulumi config set --path 'speech:account.commitments[0].tier'")


def test_more_of_a_commitment_than_azure_sells_fails(doctor: Doctor) -> None:
    doctor.stack(COMMITTED.replace("T1PLAN", "T1, count: 11"))
    assert doctor.line("commitment") == "fail commitment 11 of STT T1 for connected containers: 10 at the most"


def test_disconnected_plans_are_listed_for_approved_subscriptions(doctor: Doctor, azure: Azure) -> None:
    azure.settings(disconnected_approved=False)
    text = COMMITTED.replace("T1PLAN", "T1, hosting: disconnected").replace(
        "custom_domain", "sku: DC0\n    custom_domain"
    )
    doctor.stack(
        f"{text}  speech:acknowledge: [disconnected-approved]\n".replace(
            "eula: accept", "eula: accept\n    mode: disconnected"
        )
    )
    found = doctor()
    assert "Azure lists no such plans in westeurope" in found.line("commitment")
    assert found.remedy("commitment") == ["https://aka.ms/csdisconnectedcontainers"]


def given(doctor: Doctor, resource: str) -> None:
    doctor.stack(DEV.replace("custom_domain: contoso-speech-dev", f"mode: existing\n    resource_id: {resource}"))


def test_an_existing_account_with_keys_passes(doctor: Doctor, azure: Azure) -> None:
    given(doctor, account(azure, "shared", "contoso-shared"))
    found = doctor()
    assert found.line("account") == "pass account contoso-shared is there, its keys are switched on"
    assert "custom domain" not in found.out


def test_an_existing_account_without_keys_fails(doctor: Doctor, azure: Azure) -> None:
    resource = account(azure, "shared", "contoso-shared", disableLocalAuth=True)
    given(doctor, resource)
    found = doctor()
    assert found.line("account") == "fail account contoso-shared has its keys switched off (disableLocalAuth)"
    assert found.remedy("account") == [f"az resource update --ids {resource} --set properties.disableLocalAuth=false"]


def test_an_existing_account_that_is_not_there_fails(doctor: Doctor, azure: Azure) -> None:
    given(doctor, f"{azure.subscription}/resourceGroups/none/{ACCOUNTS}/contoso-shared")
    assert doctor.line("account") == "fail account contoso-shared is not in none"


def test_an_account_of_models_is_looked_at_too(doctor: Doctor, azure: Azure) -> None:
    models = account(azure, "shared", "contoso-models", disableLocalAuth=True)
    plan = "commitments: [{kind: speech-to-text, hosting: disconnected, tier: T1}]"
    text = DEV.replace("eula: accept", "eula: accept\n    mode: disconnected")
    text = text.replace("custom_domain", f"sku: DC0\n    {plan}\n    custom_domain")
    doctor.stack(
        f"{text}  speech:model_account: {{resource_id: {models}}}\n  speech:acknowledge: [disconnected-approved]\n"
    )
    assert doctor.line("account") == "fail account contoso-models has its keys switched off (disableLocalAuth)"
