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
        ("speech-to-text@sha256:0a", "speechtotext", "sha256:0a", "", ""),
        (
            "containerpreview.azurecr.io/microsoft/cognitive-services-speech-to-text:2.0.0-amd64-de-de-preview",
            "speechtotext",
            "2.0.0",
            "de-de",
            "",
        ),
        ("contoso.azurecr.io/derived/speech-to-text-gstreamer:5.1.0-amd64-en-us", "speechtotext", "5.1.0", "en-us", ""),
        ("contoso.azurecr.io/our.custom-speech-to-text:5.1.0-amd64", "customspeechtotext", "5.1.0", "", ""),
        (
            "text-to-speech:1.3.0-amd64-zh-cn-kangkang-apollo-preview",
            "texttospeech",
            "1.3.0",
            "zh-cn",
            "kangkang-apollo",
        ),
        ("text-to-speech", "texttospeech", "latest", "en-us", "jessarus"),
        ("custom-text-to-speech:1.3.0-amd64-preview", "customtexttospeech", "1.3.0", "", ""),
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


@pytest.mark.parametrize(
    ("tag", "version", "since"),
    [
        ("2.6.0-amd64-en-us", "2.6.0", True),
        ("2.5.0-amd64-en-us", "2.6.0", False),
        ("3.10.0-amd64-en-us", "3.9.0", True),
        ("5.1.0-preview-amd64-en-us", "5.1.0", True),
        ("latest", "99.0", True),
        ("our-own", "99.0", True),
    ],
)
def test_a_version_is_compared_by_its_numbers_and_an_unknown_one_counts_as_the_newest(
    tag: str, version: str, *, since: bool
) -> None:
    assert read_image(f"speech-to-text:{tag}").since(version) == since


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["Mounts:Input=/input"], "Mounts:Input is not allowed"),
        (["Logging:Disk:Format=json"], "Logging:Disk:Format needs an output mount"),
        (["Logging:Disk:Format=text"], "the only format is json"),
        (["Fluentd:Port=http"], "Fluentd:Port=http: it is a whole number"),
        (["Fluentd:UseTLS=perhaps"], "Fluentd:UseTLS=perhaps: it is true or false"),
        (["ApplicationInsights:InstrumentationKey=none"], "ApplicationInsights:InstrumentationKey is no GUID"),
        (["HTTP_PROXY=proxy:8888"], "HTTP_PROXY is no URI"),
        (["HTTP_PROXY=http://proxy:port"], "HTTP_PROXY is no URI"),
        (
            ["HTTP_PROXY=http://proxy:8888", "HTTP_PROXY_CREDS=User:Secret"],
            "HTTP_PROXY_CREDS is user:password in lower",
        ),
    ],
)
def test_a_setting_that_cannot_work_ends_the_start(args: list[str], words: str) -> None:
    with pytest.raises(StartError, match=words):
        checked(args, GOOD)


def test_settings_of_telemetry_are_taken() -> None:
    env = GOOD | {
        "Fluentd__Host": "logs",
        "Fluentd__Port": "24224",
        "Fluentd__UseTLS": "true",
        "ApplicationInsights__InstrumentationKey": "0a000000-0000-4000-8000-000000000001",
        "CloudAI__SentimentAnalysisSettings__TextAnalyticsHost": "https://language/text/analytics/v3.0/sentiment",
        "CloudAI__SentimentAnalysisSettings__SentimentAnalysisApiKey": "planted",
    }
    settings = checked([], env)
    assert settings.sentiment is not None
    assert settings.sentiment.key == "planted"
    assert "planted" not in repr(settings)


def test_the_log_folder_is_that_of_the_output_mount() -> None:
    configuration = read_configuration(["Logging:Disk:Format=json", "Logging:Disk:MaxFileSize=-1"], GOOD)
    image = read_image("speech-to-text:5.1.0-amd64-en-us")
    logging = check(configuration, {}, image, Volumes({"/output": "/tmp/out"})).logging
    assert (str(logging.folder), logging.megabytes) == ("/tmp/out", -1)


@pytest.mark.parametrize("size", ["0", "-2", "1.5", "big"])
def test_a_size_of_log_files_is_a_number_of_megabytes(size: str) -> None:
    configuration = read_configuration(["Logging:Disk:Format=json", f"Logging:Disk:MaxFileSize={size}"], GOOD)
    with pytest.raises(StartError, match="it is a number of megabytes"):
        check(configuration, {}, read_image("speech-to-text"), Volumes({"/output": "/tmp/out"}))


def test_sentiment_and_the_cache_are_not_known_to_older_images_and_to_other_kinds() -> None:
    args = [
        "CloudAI:SentimentAnalysisSettings:TextAnalyticsHost=https://l/text/analytics/v3.0/sentiment",
        "InClusterRedisCacheEnabled=true",
        "InClusterRedisCacheEndpoint=cache:6379",
    ]
    assert checked(args, GOOD).cache == "cache:6379"
    assert checked(args, GOOD, "speech-to-text:2.1.0-amd64-en-us").sentiment is None
    assert checked(args, GOOD, "speech-to-text:5.0.0-amd64-en-us").cache == ""
    assert checked(args, GOOD, "neural-text-to-speech:3.11.0-amd64-en-us-arianeural").sentiment is None


@pytest.mark.parametrize(
    ("value", "spares"),
    [("", False), ("localhost", False), ("localhost,127.0.0.1", True), ("127.0.0.1, localhost,.x", True)],
)
def test_a_proxy_spares_the_container_itself_by_no_proxy(value: str, *, spares: bool) -> None:
    proxy = checked(["HTTP_PROXY=http://proxy:8888"], GOOD | {"NO_PROXY": value}).proxy
    assert proxy is not None
    assert (proxy.host, proxy.port, proxy.spares_localhost) == ("proxy", 8888, spares)
