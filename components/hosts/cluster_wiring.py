"""What pods of a cluster know of their surroundings, whoever's cluster it is."""

from components.existing_account import ExistingAccount
from components.hosts.host import Surroundings
from components.key_vault import KeyVault
from components.kubernetes_secrets import PodSecrets, billing
from components.speech_account import SpeechAccount
from speech.manifests.cluster import of_target
from speech.manifests.egress import no_proxy
from speech.manifests.keys import PULL_SECRET
from speech.manifests.wiring import Wiring, wiring


def wired(
    around: Surroundings,
    account: SpeechAccount | ExistingAccount,
    vault: KeyVault,
    secrets: PodSecrets,
) -> Wiring:
    """The plan's wiring with the stack's account and Secrets."""
    key = billing(around.stack, vault)
    models = around.model_account
    return wiring(
        around.plan,
        account.endpoint,
        vault.keys[around.stack.billing.active_key].version,
        key.name,
        secrets={name: content.name for name, content in secrets.options.items()},
        model_billing=models.endpoint if models else None,
        model_secret=secrets.model.name if secrets.model else None,
        pull_secret=PULL_SECRET if secrets.pull is not None else None,
        no_proxy=no_proxy(around.stack),
        **of_target(around.stack.target),
    )
