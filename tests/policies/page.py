"""docs/policies.md: what the policy pack checks, and how strictly; `make docs` writes it."""

import sys
from pathlib import Path

from policies.reading import About
from policies.rules import ENVIRONMENTS, RULES, SECRETS, SECRETS_DESCRIPTION, STACK_RULES

PAGE = Path("docs/policies.md")

INTRODUCTION = """\
<!-- Written by `make docs` (tests/policies/page.py): change the rules, not this page. -->
# What do the policies check?

    pulumi preview --policy-pack policies          # up as well; in a repository of your own: toolkit/policies
    speech pipeline comment                        # every preview of a pull request

The pack in `policies/` reads what is asked of Azure and Kubernetes, whichever program asks it, and never the toolkit's own settings: it
would find a mistake of the toolkit's, and it holds other stacks to the same. A violation says path, what, why and remedy; a key is never
repeated in it. The environment is the stack's `speech:environment`; a stack that says none is held to what prod is held to.

"""

AFTERWARDS = """
**must** refuses the preview or the update, *should* only tells. What a preview cannot know yet (an address, a key) is passed, and
checked by the update. The ids of `speech:acknowledge` that accept a risk accept it here: `open-endpoint`, `floating-tag`,
`unlisted-vm-size`.

## Say which registries and tags

    echo '{"images-come-from-allowed-registries": {"registries": ["mcr.microsoft.com", "contoso.azurecr.io"]},
           "resources-are-tagged": {"tags": ["environment", "cost-center"]},
           "vault-is-read-by-role": "disabled"}' > policies.json
    pulumi preview --policy-pack policies --policy-pack-config policies.json

Without it, an image's registry must be named (Docker Hub's short names are refused), and the tag wanted is TAGS.
The configuration may also set a rule's level: `mandatory`, `advisory` or `disabled`.

## A rule of your own

One function a rule, in `policies/`, a row in `policies/rules.py`, a test that breaks it in `tests/policies/`. Or a pack beside it: Pulumi
takes `--policy-pack` as often as you like.

**How secrets are seen**: the engine tells policies which values are marked secret in remediations alone, which can report nothing. So that
rule is a remediation that changes nothing and remembers, and a validation that reports; its level is shown as `remediate`, and
counts as mandatory.
"""


def page() -> str:
    """The page."""
    lines = [INTRODUCTION, f"| rule | {' | '.join(ENVIRONMENTS)} |\n", f"| --- |{' --- |' * len(ENVIRONMENTS)}\n"]
    words = {"mandatory": "**must**", "advisory": "*should*", "disabled": "-"}
    for rule in (*RULES, *STACK_RULES):
        levels = " | ".join(words[rule.levels[environment].value] for environment in ENVIRONMENTS)
        lines.append(f"| `{rule.name}`: {rule.description} | {levels} |\n")
    lines.append(f"| `{SECRETS}`: {SECRETS_DESCRIPTION} |{' **must** |' * len(ENVIRONMENTS)}\n")
    tags = ", ".join(f"`{tag}`" for tag in About().tags)
    return "".join([*lines, AFTERWARDS.replace("TAGS", tags)])


if __name__ == "__main__":
    PAGE.write_text(page())
    sys.stdout.write(f"{PAGE}: {page().count(chr(10))} lines\n")
