"""What the source documents of 2019 to 2024 demand, row by row, and the tests that show it.

Rows are in words of our own, in the order of the list that they were taken from. A test may show several rows.
"""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SETTINGS, RULES = "settings/test_seed_rows.py", "settings/test_rules.py"
KINDS, TAGS, SIZES = "catalog/test_kinds.py", "catalog/test_tags.py", "catalog/test_vm_sizes.py"
IMAGES, PODS, VOLUMES = "capacity/test_images.py", "capacity/test_seed_sizes.py", "capacity/test_volumes.py"
JOBS, GROUPS, POLICIES = "manifests/test_jobs.py", "manifests/test_groups.py", "manifests/test_policies.py"
COMPOSE, DOCKER, OUTPUTS = "manifests/test_compose.py", "manifests/test_docker_run.py", "manifests/test_outputs.py"
EGRESS, TEMPLATES, WORKLOAD = "manifests/test_egress.py", "manifests/test_pods.py", "manifests/test_workload.py"
MODELS, REQUESTS = "sandbox/container/test_container_models.py", "sandbox/container/test_container_requests.py"
METERING, DISCONNECTED = (
    "sandbox/container/test_container_metering.py",
    "sandbox/container/test_container_disconnected.py",
)
CLIENTS, LISTING, RENDER = "docs/test_clients.py", "cli/test_models.py", "cli/test_render.py"
BROKEN = f"{RULES}::test_a_broken_rule_is_one_finding_with_path_and_remedy"
"""Its rows are the rules, in `settings/broken_*.py`."""

