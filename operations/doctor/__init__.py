"""What can be known of a stack before its first `up`: one question a cause of failure, each asked without a change."""
