"""What all Speech containers of a cluster share."""

from dataclasses import dataclass

import pulumi

from components.aks_cluster import inside
from components.documents import KubernetesObject
from speech.manifests import keys
from speech.manifests.document import Document, container_of


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeechNamespaceArgs:
    """The namespace's name and the way to the billing key."""

    namespace: str
    access: keys.VaultAccess | None
    """None where Secrets hold the key."""
    policies: list[Document]
    """Who may talk to whom in the namespace."""
    cluster: pulumi.Resource | None
    """None where the stack did not make it."""
    key_reader: list[pulumi.Resource]


class SpeechNamespace(pulumi.ComponentResource):
    """The place in a cluster where Speech containers run and find their key.

    Creates: a namespace; the pods' service account; the class that mounts the billing key, where a vault brings it; the
    network policies.
    """

    namespace: pulumi.Resource
    ready: list[pulumi.Resource]
    """What every container needs."""
    policies: dict[str, list[pulumi.Resource]]
    """By container, who may talk to its pods and to whom they may: they go after the pods, which still have streams."""

    def __init__(self, name: str, args: SpeechNamespaceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:kubernetes:SpeechNamespace", name, None, opts)
        child = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), inside(args.cluster))
        namespace = KubernetesObject(f"{name}-namespace", keys.namespace(args.namespace), child)
        later = pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[namespace, *args.key_reader]))
        account = KubernetesObject(f"{name}-service-account", keys.service_account(args.namespace, args.access), later)
        self.namespace, self.ready, self.policies = namespace, [namespace, account], {}
        if args.access is not None:
            key_class = keys.secret_provider_class(args.namespace, args.access)
            self.ready.append(KubernetesObject(f"{name}-key-class", key_class, later))
        for policy in args.policies:
            made = KubernetesObject(f"{name}-policy-{policy['metadata']['name']}", policy, later)
            container = container_of(policy)
            if container is None:
                self.ready.append(made)
            else:
                self.policies.setdefault(container, []).append(made)
        self.register_outputs({"namespace": args.namespace})
