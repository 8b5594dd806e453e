"""Spares the engine type names that no stack of this toolkit can hold."""

import pulumi

_PROVIDER = "azure-native:"


def forget() -> None:
    """From now on azure-native resources are registered without the SDK's aliases of older type names.

    The SDK sends up to 113 of them with each resource (AgentPool, 3.29), and working them out is most of a preview's
    time. Such names stand only in the state of a stack that an older SDK wrote: `speech:adopted: true` keeps them.
    Aliases of the toolkit's own, for renames, stay.
    """
    pulumi.runtime.register_stack_transformation(_without_historic_types)


def _without_historic_types(
    args: pulumi.ResourceTransformationArgs,
) -> pulumi.ResourceTransformationResult | None:
    if not args.type_.startswith(_PROVIDER) or not args.opts.aliases:
        return None
    kept = [alias for alias in args.opts.aliases if not _is_historic(alias)]
    options = pulumi.ResourceOptions.merge(args.opts, None)
    options.aliases = kept
    return pulumi.ResourceTransformationResult(props=args.props, opts=options)


def _is_historic(alias: object) -> bool:
    return isinstance(alias, pulumi.Alias) and isinstance(alias.type_, str) and alias.type_.startswith(_PROVIDER)
