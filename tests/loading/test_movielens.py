from pathlib import Path

from aisle.loading import LoadOptions, load
from aisle.loading.movielens import GENRES
from loaded import Loaded

FLAGS = "|".join("1" if genre in {"Comedy", "Drama"} else "0" for genre in GENRES)
EXPECTED_ITEM = {"ITEM_ID": "1", "TITLE": "Amélie", "YEAR": "2001", "GENRES": "Comedy|Drama"}


def loaded_folder(folder: Path, files: dict[str, str]) -> Loaded:
    source = folder / "ml"
    source.mkdir()
    for name, text in files.items():
        (source / name).write_bytes(text.encode("latin-1"))
    return Loaded(load([source], folder / "out", LoadOptions()), folder / "out")


def check(loaded: Loaded) -> None:
    rows = [tuple(row.values()) for row in loaded.rows("interactions")]
    assert rows == [
        ("1", "1", "978300760", "Rating", "5.0"),
        ("1", "2", "978302109", "Rating", "3.0"),
    ]
    assert loaded.rows("items")[0] == EXPECTED_ITEM


def test_the_form_with_double_colons(tmp_path: Path) -> None:
    loaded = loaded_folder(
        tmp_path,
        {
            "ratings.dat": "1::1::5::978300760\n1::2::3::978302109\n",
            "movies.dat": "1::Amélie (2001)::Comedy|Drama\n2::Heat: a tale (1995)::Action\n",
            "users.dat": "1::F::1::10::48067\n2::M::56::16::70072\n",
            "README": "Summary: these files are ratings.\nAnd more, like that.\n",
        },
    )
    check(loaded)
    assert loaded.rows("users")[0] == {
        "USER_ID": "1",
        "GENDER": "F",
        "AGE": "1",
        "OCCUPATION": "10",
    }
    assert [Path(ignored.file).name for ignored in loaded.report.ignored] == ["README"]


def test_the_form_of_100k_without_counting_its_splits_again(tmp_path: Path) -> None:
    ratings = "1\t1\t5\t978300760\n1\t2\t3\t978302109\n"
    loaded = loaded_folder(
        tmp_path,
        {
            "u.data": ratings,
            "u1.base": ratings,
            "ua.test": ratings,
            "u.item": f"1|Amélie (2001)|01-Jan-2001||http://x|{FLAGS}\n"
            f"2|Heat (1995)|01-Jan-1995||http://y|{FLAGS}\n",
            "u.user": "1|24|M|technician|85711\n",
            "u.genre": "unknown|0\nAction|1\n",
        },
    )
    check(loaded)
    assert loaded.rows("users")[0]["OCCUPATION"] == "technician"
    ignored = {Path(one.file).name: one.reason for one in loaded.report.ignored}
    assert ignored.keys() == {"u1.base", "ua.test", "u.genre"}
    assert ignored["u1.base"] == "a part of u.data"


def test_the_form_of_csv_files_leaves_tags_and_links(tmp_path: Path) -> None:
    loaded = loaded_folder(
        tmp_path,
        {
            "ratings.csv": "userId,movieId,rating,timestamp\n"
            "1,1,5.0,978300760\n1,2,3.0,978302109\n",
            "movies.csv": "movieId,title,genres\n1,Amélie (2001),Comedy|Drama\n"
            '2,"Net, The (1995)",(no genres listed)\n',
            "tags.csv": "userId,movieId,tag,timestamp\n1,1,fun,1445714994\n",
            "links.csv": "movieId,imdbId,tmdbId\n1,0114709,862\n",
        },
    )
    check(loaded)
    assert loaded.rows("items")[1]["TITLE"] == "Net, The"
    assert loaded.rows("items")[1]["GENRES"] == ""
    names = {Path(one.file).name for one in loaded.report.ignored}
    assert names == {"tags.csv", "links.csv"}


def test_a_broken_line_is_rejected(tmp_path: Path) -> None:
    good = "1::1::5::978300760\n" * 9
    loaded = loaded_folder(tmp_path, {"ratings.dat": good + "1::2\n"})
    assert loaded.rejected() == [(10, "fewer values than the file has columns")]
