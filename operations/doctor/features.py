"""What a stack has that needs something of its subscription, by the names of the catalogue's needs."""

from operations.doctor import state
from operations.doctor.subject import Subject
from speech.settings.target import AksTarget, ContainerInstancesTarget, KubernetesTarget

_BLOB, _VAULT = "azblob://", "azurekeyvault://"


def features(subject: Subject) -> frozenset[str]:
    """Of this stack, as it would be brought up from here."""
    stack, target, monitoring = subject.stack, subject.stack.target, subject.stack.monitoring
    made, on_aks = stack.account.mode == "create", isinstance(target, AksTarget)
    in_groups = isinstance(target, ContainerInstancesTarget)
    has = {
        "every-stack": True,
        "account": made,
        "commitments": made and bool(stack.account.commitments),
        "private-endpoint": made and stack.account.private_endpoint,
        "vault-secret": any(each and each.key_vault_secret_id for each in (stack.account, stack.model_account)),
        "aks": on_aks,
        "container-instances": in_groups,
        "network": (on_aks and not _given_subnet(subject))
        or (in_groups and subject.plan.exposure.kind == "internal" and not _given_subnet(subject)),
        "file-shares": in_groups and any(container.volumes for container in subject.plan.containers),
        "workspace": monitoring.create_workspace,
        "diagnostics": monitoring.create_workspace or monitoring.workspace_id is not None,
        "budget": stack.budget is not None,
        "state-in-blob": (state.backend(subject) or "").startswith(_BLOB),
        "secrets-in-vault": (state.secrets_provider(subject) or "").startswith(_VAULT),
    }
    return frozenset([*(name for name, there in has.items() if there), *scopes(subject)])


def scopes(subject: Subject) -> dict[str, tuple[str, ...]]:
    """Ids of the resources of the user's that the stack file names, by their features."""
    stack = subject.stack
    tls = stack.network.gateway.tls if stack.network.gateway else None
    named: dict[str, tuple[str | None, ...]] = {
        "existing-account": (
            stack.account.resource_id,
            stack.model_account.resource_id if stack.model_account else None,
        ),
        "given-subnet": (_given_subnet(subject),),
        "registry": (stack.registry.resource_id,),
        "certificate-vault": (tls.vault_id if tls else None,),
        "given-vault": (stack.vault.resource_id if stack.vault else None,),
        "given-zones": (zones.account, zones.vault) if (zones := stack.network.private_zones) else (),
        "given-cluster": (_given_cluster(subject),),
        "given-workspace": (stack.monitoring.workspace_id,),
    }
    found = {feature: tuple(filter(None, ids)) for feature, ids in named.items()}
    return {feature: ids for feature, ids in found.items() if ids}


def _given_subnet(subject: Subject) -> str | None:
    target = subject.stack.target
    return target.subnet_id if isinstance(target, AksTarget | ContainerInstancesTarget) else None


def _given_cluster(subject: Subject) -> str | None:
    target = subject.stack.target
    return target.cluster_id if isinstance(target, KubernetesTarget) else None
