"""Stack files that break the rules of kinds, options, models and licences: changes to the dev stack, and findings."""

from tests.settings.broken_hosts import FAST, Changes, Rows

C = "speech:containers[0]"
A, B, MODELS = "speech:account", "speech:billing", "speech:model_account"
OPTIONS, P = f"{C}.options", f"{A}.commitments"
KEY = {"secure": "v1:AAAA"}
SENTIMENT = "https://eastus.api.cognitive.microsoft.com/text/analytics/v3.0/sentiment"
PREVIEW_OF_SENTIMENT = SENTIMENT.replace("v3.0", "v3.0-preview.1")
MODEL = {"id": "1f2e3d4c-0000-4000-8000-000000000000"}
NEEDS = {"name": "b", "demand": {"concurrent_streams": 1}}
CUSTOM = {**NEEDS, "kind": "custom-speech-to-text", "version": "5.1.0", "model": MODEL}
NEURAL = {**NEEDS, "kind": "neural-text-to-speech", "version": "3.11.0", "locale": "en-US", "voice": "AriaNeural"}
LANGUAGE = {**NEEDS, "kind": "language-identification", "version": "1.18.0"}
STANDARD = {**NEEDS, "kind": "text-to-speech", "version": "1.15.0", "locale": "en-US", "voice": "AriaRUS"}
DIAGNOSTIC = {"name": "diagnostic", "kind": "diagnostic"}
KNOWN_PREVIEW = ("speech:acknowledge", ["preview-container"])
PLAN = {"kind": "speech-to-text", "tier": "T1"}
LICENCE = {**PLAN, "hosting": "disconnected"}
ACCOUNT = "/subscriptions/1f2e3d4c-0000-4000-8000-000000000000/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/theirs"
IN_VAULT = {"mode": "existing", "key_vault_secret_id": "https://theirs.vault.azure.net/secrets/speech-key"}
EXISTING = {**IN_VAULT, "endpoint": "https://theirs.cognitiveservices.azure.com/"}
DISCONNECTED: Changes = [
    (f"{B}.mode", "disconnected"),
    ("speech:containers", [CUSTOM]),
    (A, {"sku": "DC0", "commitments": [{**LICENCE, "kind": "custom-speech-to-text"}]}),
    (MODELS, {"endpoint": "https://models.cognitiveservices.azure.com", "key": KEY}),
    ("speech:acknowledge", ["disconnected-approved"]),
]


def of(*containers: object) -> tuple[str, object]:
    return "speech:containers", [*containers]


def display(**words: object) -> tuple[str, object]:
    return of({**CUSTOM, "model": {**MODEL, "display": words}})


