from collections.abc import Mapping

import pytest

from sandbox.speech.configuration import StartError, read_configuration
from sandbox.speech.kinds import read_image
from sandbox.speech.settings import Settings, check
from sandbox.speech.volumes import Volumes

GOOD = {"eula": "accept", "billing": "https://contoso-speech.cognitiveservices.azure.com", "apikey": "k"}


def checked(args: list[str], env: Mapping[str, str], image: str = "speech-to-text:5.1.0-amd64-en-us") -> Settings:
    return check(read_configuration(args, env), env, read_image(image), Volumes())


def test_a_name_is_found_in_any_letter_case() -> None:
    assert read_configuration(["ApiKey=one"], {}).get("APIKEY") == "one"


def test_two_underscores_of_a_variable_nest_like_the_colon_of_an_argument() -> None:
    found = read_configuration([], {"Logging__Console__LogLevel__Default": "Warning"})
    assert found.get("Logging:Console:LogLevel:Default") == "Warning"


def test_an_argument_wins_over_a_variable() -> None:
    assert read_configuration(["Billing=https://a"], {"BILLING": "https://b"}).get("Billing") == "https://a"


def test_words_without_a_value_are_kept_in_order() -> None:
    assert read_configuration(["Punct", "Eula=accept", "Rescore"], {}).words == ("Punct", "Rescore")


def test_a_value_may_hold_an_equals_sign() -> None:
    assert read_configuration(["ApiKey=abc=="], {}).get("ApiKey") == "abc=="


def test_eula_billing_and_key_are_enough_to_start() -> None:
    settings = checked([], GOOD)
    assert settings.billing_host == "contoso-speech.cognitiveservices.azure.com"


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("eula", "", "Missing EULA=accept command line option"),
        ("eula", "yes", "Missing EULA=accept command line option"),
        ("billing", "", "Missing Billing"),
        ("billing", "{ENDPOINT_URI}", "Invalid Billing Endpoint URI"),
        ("billing", "https://{ENDPOINT}.cognitiveservices.azure.com", "Invalid Billing Endpoint URI"),
        ("billing", "contoso-speech.cognitiveservices.azure.com", "Invalid Billing Endpoint URI"),
        ("billing", "https://[", "Invalid Billing Endpoint URI"),
        ("apikey", "", "Missing ApiKey"),
    ],
)
def test_a_container_that_lacks_a_required_setting_says_which(setting: str, value: str, words: str) -> None:
    with pytest.raises(StartError, match=words):
        checked([], GOOD | {setting: value})


def test_the_key_is_no_part_of_what_settings_and_configuration_print() -> None:
    configuration = read_configuration([], GOOD | {"apikey": "planted"})
    assert "planted" not in repr(configuration) + repr(checked([], GOOD | {"apikey": "planted"}))


def test_decoders_come_from_a_variable_and_not_from_an_argument() -> None:
    assert checked([], GOOD | {"DECODER_MAX_COUNT": "7"}).decoders == 7
    assert checked(["DECODER_MAX_COUNT=7"], GOOD).decoders == 5


@pytest.mark.parametrize(
    ("reference", "service", "version", "locale", "voice"),
    [
        ("mcr.microsoft.com/a/speechservices/speech-to-text:5.1.0-amd64-en-us", "speechtotext", "5.1.0", "en-us", ""),
        ("speech-to-text:2.0.0-amd64-en-us-preview", "speechtotext", "2.0.0", "en-us", ""),
        ("speech-to-text", "speechtotext", "latest", "en-us", ""),
        ("localhost:5000/speech-to-text", "speechtotext", "latest", "en-us", ""),
        ("custom-speech-to-text:5.0.1-preview-amd64", "customspeechtotext", "5.0.1-preview", "", ""),
        ("language-detection:1.18.0-amd64-preview", "languagedetection", "1.18.0", "", ""),
        ("neural-text-to-speech:3.11.0-amd64-en-us-arianeural", "neuraltexttospeech", "3.11.0", "en-us", "arianeural"),
        ("neural-text-to-speech:latest", "neuraltexttospeech", "latest", "en-us", "arianeural"),
        ("speech-to-text:5.1.0-amd64-en-us@sha256:0a", "speechtotext", "5.1.0", "en-us", ""),
        ("speech-to-text:our-own", "speechtotext", "our-own", "", ""),
    ],
)
def test_an_image_reference_tells_kind_version_locale_and_voice(
    reference: str, service: str, version: str, locale: str, voice: str
) -> None:
    image = read_image(reference)
    assert (image.kind.service, image.version, image.locale, image.voice) == (service, version, locale, voice)


def test_an_image_of_another_kind_is_refused() -> None:
    with pytest.raises(StartError, match=r"plays no container of image nginx"):
        read_image("docker.io/library/nginx:1.29")
