"""What the toolkit promises, as rules that the engine checks against any stack: `--policy-pack policies`.

A rule reads what is asked of Azure and Kubernetes, never the toolkit's settings or plan: it would find mistakes of
theirs.
"""