FAULTS: Rows = [
    # Kinds.
    *[
        ("a_kind_has_what_it_needs", [of({**container, word: value}), KNOWN_PREVIEW], f"{C}.{word}", f"a {container['kind']} container has no {word}: leave it out")
        for container, word, value in (
            (CUSTOM, "locale", "en-US"), (CUSTOM, "voice", "AriaNeural"), (NEURAL, "model", MODEL), (LANGUAGE, "model", MODEL),
            (LANGUAGE, "locale", "en-US"), (LANGUAGE, "voice", "AriaNeural"), (DIAGNOSTIC, "locale", "en-US"),
        )
    ],
    *[
        ("a_kind_has_what_it_needs", [of({**container, word: None})], f"{C}.{word}", f"missing. A {container['kind']} container needs one")
        for container, word in ((CUSTOM, "model"), (NEURAL, "voice"), (NEURAL, "locale"))
    ],
    ("what_runs_once_serves_nobody", [of({**DIAGNOSTIC, "demand": {"concurrent_streams": 1}})], f"{C}.demand", "a diagnostic container runs once and ends, it serves nobody: leave it out"),
    ("what_runs_once_serves_nobody", [of({**DIAGNOSTIC, "scaling": {"min_replicas": 2}})], f"{C}.scaling", "it serves nobody"),
    *[
        ("options_mean_something_to_their_kind", [of({**container, "options": {option: value}}), KNOWN_PREVIEW], f"{C}.options.{option}", f"means nothing to a {container['kind']} container")
        for container, option, value in (
            (NEURAL, "sentiment", {"host": SENTIMENT, "key": KEY}), (NEURAL, "diarization", {}), (LANGUAGE, "diarization", {}), (DIAGNOSTIC, "output", {}),
        )
    ],
    ("a_pair_is_one_that_tells_languages_and_one_that_understands_them", [(f"{C}.pair_with", "which")], f"{C}.pair_with", "a speech-to-text container tells no languages apart"),
    ("a_pair_is_one_that_tells_languages_and_one_that_understands_them", [of({**LANGUAGE, "pair_with": "transcribe-n"}, {**CUSTOM, "name": "transcribe-en"}), KNOWN_PREVIEW], f"{C}.pair_with", 'is no container of this stack. Did you mean "transcribe-en"?'),
    ("a_pair_is_one_that_tells_languages_and_one_that_understands_them", [of({**LANGUAGE, "pair_with": "read"}, {**NEURAL, "name": "read"}), KNOWN_PREVIEW], f"{C}.pair_with", '"read" is a neural-text-to-speech container: name one of custom-speech-to-text or speech-to-text'),
    ("a_retired_container_has_a_successor", [of(STANDARD)], f"{C}.kind", "the vendor retired text-to-speech on 2021-08-31: write  kind: neural-text-to-speech. At your own risk"),
    ("a_retired_container_comes_from_a_registry_of_the_users", [of(STANDARD), ("speech:acknowledge", ["retired-container"])], f"{C}.image", "The public registry has no text-to-speech any more"),
    ("a_preview_is_used_knowingly", [of(FAST)], f"{C}.kind", "as a preview only. At your own risk: speech:acknowledge: [preview-container]"),
    # Options.
    ("an_option_is_not_newer_than_the_image", [(f"{C}.version", "2.1.1"), (f"{OPTIONS}.sentiment", {"host": "http://language/text/analytics/v3.0/sentiment"})], f"{OPTIONS}.sentiment", "needs image version 2.2.0, this is 2.1.1: write  version: 2.2.0"),
    ("an_option_is_not_newer_than_the_image", [(f"{C}.version", "3.9.0"), (f"{OPTIONS}.proxy", {"url": "http://proxy:8888"})], f"{OPTIONS}.proxy", "needs image version 3.10.0, this is 3.9.0"),
    ("an_option_is_not_newer_than_the_image", [of({**NEURAL, "version": "2.8.0", "options": {"proxy": {"url": "http://proxy:8888"}}})], f"{OPTIONS}.proxy", "needs image version 2.9.0, this is 2.8.0"),
    ("early_images_tell_speakers_apart_by_themselves", [(f"{C}.version", "4.12.0"), (f"{OPTIONS}.diarization", {})], f"{OPTIONS}.diarization", "tells speakers apart by itself, the cache is for 5.1.0 and newer: leave it out"),
    ("sentiment_is_asked_at_the_path_of_the_image", [(f"{C}.version", "3.6.0"), (f"{OPTIONS}.sentiment", {"host": PREVIEW_OF_SENTIMENT, "key": KEY})], f"{OPTIONS}.sentiment.host", f"is no address that version 3.6.0 asks: write  {SENTIMENT}"),
    ("sentiment_is_asked_at_the_path_of_the_image", [(f"{C}.version", "2.5.0"), (f"{OPTIONS}.sentiment", {"host": SENTIMENT, "key": KEY})], f"{OPTIONS}.sentiment.host", f"is no address that version 2.5.0 asks: write  {PREVIEW_OF_SENTIMENT}"),
    ("sentiment_in_the_cloud_needs_a_key", [(f"{OPTIONS}.sentiment", {"host": SENTIMENT})], f"{OPTIONS}.sentiment.key", "missing. Azure asks for one: pulumi config set --secret --path 'speech:containers[0].options.sentiment.key'"),
    ("sentiment_in_the_cloud_needs_a_key", [(f"{OPTIONS}.sentiment", {"host": SENTIMENT.replace("https", "http"), "key": KEY})], f"{OPTIONS}.sentiment.host", "would carry the key in clear: write https://"),
    ("a_log_on_disk_has_a_volume", [(f"{OPTIONS}.logging", {"disk": {}})], f"{OPTIONS}.output", "missing. A log on disk needs a volume: write  output: {}"),
    ("a_licence_path_is_that_of_a_licence", [(f"{OPTIONS}.license_path", "/mine")], f"{OPTIONS}.license_path", "has no effect with connected billing"),
    ("what_is_mounted_has_a_path_of_its_own", [(f"{OPTIONS}.output", {"path": "/license"})], f"{OPTIONS}.output.path", '"/license" is where the container has its licence or its model'),
    ("what_is_mounted_has_a_path_of_its_own", [of({**CUSTOM, "options": {"output": {"path": "/usr/local/models"}}})], f"{OPTIONS}.output.path", "take another"),
    ("what_is_mounted_has_a_path_of_its_own", [*DISCONNECTED, of({**CUSTOM, "options": {"license_path": "/usr/local/models"}})], f"{OPTIONS}.license_path", '"/usr/local/models" is where the model lies'),
    *[
        ("extra_args_leave_the_toolkits_words_alone", [(f"{OPTIONS}.extra_args", [word])], f"{OPTIONS}.extra_args[0]", f'"{word.partition("=")[0]}" is a word of the toolkit: {remedy}')
        for word, remedy in (
            ("Eula=accept", "write  speech:billing: {eula: accept}"), ("Billing=https://x", "it follows"), ("ApiKey=x", "it follows"), ("apikey=x", "it follows"),
            ("--ApiKey=x", "it follows"), ("ModelId=x", "write  model:"), ("Punct", "write  model: {display"), ("WfstitnId=x", "write  model: {display"),
            ("BaseModelLocale=en-US", "speech models list"), ("DownloadLicense=True", "the stack downloads"), ("Mounts:Input=/in", "Speech containers take no input mount"),
            ("Mounts:Output=/out", "write  output"), ("Mounts__Output=/out", "write  output"), ("Mounts:License=/l", "write  license_path"), ("Logging:Disk:Format=json", "write  logging"),
            ("Logging:Console:LogLevel:Default=Debug", "write  logging"), ("InClusterRedisCacheEnabled=true", "write  diarization"),
            ("InClusterRedisCacheEndpoint=redis:6379", "write  diarization"), ("HTTP_PROXY=http://p", "write  proxy"), ("HTTP_PROXY_CREDS=a:b", "write  proxy"),
            ("CloudAI:SentimentAnalysisSettings:TextAnalyticsHost=x", "write  sentiment"), ("Fluentd:Host=x", "write  fluentd"),
        )
    ],
    # Models.
    ("display_models_are_known_to_the_image", [of({**CUSTOM, "version": "3.0.0", "model": {**MODEL, "display": {"ids": {"Punct": "a1"}}}})], f"{C}.model.display", "needs image version 3.1.0, this is 3.0.0"),
    ("display_models_are_known_to_the_image", [of({**STANDARD, "kind": "custom-text-to-speech", "locale": None, "voice": None, "model": {**MODEL, "display": {"ids": {"Punct": "a1"}}}}), ("speech:acknowledge", ["retired-container"]), ("speech:registry", {"server": "contoso.azurecr.io"})], f"{C}.model.display", "a custom-text-to-speech container has no display models"),
    ("display_models_are_named_in_one_way", [display(ids={"Punct": "a1"}, locale="en-US", types=["Punct"])], f"{C}.model.display.ids", "leave one of the two out"),
    ("display_models_are_named_in_one_way", [display(ids={"Punct": "a1"}, locale="en-US")], f"{C}.model.display.ids", "leave one of the two out"),
    ("display_models_are_named_in_one_way", [display()], f"{C}.model.display", "names no model: write  {locale: en-US, types: [FullDisplay]}, or ids"),
    ("the_latest_display_models_have_locale_and_types", [display(locale="en-US")], f"{C}.model.display.types", "missing. A locale needs them, as in  types: [FullDisplay]"),
    ("the_latest_display_models_have_locale_and_types", [display(types=["Punct"])], f"{C}.model.display.locale", "missing. Types need one, as in  locale: en-US"),
    ("full_display_stands_for_all_types", [display(locale="en-US", types=["FullDisplay", "Punct"])], f"{C}.model.display.types", "FullDisplay stands for all of them"),
    # Licences.
    ("disconnected_containers_are_approved", [*DISCONNECTED, ("speech:acknowledge", [])], f"{B}.mode", "aka.ms/csdisconnectedcontainers"),
    ("an_account_sells_what_its_containers_are_billed_by", [*DISCONNECTED, (f"{A}.sku", "S0")], f"{A}.sku", '"S0" has no licences: disconnected containers need  sku: DC0'),
    ("an_account_sells_what_its_containers_are_billed_by", [(f"{A}.sku", "DC0")], f"{A}.sku", '"DC0" serves disconnected containers only: write S0'),
    ("only_kinds_with_licences_are_disconnected", [*DISCONNECTED, of(CUSTOM, {**LANGUAGE, "name": "which"})], "speech:containers[1].kind", "language-identification cannot run disconnected"),
    ("only_kinds_with_licences_are_disconnected", [*DISCONNECTED, of(CUSTOM, DIAGNOSTIC)], "speech:containers[1].kind", "diagnostic cannot run disconnected"),
    ("every_disconnected_kind_has_its_plan", [*DISCONNECTED, (P, [LICENCE])], P, "has none for custom-speech-to-text: add  {kind: custom-speech-to-text, hosting: disconnected, tier: ...}, which is paid for a year"),
    ("a_disconnected_model_comes_from_an_account", [*DISCONNECTED, (MODELS, None)], MODELS, "missing. Disconnected, its model comes from an S0 account"),
    ("a_group_serves_no_model_that_another_account_has", [*DISCONNECTED, ("speech:target", {"kind": "container-instances"}), ("speech:network", {"exposure": "internal"}), ("speech:acknowledge", ["no-avx2-guarantee", "disconnected-approved"])], f"{C}.model", "cannot be fetched before its group serves it"),
    ("a_model_account_is_named_once", [*DISCONNECTED, (MODELS, {"key": KEY})], f"{MODELS}.endpoint", "missing. A model account is named by resource_id, or by endpoint and key"),
    ("connected_models_come_from_the_stacks_account", [(MODELS, DISCONNECTED[3][1])], MODELS, "has no effect with connected billing"),
    # Accounts whose key lies in a vault of the user's.
    ("an_existing_account_is_named_once", [(A, {**EXISTING, "resource_id": ACCOUNT})], f"{A}.endpoint", "resource_id is enough"),
    ("an_existing_account_is_named_once", [(A, {**IN_VAULT, "resource_id": ACCOUNT})], f"{A}.key_vault_secret_id", "resource_id is enough"),
    ("an_existing_account_is_named_once", [(A, {**EXISTING, "key": KEY})], f"{A}.key", "the same key twice"),
    ("an_existing_account_is_named_once", [(A, IN_VAULT)], f"{A}.endpoint", "missing."),
    ("a_new_account_has_no_address_yet", [(A, {**IN_VAULT, "mode": "create"})], f"{A}.key_vault_secret_id", "write  mode: existing  too"),
    ("a_model_account_is_named_once", [*DISCONNECTED, (MODELS, {"key_vault_secret_id": IN_VAULT["key_vault_secret_id"]})], f"{MODELS}.endpoint", "missing."),
    # Commitments.
    ("a_plan_is_named_as_azure_does", [(P, [{**PLAN, "kind": "fast-transcription"}])], f"{P}[0].plan_type", "No source has Azure's word for fast-transcription"),
    ("a_plan_is_hosted_as_containers_are_billed", [(P, [LICENCE])], f"{P}[0].hosting", '"disconnected" is paid and never used with connected billing: write  hosting: connected'),
    ("a_plan_is_bought_once", [(P, [PLAN, {**PLAN, "tier": "T2"}])], f"{P}[1]", "is another connected plan for speech-to-text: write one, with its count"),
    ("a_free_account_has_no_plans", [(f"{A}.sku", "F0"), (P, [PLAN])], f"{A}.sku", '"F0" has no commitment plans: write S0'),
]  # fmt: skip

WARNINGS: Rows = [
    ("a_preview_is_used_knowingly", [of(LANGUAGE)], f"{C}.kind", "supports language-identification as a preview only"),
    ("a_renewal_is_bought", [(P, [{**PLAN, "auto_renew": True}])], f"{P}[0].auto_renew", "buys the next month when this one ends, unasked, and Azure gives nothing back"),
]  # fmt: skip