ROWS: dict[str, tuple[str, ...]] = {
    # Images and tags.
    "images: every version and tag that a page prints is known": (
        f"{TAGS}::test_what_a_page_prints_is_a_row",
        f"{TAGS}::test_the_pages_print_14_locales_and_37_voices_of_2019",
    ),
    "images: two old forms of tags are read right": (
        f"{TAGS}::test_a_row_s_tag_does_not_take_preview_for_part_of_the_locale",
        f"{TAGS}::test_a_tag_is_formed_as_it_is_printed",
        f"{TAGS}::test_every_known_tag_is_formed_again_from_its_parts",
    ),
    "images: tags are parsed loosely and built exactly": (
        f"{SETTINGS}::test_row_tags_are_parsed_loosely_and_an_unknown_one_warns",
        f"{TAGS}::test_a_tag_is_formed_as_it_is_printed",
    ),
    "images: latest has one locale and voice, and floats": (
        f"{TAGS}::test_latest_means_what_the_pages_say",
        f"{SETTINGS}::test_row_latest_with_another_locale_is_a_fault_in_dev_too",
        f"{SETTINGS}::test_row_latest_with_another_voice_is_a_fault_in_every_environment",
        f"{SETTINGS}::test_row_latest_speaks_its_own_voice",
        f"{SETTINGS}::test_row_latest_floats_in_prod_and_the_diagnostic_container_is_exempt",
    ),
    "images: the gated registry of 2019 and its names": (
        f"{IMAGES}::test_row_gated_registry_takes_either_naming",
        f"{IMAGES}::test_row_gated_registry_of_2019_has_paths_of_its_own",
        f"{SETTINGS}::test_row_gated_registry_takes_server_prefix_in_either_naming_and_credentials",
        f"{KINDS}::test_the_gated_registry_had_other_names",
        BROKEN,
    ),
    "images: derived ones keep the rules of their kind": (
        f"{SETTINGS}::test_row_derived_images_keep_the_rules_of_their_kind",
        f"{IMAGES}::test_row_derived_images_keep_the_name_that_the_file_gives_them",
    ),
    "images: a page has the Dockerfile of a derived one": (
        "docs/test_derived_images.py::test_row_derived_images_have_a_dockerfile_of_a_known_image",
        "docs/test_derived_images.py::test_the_stack_file_of_the_page_is_one_that_passes",
    ),
    "images: the diagnostic container": (
        f"{IMAGES}::test_row_diagnostic_lies_at_another_path_and_needs_no_tag",
        f"{SETTINGS}::test_row_diagnostic_needs_no_tag_and_has_no_demand_and_no_replicas",
        f"{JOBS}::test_the_diagnostic_runs_to_its_end_with_small_letters_and_serves_nothing",
        f"{GROUPS}::test_what_serves_is_restarted_for_ever_and_what_ends_by_itself_runs_once_without_an_address",
        f"{COMPOSE}::test_the_diagnostic_container_runs_when_somebody_asks_for_it",
    ),
    # Keys by kind.
    "keys: locale and voice are faults where they mean nothing": (
        f"{SETTINGS}::test_row_keys_by_kind_locale_and_voice_are_faults",
    ),
    "keys: locale and voice are needed where images differ by them": (
        f"{SETTINGS}::test_row_keys_by_kind_locale_and_voice_are_needed",
    ),
    "keys: a model is needed by custom kinds and a fault elsewhere": (
        f"{SETTINGS}::test_row_keys_by_kind_a_model_is_needed_by_both_custom_kinds_and_a_fault_elsewhere",
    ),
    "keys: custom text to speech keeps, fetches and changes its model as custom speech to text does": (
        f"{VOLUMES}::test_row_custom_containers_keep_their_model_where_the_image_looks_for_it",
        f"{VOLUMES}::test_row_serving_a_changed_model_id_is_another_volume",
        f"{JOBS}::test_row_custom_text_to_speech_fetches_its_model_as_custom_speech_to_text_does",
        f"{MODELS}::test_custom_text_to_speech_downloads_its_voice_the_same_way",
        f"{PODS}::test_row_standard_and_custom_tts_have_the_recommended_size_of_2019",
    ),
    # Custom models.
    "models: base and display models of a locale are listed": (
        f"{LISTING}::test_a_run_that_ends_with_a_fatal_line_is_good_when_it_has_listed_models",
        f"{LISTING}::test_a_run_that_lists_none_is_no_success_and_names_the_locale",
        f"{LISTING}::test_a_log_of_another_machine_is_read_from_standard_input",
        f"{MODELS}::test_row_query_of_base_models_prints_a_line_a_model_and_ends_with_fatal",
        f"{MODELS}::test_row_query_with_types_lists_display_models",
    ),
    "models: the latest display models, by types and locale": (
        f"{JOBS}::test_each_group_of_models_is_a_run_of_its_own_after_the_one_before",
        f"{SETTINGS}::test_row_display_models_locale_without_types_is_a_fault",
        f"{MODELS}::test_row_display_models_of_the_latest_are_downloaded_by_type_and_the_run_ends",
        f"{MODELS}::test_row_display_models_a_locale_without_types_is_refused",
    ),
    "models: exact display models, by four ids": (
        f"{SETTINGS}::test_row_exact_display_models_are_named_by_their_four_ids",
        f"{MODELS}::test_row_display_models_exact_ids_are_downloaded_and_the_run_ends",
        f"{GROUPS}::test_exact_display_models_are_fetched_beside_the_model_and_by_the_same_run",
    ),
    "models: a run obeys one group, several runs fill one volume": (
        f"{MODELS}::test_row_priority_a_run_obeys_one_group",
        f"{SETTINGS}::test_row_display_models_with_a_base_model_are_a_normal_wish",
        f"{JOBS}::test_each_group_of_models_is_a_run_of_its_own_after_the_one_before",
        f"{COMPOSE}::test_display_models_have_a_run_of_their_own_before_the_container",
    ),
    "models: as the stack file says them": (BROKEN,),
    "models: a changed id never serves the old model": (
        f"{MODELS}::test_row_serving_an_id_is_ignored_once_the_volume_holds_a_model",
        f"{VOLUMES}::test_row_serving_a_changed_model_id_is_another_volume",
        "walk/test_custom_models.py::test_a_model_is_downloaded_before_it_is_served_and_another_one_never_meets_the_old",
        "walk/test_container_instances.py::test_another_model_has_another_share",
    ),
    "models: which fit which image, and a page's table of them": (
        "catalog/test_models.py::test_row_lineage_2_2_0_takes_models_of_three_base_models",
        "catalog/test_models.py::test_row_lineage_models_trained_in_2023_and_later_need_5",
        f"{MODELS}::test_row_lineage_a_model_of_2023_needs_a_container_of_5",
        "matrix/test_page.py::test_the_page_of_containers_is_fresh",
    ),
    # Settings with a first version.
    "first versions: sentiment, pronunciation, phrase list, base query, display models": (
        f"{KINDS}::test_settings_have_a_first_version",
        f"{MODELS}::test_row_first_versions_older_images_do_not_see_a_query",
        f"{MODELS}::test_row_first_versions_older_images_do_not_see_display_models",
        f"{REQUESTS}::test_row_first_versions_phrase_list_v2_is_not_known_before_2_6",
    ),
    "first versions: a setting below its own is a fault": (
        f"{SETTINGS}::test_row_sentiment_is_from_2_2_0",
        f"{SETTINGS}::test_row_the_version_of_a_tag_counts_as_well",
        f"{LISTING}::test_an_image_below_the_first_version_lists_nothing",
        BROKEN,
    ),
    "first versions: sentiment's path goes by the image": (
        f"{SETTINGS}::test_row_sentiments_path_is_the_previews_before_2_6_0",
        f"{SETTINGS}::test_row_sentiments_path_is_v3_0_from_2_6_0_and_the_two_are_not_interchangeable",
        f"{KINDS}::test_sentiment_is_asked_at_a_path_of_the_images_version",
        f"{REQUESTS}::test_row_first_versions_the_form_of_the_sentiment_host_goes_with_the_version",
    ),
    "first versions: sentiment's key is optional for a host of one's own": (
        f"{SETTINGS}::test_row_sentiments_key_is_optional_for_a_host_of_ones_own",
    ),
    "first versions: servers of options join egress": (
        f"{EGRESS}::test_the_server_of_an_option_is_a_destination",
        f"{EGRESS}::test_telemetry_by_instrumentation_key_has_its_host",
        f"{EGRESS}::test_files_of_models_come_from_hosts_that_no_page_names",
    ),
    "first versions: servers of options join the network policy": (
        f"{POLICIES}::test_the_server_of_an_option_is_reached_and_without_the_option_it_is_not",
        f"{POLICIES}::test_models_are_fetched_from_hosts_that_no_page_names_though_the_account_is_private",
    ),
    "first versions: on Container Instances two underscores, and the key is secure": (
        f"{GROUPS}::test_colons_become_two_underscores_and_sentiments_key_is_secure",
    ),
    "first versions: diarization needs its cache from 5.1.0 on": (
        f"{SETTINGS}::test_row_diarization_needs_nothing_below_5_1_0_and_its_cache_from_there_on",
        f"{VOLUMES}::test_diarization_needs_a_cache_from_5_1_0_on",
        f"{REQUESTS}::test_diarization_below_5_1_is_on_without_a_cache",
        f"{REQUESTS}::test_diarization_without_its_cache_names_no_speaker_from_5_1_on",
    ),
    # Sizes.
    "sizes: speech to text and custom speech to text of 2019, 2022 and 2024": (
        f"{KINDS}::test_speech_to_text_sizes_go_by_the_image_version",
        f"{SETTINGS}::test_row_sizes_of_speech_to_text_go_by_the_image_version",
    ),
    "sizes: standard and custom text to speech": (f"{KINDS}::test_the_retired_kinds_keep_the_sizes_of_their_time",),
    "sizes: neural text to speech": (
        f"{KINDS}::test_neural_text_to_speech_asks_6_to_8_cores_and_12_to_16_gib",
        f"{PODS}::test_row_neural_tts_is_planned_between_its_minimum_and_what_is_recommended",
    ),
    "sizes: language identification carries 4 calls, or 6": (
        f"{KINDS}::test_language_identification_carries_four_calls_on_one_core_and_six_on_two",
    ),
    "sizes: below the minimum is a fault for every kind": (
        f"{SETTINGS}::test_row_below_the_minimum_is_a_fault_for_every_kind",
    ),
    "sizes: memory by itself is the row and 8 GiB": (
        f"{PODS}::test_default_memory_of_stt_and_custom_stt_is_the_row_and_8_gib",
        f"{KINDS}::test_a_pod_of_speech_to_text_has_by_itself_the_rows_memory_and_8_gib",
    ),
    "sizes: less than the row and 4 GiB warns, the documents' own 4 GiB stay possible": (
        f"{SETTINGS}::test_row_the_documents_own_memory_of_4_gib_stays_possible",
    ),
    "sizes: other shapes of language identification need a figure": (
        f"{PODS}::test_row_language_identification_of_4_cores_is_a_fault_unless_streams_per_pod",
    ),
    "clock: a documented base below 2.6 GHz is a fault": (
        f"{SETTINGS}::test_row_clock_a_documented_base_below_2_6_ghz_is_a_fault",
        f"{SIZES}::test_a_documented_base_clock_below_2_6_ghz_is_a_fault",
    ),
    "clock: a documented turbo passes, no clock warns": (
        f"{SETTINGS}::test_row_clock_a_documented_turbo_is_enough_and_none_at_all_warns",
    ),
    "host: x64 Linux on every pod": (f"{TEMPLATES}::test_every_pod_asks_for_x64_linux",),
    "host: x64 Linux in compose and in the script": (
        f"{COMPOSE}::test_every_service_is_for_x64_linux",
        f"{DOCKER}::test_every_line_asks_for_x64_linux",
    ),
    "host: AVX2 is looked for on every host": (
        f"{WORKLOAD}::test_a_pod_whose_processor_lacks_avx2_does_not_start",
        f"{GROUPS}::test_the_guard_runs_before_everything_else_without_size_or_port",
        f"{GROUPS}::test_the_guard_fails_with_a_sentence_where_avx2_is_missing",
        f"{COMPOSE}::test_every_container_waits_for_the_guard",
        f"{DOCKER}::test_bash_asks_the_processor_as_the_documents_do",
    ),
    # Running and clients.
    "running: one order of words for all hosts": (
        f"{DOCKER}::test_words_come_in_the_order_of_the_documents",
        f"{DOCKER}::test_a_model_id_stands_before_the_licence",
        f"{WORKLOAD}::test_the_words_of_the_container_hold_no_key_and_come_in_the_vendors_order",
    ),
    "running: two shells, and volume paths of Windows": (
        f"{DOCKER}::test_windows_folders_are_volumes_too",
        f"{DOCKER}::test_powershell_reads_keys_from_its_own_environment",
        f"{DOCKER}::test_bash_itself_reads_the_script",
    ),
    "running: several containers on one host have ports of their own": (
        "capacity/test_clusters_and_hosts_of_users.py::test_row_several_containers_on_one_host_have_distinct_ports",
        "capacity/test_clusters_and_hosts_of_users.py::test_no_two_containers_share_a_port_however_many_there_are",
    ),
    "running: four pages of each container are outputs": (
        f"{OUTPUTS}::test_a_container_tells_its_host_and_the_pages_that_show_its_state",
    ),
    "running: hosts are wss:// and https:// where TLS is on": (
        "manifests/test_gateway.py::test_clients_are_given_the_gateways_name_scheme_and_port",
        "capacity/test_exposure.py::test_behind_a_gateway_clients_call_its_name_scheme_and_port",
    ),
    "running: what happens when usage cannot be reported": (
        f"{METERING}::test_the_first_check_is_at_the_start_and_a_report_follows_every_ten_minutes",
        f"{METERING}::test_ten_more_tries_after_a_failed_report_are_borne",
        f"{METERING}::test_when_the_tenth_try_fails_too_the_container_serves_no_more",
        f"{METERING}::test_a_container_serves_again_with_the_first_report_that_succeeds",
        "sandbox/container/test_container_app.py::test_after_a_metering_outage_the_pages_answer_and_the_calls_do_not",
    ),
    "running: connected containers are asked for Valid": (
        "sandbox/container/test_verify.py::test_the_status_invalid_does_not_pass_for_valid",
    ),
    "running: disconnected ones are judged by readiness, a call and their records": (
        "sandbox/container/test_verify.py::test_the_status_of_a_disconnected_container_is_not_asked",
        f"{OUTPUTS}::test_a_disconnected_container_is_not_asked_for_its_state_of_billing",
        f"{DISCONNECTED}::test_usage_is_recorded_in_the_output_volume_and_outlives_the_container",
    ),
    "running: language identification is one of a pair": (
        f"{SETTINGS}::test_row_language_identification_pairs_with_both_kinds_of_speech_to_text",
        f"{OUTPUTS}::test_what_identifies_languages_and_what_transcribes_them_are_one_pair_with_a_name",
        "walk/test_pair_cache_and_secrets.py::test_a_language_is_identified_by_one_of_a_pair_and_transcribed_by_the_other",
    ),
    "running: language identification is not charged": (
        f"{KINDS}::test_language_identification_is_neither_charged_nor_disconnected",
    ),
    "clients: SSML has the exact name of the voice": (
        f"{IMAGES}::test_row_ssml_has_the_exact_name_of_the_voice",
        f"{TAGS}::test_ssml_names_have_their_capitals",
        "sandbox/container/test_container_kinds.py::test_every_kind_that_serves_passes_its_verification",
    ),
    "clients: phrase lists": (
        f"{CLIENTS}::test_a_phrase_list_arrives",
        f"{REQUESTS}::test_row_request_side_a_phrase_list_arrives",
        f"{REQUESTS}::test_row_request_side_phrase_list_v2_arrives",
    ),
    "clients: punctuation": (
        f"{CLIENTS}::test_punctuation_arrives",
        f"{REQUESTS}::test_row_request_side_punctuation_arrives",
    ),
    "clients: diarization": (
        f"{CLIENTS}::test_speakers_are_told_apart",
        f"{REQUESTS}::test_row_request_side_diarization_names_the_speaker",
    ),
    "clients: sentiment, and switched off": (
        f"{CLIENTS}::test_sentiment_is_told",
        f"{REQUESTS}::test_row_request_side_sentiment_of_a_simple_result",
        f"{REQUESTS}::test_row_request_side_sentiment_of_a_detailed_result_stands_where_the_client_says",
        f"{REQUESTS}::test_row_request_side_sentiment_can_be_switched_off",
    ),
    "approval: the form is named where one is needed": (
        f"{SETTINGS}::test_row_approval_disconnected_needs_its_acknowledgement_and_names_the_form",
        "components/test_commitments.py::test_a_subscription_to_which_azure_lists_no_licences_is_warned_and_told_of_the_form",
        "sandbox/container/test_verify.py::test_row_approval_a_container_that_is_not_approved_names_the_form",
    ),
    "docker: Pulumi makes account and keys, render reads them or leaves their places": (
        "walk/test_docker_target.py::test_docker_hosts_get_an_account_its_keys_and_their_addresses",
        "components/test_kubernetes_host.py::test_docker_hosts_get_account_and_keys_and_nothing_that_runs",
        f"{RENDER}::test_endpoint_and_keys_come_from_the_stacks_outputs",
        f"{RENDER}::test_what_is_not_known_is_named_and_has_its_place",
    ),
    # Mistakes of the documents, not to copy.
    "mistake: latest of speech to text is no voice": (f"{TAGS}::test_latest_means_what_the_pages_say",),
    "mistake: one GB beside two": (f"{SETTINGS}::test_row_sizes_of_speech_to_text_go_by_the_image_version",),
    "mistake: language identification at port 5000": (
        f"{KINDS}::test_language_identification_listens_on_5003_and_the_others_on_5000",
        f"{TEMPLATES}::test_language_identification_serves_on_its_own_port",
        f"{GROUPS}::test_language_identification_is_reached_at_its_own_port",
    ),
    "mistake: a shell line that a comment cuts": (f"{DOCKER}::test_bash_itself_reads_the_script",),
    # Some cases.
    "case: speech to text 2.6.0 of en-US": (
        f"{IMAGES}::test_row_stt_2_6_0_en_us_is_the_image_and_the_host_of_the_documents",
        f"{SETTINGS}::test_row_latest_with_another_locale_is_a_fault_in_dev_too",
    ),
    "case: sentiment on 3.6.0": (
        f"{SETTINGS}::test_case_sentiment_on_3_6_0_with_a_key_is_no_fault_and_the_previews_path_is_one",
        f"{TEMPLATES}::test_every_secret_of_an_option_reaches_the_container_by_reference",
        f"{EGRESS}::test_the_server_of_an_option_is_a_destination",
        f"{POLICIES}::test_the_server_of_an_option_is_reached_and_without_the_option_it_is_not",
    ),
    "case: two transcribers and an identifier on Docker": (
        f"{SETTINGS}::test_case_two_transcribers_and_a_language_on_docker_pass",
        f"{COMPOSE}::test_two_transcribers_and_one_identifier_have_ports_of_their_own",
        f"{COMPOSE}::test_the_file_holds_no_key_and_no_endpoint",
    ),
    "case: 24 calls of language identification on AKS": (
        f"{PODS}::test_row_language_identification_24_calls_on_aks",
        f"{PODS}::test_row_language_identification_of_4_cores_is_a_fault_unless_streams_per_pod",
    ),
    "case: sizes of machines that cannot carry speech to text": (
        f"{PODS}::test_row_stt_at_4_cpu_on_sizes_that_cannot_carry_it",
        f"{SETTINGS}::test_row_host_an_arm64_size_is_a_fault",
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_a_row_has_tests_and_each_of_them_exists(row: str) -> None:
    assert ROWS[row]
    missing = []
    for test in ROWS[row]:
        file, _, name = test.partition("::")
        if not re.search(rf"^def {name}\(", (TESTS / file).read_text(encoding="utf-8"), re.MULTILINE):
            missing.append(test)
    assert missing == []
