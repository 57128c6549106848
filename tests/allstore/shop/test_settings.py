from pathlib import Path

import pytest

from allstore.shop.settings import Connection, Settings, ShopConfig, load_config, save_config


def test_a_saved_config_is_loaded_and_a_missing_one_is_empty(tmp_path: Path) -> None:
    config = ShopConfig(popular_by_views_arn="arn:popular", tracking_id="t")
    assert load_config(tmp_path) == ShopConfig()
    save_config(tmp_path / "data", config)
    assert load_config(tmp_path / "data") == config


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_config(tmp_path, ShopConfig(popular_by_views_arn="arn:file", tracking_id="file"))
    monkeypatch.setenv("ALLSTORE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ALLSTORE_TRACKING_ID", "environment")
    assert Settings().config() == ShopConfig(
        popular_by_views_arn="arn:file", tracking_id="environment"
    )


def test_an_open_shop_asks_a_recommender_as_soon_as_it_is_there(tmp_path: Path) -> None:
    connection = Connection(Settings(data_dir=tmp_path))
    assert connection() == ShopConfig()
    save_config(tmp_path, ShopConfig(ranking_arn="arn:ranking"))
    assert connection().ranking_arn == "arn:ranking"
    save_config(tmp_path, ShopConfig(ranking_arn="arn:another"))
    assert connection().ranking_arn == "arn:another"
