"""The generic resource engine: PUT, GET, PATCH, DELETE, lists and actions for every type of the tables."""

import uuid
from collections.abc import Iterable
from copy import deepcopy

from sandbox.arm import drafts, errors, operations, principals
from sandbox.arm.errors import ArmError
from sandbox.arm.ids import GROUP_TYPE, ArmPath
from sandbox.arm.model import Answer, Call, Provider, ResourceType, World, bury, cut, dig, merged
from sandbox.arm.store import Document, Resource

_PAGE_LENGTH = 100


class Engine:
    """Answers requests to resources after the tables of the providers."""

    def __init__(self, world: World, providers: Iterable[Provider]) -> None:
        self.world = world
        self.types = {kind.name.lower(): kind for provider in providers for kind in provider.types}
        self.namespaces = {kind.namespace.lower() for kind in self.types.values()}

    def finish_due(self) -> None:
        """Ends the operations whose time has come."""
        for operation in operations.due(self.world.store):
            resource = self.world.store.resource(operation["resource"])
            if resource and operation["verb"] == "delete" and not operation["error"]:
                self._remove(resource)
            elif resource:
                bury(resource.document, "properties.provisioningState", operation["status"])
                self.world.store.save(resource)

    def answer(self, call: Call) -> Answer:
        """Answers one request. Raises ArmError."""
        kind, action = self._type_of(call)
        if call.version not in kind.versions:
            location = call.body.get("location", "") if isinstance(call.body, dict) else ""
            raise errors.no_registered_provider(kind.name, call.version, location, kind.versions)
        self._check_place(call, kind)
        if action is not None:
            return kind.actions[action](call, self._existing(call, kind, call.path.owner))
        if not call.path.is_resource:
            return self._list(call, kind)
        methods = {"GET": self._get, "HEAD": self._head, "PUT": self._put, "PATCH": self._patch, "DELETE": self._delete}
        return methods[call.method](call, kind)

    def shown(self, kind: ResourceType, resource: Resource) -> Document:
        """The resource as a GET answers it."""
        return kind.view(self.world, resource) if kind.view else resource.document

    def _type_of(self, call: Call) -> tuple[ResourceType, str | None]:
        """The type a path means, and the action's word where it is one."""
        path = call.path
        if call.method == "POST" and not path.is_resource:
            kind = self.types.get(path.owner.type_name.lower())
            word = path.types[-1].lower()
            if kind and word in kind.actions:
                return kind, word
        kind = self.types.get(path.type_name.lower())
        if kind and (call.method != "POST" and (path.is_resource or call.method == "GET")):
            return kind, None
        if path.namespace.lower() not in self.namespaces:
            raise errors.invalid_namespace(path.namespace)
        raise errors.invalid_resource_type(path.namespace, "/".join(path.types), call.version)

    def _check_place(self, call: Call, kind: ResourceType) -> None:
        """The subscription, the group, the scope and the parent must be there."""
        path, store, who = call.path, self.world.store, self.world.who
        if path.subscription and path.subscription.lower() != who.subscription_id:
            raise errors.subscription_not_found(path.subscription)
        group = path.group if kind.name != GROUP_TYPE else None
        if group:
            found = store.resource(f"/subscriptions/{path.subscription}/resourceGroups/{group}")
            if not found:
                raise errors.group_not_found(group)
            if call.method == "PUT" and found.properties["provisioningState"] == "Deleting":
                text = f"The resource group '{group}' is in deprovisioning state and cannot perform this operation."
                raise errors.conflict("ResourceGroupBeingDeleted", text)
        if kind.extension and "/providers/" in path.scope.lower() and not store.resource(path.scope):
            raise errors.parent_not_found("/".join(path.scope.split("/")[-2:]))
        nested = len(path.types) > 1 and call.method not in {"POST", "DELETE"}
        if nested and not store.resource(path.owner.id):
            raise errors.parent_not_found("/".join((*path.owner.types[-1:], *path.owner.names[-1:])))

    def _existing(self, call: Call, kind: ResourceType, path: ArmPath) -> Resource:
        found = self.world.store.resource(path.id)
        if found:
            return found
        if kind.name == GROUP_TYPE:
            raise errors.group_not_found(path.names[-1])
        raise errors.resource_not_found(kind.name, "/".join(path.names), call.path.group)

    def _get(self, call: Call, kind: ResourceType) -> Answer:
        found = self._existing(call, kind, call.path)
        moving = operations.running_on(self.world.store, found.id)
        return Answer(200, self.shown(kind, found), operations.pause(self.world.store) if moving else {})

    def _head(self, call: Call, kind: ResourceType) -> Answer:
        del kind
        return Answer(204 if self.world.store.resource(call.path.id) else 404)

    def _put(self, call: Call, kind: ResourceType) -> Answer:
        if not isinstance(call.body, dict) or not isinstance(call.body.get("properties") or {}, dict):
            raise errors.bad_request("InvalidRequestContent", "The request content was invalid: an object is expected.")
        existing = self.world.store.resource(call.path.id)
        if not existing and not kind.name_rule.fullmatch(call.path.names[-1]):
            text = f"The name '{call.path.names[-1]}' does not match the pattern '{kind.name_rule.pattern}'."
            raise errors.bad_request("InvalidResourceName", text)
        return self._write(call, kind, deepcopy(call.body), existing)

    def _patch(self, call: Call, kind: ResourceType) -> Answer:
        existing = self._existing(call, kind, call.path)
        wanted = deepcopy(existing.document)
        for name in kind.patchable:
            change = call.body.get(name)
            if name == "tags" and change is not None:
                wanted[name] = change
            elif change is not None:
                wanted[name] = merged(wanted.get(name) or {}, change) if isinstance(change, dict) else change
        return self._write(call, kind, wanted, existing)

    def _write(self, call: Call, kind: ResourceType, body: Document, existing: Resource | None) -> Answer:
        self._check_etag(call, kind, existing)
        self._check_busy(call, kind)
        wanted = drafts.draft(call, kind, body, existing)
        if kind.complete:
            kind.complete(call, wanted, existing)
        for path in kind.write_only:
            cut(wanted.document, path)
        wire = kind.update if existing else kind.create
        if kind.has_state:
            state = "Succeeded" if wire.polling == "none" else kind.states[1 if existing else 0]
            bury(wanted.document, "properties.provisioningState", state)
        if kind.etag:
            bury(wanted.document, kind.etag, str(uuid.uuid4()))
        if kind.has_system_data:
            wanted.document["systemData"] = drafts.system_data(call, existing)
        self.world.store.save(wanted)
        if kind.saved:
            kind.saved(self.world, wanted)
        headers = {} if wire.polling == "none" else operations.begin(call, wanted, "put", wire)
        return Answer(wire.status, self.shown(kind, wanted), headers)

    def _check_etag(self, call: Call, kind: ResourceType, existing: Resource | None) -> None:
        match, none_match = call.headers.get("if-match"), call.headers.get("if-none-match")
        current = existing and kind.etag and dig(existing.document, kind.etag)
        if (match and match != "*" and match.strip('"') != current) or (none_match == "*" and existing):
            raise ArmError(
                412, "PreconditionFailed", "The condition in the request's If-Match or If-None-Match header is not met."
            )

    def _check_busy(self, call: Call, kind: ResourceType) -> None:
        holder = self.world.store.resource((call.path.owner if kind.shares_lock else call.path).id)
        operation = holder and operations.running_on(self.world.store, holder.id)
        if not holder or not operation:
            return
        refusal = kind.busy(holder, operation) if kind.busy else None
        if refusal:
            raise refusal
        if operation["verb"] == "delete" and operation["resource"] == holder.id:
            raise errors.conflict("Conflict", f"The resource '{holder.id}' is being deleted.")

    def _delete(self, call: Call, kind: ResourceType) -> Answer:
        resource = self.world.store.resource(call.path.id)
        if not resource:
            return Answer(204)
        self._check_etag(call, kind, resource)
        self._check_busy(call, kind)
        if kind.removable:
            kind.removable(call, resource)
        if kind.delete.polling == "none":
            shown = self.shown(kind, resource)
            self._remove(resource)
            return Answer(kind.delete.status, shown if kind.extension else None)
        bury(resource.document, "properties.provisioningState", "Deleting")
        self.world.store.save(resource)
        return Answer(kind.delete.status, None, operations.begin(call, resource, "delete", kind.delete))

    def _remove(self, resource: Resource) -> None:
        """Takes the resource and all below it out of the store."""
        going = (resource, *self.world.store.below(resource.id))
        for each in going:
            removing = self.types[each.type.lower()].removing
            if removing:
                removing(self.world, each)
            principals.drop_of(self.world, each)
        for each in going:
            self.world.store.remove(each.id)

    def _list(self, call: Call, kind: ResourceType) -> Answer:
        path, store = call.path, self.world.store
        under = path.owner.id if len(path.types) > 1 else path.scope
        found = kind.lister(call) if kind.lister else store.of_type(kind.name, under)
        start = int(call.query.get("$skiptoken", "0"))
        end = start + int(store.setting("page_length", _PAGE_LENGTH))
        body: Document = {"value": [self.shown(kind, each) for each in found[start:end]]}
        if end < len(found):
            body["nextLink"] = f"{self.world.url}{path.id}?api-version={call.version}&$skiptoken={end}"
        return Answer(200, body)
