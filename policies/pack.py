"""The rules, handed to the engine."""

import json
from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from policies import rules
from policies.keys import plain_secrets
from policies.reading import About, Resource, marked, plain, token

_NAMES = {"type": "array", "items": {"type": "string"}}
_SCHEMAS = {
    "images-come-from-allowed-registries": PolicyConfigSchema(properties={"registries": _NAMES}),
    "resources-are-tagged": PolicyConfigSchema(properties={"tags": _NAMES}),
}
Asked = dict[str, Resource]
"""By URN: resources as the program asks for them."""


def serve() -> None:
    """Answer the engine until it ends, at the levels of speech:environment; of prod where the stack says none."""
    environment = pulumi.Config("speech").get("environment") or "prod"
    PolicyPack("speech-containers", policies=policies(environment))


def policies(environment: str) -> list[Policy]:
    """Every rule at its level for this environment."""
    known = environment if environment in rules.ENVIRONMENTS else "prod"
    asked: Asked = {}
    found: list[Policy] = [_resource_policy(rule, rule.levels[known], asked) for rule in rules.RULES]
    found += [_stack_policy(rule, rule.levels[known], asked) for rule in rules.STACK_RULES]
    return [*found, Secrets()]


def _resource_policy(rule: rules.Rule, level: EnforcementLevel, asked: Asked) -> Policy:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        asked[args.urn] = resource = _resource(args)
        for words in rule.find(resource, about(args.get_config())):
            report(words, None)

    return ResourceValidationPolicy(
        name=rule.name,
        description=rule.description,
        enforcement_level=level,
        config_schema=_SCHEMAS.get(rule.name),
        validate=validate,
    )


def _stack_policy(rule: rules.StackRule, level: EnforcementLevel, asked: Asked) -> Policy:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        # A stack is shown as it is: an autoscaler's replicas stand in its Deployment. What was asked for is remembered.
        resources = [asked.get(one.urn) or _resource(one) for one in args.resources]
        for urn, words in rule.find(resources, about(args.get_config())):
            report(words, urn)

    return StackValidationPolicy(
        name=rule.name, description=rule.description, enforcement_level=level, validate=validate
    )


class Secrets(ResourceValidationPolicy):
    """Which values are marked secret is told to remediations alone, and they can report nothing.

    So the remediation, which changes nothing, remembers what it has seen, and the validation after it reports that.
    """

    def __init__(self) -> None:
        self._seen: dict[str, list[str]] = {}
        super().__init__(
            name=rules.SECRETS,
            description=rules.SECRETS_DESCRIPTION,
            enforcement_level=EnforcementLevel.REMEDIATE,
            validate=self._validate,
            remediate=self._remediate,
        )

    def _remediate(self, args: ResourceValidationArgs) -> None:
        self._seen[args.urn] = list(plain_secrets(token(args.resource_type), marked(args.props)))

    def _validate(self, args: ResourceValidationArgs, report: ReportViolation) -> None:
        for path in self._seen.get(args.urn, []):
            report(
                f"{path}: it is no secret to the engine, so state and previews hold it in the clear. Make it one: "
                "pulumi.Output.secret(...), or `pulumi config set --secret`",
                None,
            )


def about(configured: Mapping[str, Any]) -> About:
    """The stack, by its own configuration, and what the policy's configuration says for the rule that asks."""
    acknowledged = json.loads(pulumi.Config("speech").get("acknowledge") or "[]")
    given = {name: tuple(configured[name]) for name in ("registries", "tags") if configured.get(name)}
    return About(acknowledged=frozenset(acknowledged), **given)


def _resource(given: Any) -> Resource:  # noqa: ANN401  # the library has two classes for one thing
    return Resource(token(given.resource_type), given.urn, plain(given.props), protect=given.opts.protect)
