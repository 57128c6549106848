"""Each data set comes through with the counts that its publishers give."""

import csv
import gzip
from pathlib import Path

import pytest

from aisle.loading import LoadError, LoadOptions, load
from loaded import Loaded, accounted
from real_data import by_name, data_set

SETS = {
    "ml-1m": (1_000_209, 6_040, 3_706),
    "ml-100k": (100_000, 943, 1_682),
    "ml-latest-small": (158_371, 610, 9_477),
    "amazon-sports-2014": (296_337, 35_598, 18_357),
    "amazon-beauty-2014": (198_502, 22_363, 12_101),
    "amazon-gift-cards-2018": (2_972, 458, 148),
}
"""Interactions, users, items."""
QUICK = [name for name in SETS if name != "ml-1m"]
_LONG = {"ml-1m", "amazon-sports-2014"}
BY_NAME = by_name(SETS, _LONG)


def loaded_set(name: str, folder: Path, **options: object) -> Loaded:
    out = folder / "out"
    return Loaded(load([data_set(name)], out, LoadOptions(**options)), out)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", BY_NAME)
def test_a_data_set_keeps_all_its_rows(name: str, tmp_path: Path) -> None:
    loaded = loaded_set(name, tmp_path)
    report = loaded.report
    assert (report.interactions, report.users, report.items) == SETS[name]
    assert not report.ignored
    assert all(accounted(file) and not file.rejected for file in report.files)
    with (loaded.out / "interactions.csv").open(newline="", encoding="utf-8") as stream:
        assert sum(1 for _ in csv.reader(stream)) == report.interactions + 1


@pytest.mark.slow
def test_baskets_account_for_every_line(tmp_path: Path) -> None:
    loaded = loaded_set("online-retail", tmp_path)
    assert loaded.file.rows == 541_909
    assert {r.reason: r.count for r in loaded.file.rejections} == {
        "no customer": 135_080,
        "a cancelled invoice": 8_905,
        "a price of zero or less": 40,
    }
    assert accounted(loaded.file)
    assert (loaded.report.users_described, loaded.report.items_described) == (4_372, 4_070)
    assert len(loaded.rejected()) == loaded.file.rejected


def test_metadata_of_gift_cards_becomes_a_catalogue(tmp_path: Path) -> None:
    loaded = loaded_set("amazon-gift-cards-2018", tmp_path)
    products = loaded.products()
    assert len(products) == 1_547
    assert sum(product["price"] is not None for product in products) == 358
    assert all(product["name"] and len(product["name"]) <= 200 for product in products)
    assert sum(bool(product["bullets"]) for product in products) == 621
    assert products[0]["category"] == "Gift Cards"


@pytest.mark.parametrize(
    "name", ["amazon-beauty-2014", pytest.param("amazon-sports-2014", marks=pytest.mark.slow)]
)
def test_the_five_core_of_a_five_core_is_itself(name: str, tmp_path: Path) -> None:
    loaded = loaded_set(name, tmp_path, core=5)
    assert loaded.report.interactions == SETS[name][0]


@pytest.mark.parametrize("name", [*QUICK, "online-retail"])
def test_a_cut_file_of_a_data_set_fails_by_name(name: str, tmp_path: Path) -> None:
    original = max(data_set(name).iterdir(), key=lambda path: path.stat().st_size)
    content = original.read_bytes()
    cut = tmp_path / original.name
    cut.write_bytes(content[: min(len(content) // 2, 500_000)])
    with pytest.raises(LoadError, match="ends too early") as refused:
        load([cut], tmp_path / "out")
    assert original.name in str(refused.value)
    report = load([cut], tmp_path / "out", LoadOptions(keep_going=True))
    assert report.interactions > 0 or report.items_described > 0
    assert report.files[0].damage
    assert accounted(report.files[0])


@pytest.mark.parametrize("name", [*QUICK, "online-retail"])
def test_spoiled_rows_of_a_data_set_are_rejected_one_by_one(name: str, tmp_path: Path) -> None:
    path = next(p for p in sorted(data_set(name).iterdir()) if _holds_events(p))
    with gzip.open(path) as stream:
        lines = [stream.readline() for _ in range(2001)]
    header = lines[:1] if path.name.endswith(".csv.gz") else []
    rows = lines[len(header) : len(header) + 2000]
    plain = tmp_path / "plain"
    plain.write_bytes(b"".join([*header, *rows]))
    spoiled = tmp_path / "spoiled"
    rows[10], rows[500], rows[1500] = b"\xff\xfe{]\n", b'"' + b"x" * 100_000 + b"\n", b"{}\n"
    spoiled.write_bytes(b"".join([*header, *rows]))
    before = load([plain], tmp_path / "1").files[0]
    after = load([spoiled], tmp_path / "2").files[0]
    assert before.rows == after.rows == 2000
    assert accounted(after)
    assert after.rejected - before.rejected in {2, 3}
    assert {11 + len(header), 501 + len(header), 1501 + len(header)} <= {
        example.line for rejection in after.rejections for example in rejection.examples
    }


def _holds_events(path: Path) -> bool:
    return path.name.startswith(("interactions", "reviews", "Gift", "transactions"))
