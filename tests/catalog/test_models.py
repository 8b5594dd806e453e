from speech.catalog.models import base_models, lineage


def test_row_lineage_2_2_0_takes_models_of_three_base_models() -> None:
    assert base_models("2.2.0") == ("20181201 (v3.3 Unified)", "20190520 (v4.14 Unified)", "20190701 (v4.17 Unified)")


def test_row_lineage_models_trained_in_2023_and_later_need_5() -> None:
    assert base_models("5.0.0") == base_models("5.1.0") == ("trained in 2023 and later",)
    assert not base_models("4.12.0")


def test_where_no_page_names_base_models_none_is_guessed() -> None:
    assert not base_models("3.6.0")


def test_a_lineage_has_its_source_and_date() -> None:
    assert all(row.source and row.as_of for row in lineage())
