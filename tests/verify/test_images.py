"""What runs against what was planned."""

from operations.verify.images import Running, image
from operations.verify.target import Target, targets
from tests.manifests.made import planned

MCR = "mcr.microsoft.com/azure-cognitive-services/speechservices"
PLANNED = f"{MCR}/speech-to-text:5.1.0-amd64-en-us"


def target() -> Target:
    [found] = targets(planned(), {})
    assert found.container.image == PLANNED
    return found


def found(*images: str) -> tuple[str, str]:
    check = image(target(), [Running(f"pod-{at}", one) for at, one in enumerate(images)])
    return str(check.state), check.said


def test_the_planned_image_in_every_pod_passes() -> None:
    assert found(PLANNED, PLANNED) == ("pass", "speech-to-text:5.1.0-amd64-en-us, as planned in all 2")


def test_another_version_in_one_pod_fails() -> None:
    state, said = found(PLANNED, f"{MCR}/speech-to-text:5.0.3-amd64-en-us")
    assert state == "fail"
    assert (
        said
        == "speech-to-text:5.0.3-amd64-en-us in 1 of 2, planned is speech-to-text:5.1.0-amd64-en-us: another version"
    )


def test_another_locale_fails_and_is_named() -> None:
    assert found(f"{MCR}/speech-to-text:5.1.0-amd64-de-de")[1].endswith(": another locale")


def test_another_version_and_locale_are_both_named() -> None:
    assert found(f"{MCR}/speech-to-text:4.9.0-amd64-de-de")[1].endswith(": another version and locale")


def test_a_tag_of_another_grammar_is_shown_as_it_is() -> None:
    state, said = found(f"{MCR}/speech-to-text:latest")
    assert (state, said) == ("fail", "speech-to-text:latest in 1 of 1, planned is speech-to-text:5.1.0-amd64-en-us")


def test_the_same_tag_of_another_registry_is_another_image() -> None:
    assert found("registry.contoso.example/speech-to-text:5.1.0-amd64-en-us")[0] == "fail"


def test_nothing_that_runs_fails() -> None:
    assert found() == ("fail", "nothing of it runs")
