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


@pytest.mark.parametrize("variable", ["CORS_ORIGINS", "PICTURE_ORIGINS"])
@pytest.mark.parametrize("given", ["", " ", ","])
def test_an_empty_list_in_the_environment_is_empty(
    monkeypatch: pytest.MonkeyPatch, variable: str, given: str
) -> None:
    monkeypatch.setenv(f"ALLSTORE_{variable}", given)
    assert getattr(Settings(), variable.lower()) == ()


def test_spaces_around_the_parts_of_a_list_are_not_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLSTORE_HOSTS", "shop.example, www.shop.example ,")
    assert Settings().hosts == ("shop.example", "www.shop.example")


def test_a_shop_by_no_name_at_all_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLSTORE_HOSTS", " ")
    with pytest.raises(ValueError, match=r"hosts\n.* at least 1 item"):
        Settings()


def test_an_open_shop_asks_a_recommender_as_soon_as_it_is_there(tmp_path: Path) -> None:
    connection = Connection(Settings(data_dir=tmp_path))
    assert connection() == ShopConfig()
    save_config(tmp_path, ShopConfig(ranking_arn="arn:ranking"))
    assert connection().ranking_arn == "arn:ranking"
    save_config(tmp_path, ShopConfig(ranking_arn="arn:another"))
    assert connection().ranking_arn == "arn:another"


@pytest.mark.parametrize("half", [b'{"ranking_arn": "arn:an', b"", b'{"ranking_arn": 5}', b"\xff"])
def test_while_the_file_cannot_be_read_what_it_said_holds(tmp_path: Path, half: bytes) -> None:
    path = save_config(tmp_path, ShopConfig(ranking_arn="arn:ranking"))
    connection = Connection(Settings(data_dir=tmp_path))
    path.write_bytes(half)
    assert connection().ranking_arn == "arn:ranking"
    save_config(tmp_path, ShopConfig(ranking_arn="arn:another"))
    assert connection().ranking_arn == "arn:another"
