"""A stand-in for `pulumi-resource-azure-native`: docs/sandbox-azure-native.md says where it differs."""
