"""The Amazon forms of 2014, 2018 and 2023, and Personalize's own."""

import gzip
from pathlib import Path

from aisle.loading import load
from loaded import START, Loaded, accounted, json_lines, load_in, review, reviews

META_2014 = (
    b"{'asin': 'i1', 'title': 'Ball &amp; Net', 'price': 12.99, 'imUrl': 'http://x/1._SX300_.jpg', "
    b"'categories': [['Sports', 'Balls'], ['Sports', 'Nets']], 'related': {'also_bought': []}}\n"
)


def test_the_form_of_2014_with_python_literals(tmp_path: Path) -> None:
    loaded = load_in(
        tmp_path,
        {"r": json_lines([review(overall=5.0, helpful=[1, 2])]), "m": META_2014},
    )
    assert loaded.rows("interactions") == [
        {
            "USER_ID": "u1",
            "ITEM_ID": "i1",
            "TIMESTAMP": str(START),
            "EVENT_TYPE": "Review",
            "EVENT_VALUE": "5.0",
        }
    ]
    assert loaded.products() == [
        {
            "id": "i1",
            "name": "Ball & Net",
            "category": "Sports",
            "style": "Balls",
            "description": "",
            "price": 12.99,
            "image": "http://x/1.jpg",
            "brand": "",
            "categories": ["Sports", "Balls", "Nets"],
            "bullets": [],
        }
    ]
    assert loaded.rows("items")[0]["CATEGORIES"] == "Sports|Balls|Nets"
    literal = loaded.report.files[1].notes[0]
    assert (literal.text, literal.count) == ("rows are Python literals instead of JSON", 1)


def test_the_form_of_2018(tmp_path: Path) -> None:
    metadata = {
        "asin": "i1",
        "title": "Card",
        "category": ["Gifts", "Cards"],
        "description": ["<p>Good for</p>", "any time."],
        "price": "$5 - $10",
        "brand": "Shop",
        "imageURL": [],
        "imageURLHighRes": ["http://x/h.jpg"],
    }
    reviewed = {"reviewerID": "u1", "asin": "i1", "reviewTime": "06 7, 2018", "vote": "3"}
    loaded = load_in(tmp_path, {"r": json_lines([reviewed]), "m": json_lines([metadata])})
    assert loaded.report.first_time == 1_528_329_600
    (item,) = loaded.rows("items")
    assert item == {
        "ITEM_ID": "i1",
        "TITLE": "Card",
        "CATEGORIES": "Gifts|Cards",
        "BRAND": "Shop",
        "PRICE": "5.0",
        "DESCRIPTION": "Good for any time.",
        "IMAGE_URL": "http://x/h.jpg",
    }
    assert "of a range of prices the first was taken" in {
        note.text for note in loaded.report.files[1].notes
    }


def test_the_form_of_2023(tmp_path: Path) -> None:
    reviewed = {
        "user_id": "u1",
        "asin": "variant",
        "parent_asin": "i1",
        "rating": 4.0,
        "timestamp": START * 1000,
    }
    metadata = {
        "parent_asin": "i1",
        "title": "Pen",
        "main_category": "Office",
        "categories": [],
        "features": ["Blue.", "Light."],
        "description": [],
        "price": None,
        "images": [{"thumb": "http://x/t.jpg", "large": "http://x/l._AC_.jpg", "hi_res": None}],
    }
    loaded = load_in(tmp_path, {"r": json_lines([reviewed]), "m": json_lines([metadata])})
    assert loaded.rows("interactions")[0]["ITEM_ID"] == "i1"
    assert loaded.report.first_time == START
    assert {note.text for note in loaded.report.files[0].notes} == {
        "times are taken for milliseconds",
        "parent_asin is taken for the item id, since metadata is listed under it",
    }
    (product,) = loaded.products()
    assert product["category"] == "Office"
    assert product["description"] == "Blue. Light."
    assert product["bullets"] == ["Blue.", "Light."]
    assert product["price"] is None
    assert product["image"] == "http://x/l.jpg"


def test_images_by_size_give_the_first_of_the_largest(tmp_path: Path) -> None:
    images = {"hi_res": [None], "large": ["http://x/l.jpg", "http://x/m.jpg"], "variant": ["MAIN"]}
    metadata = {"parent_asin": "i1", "title": "Pen", "images": images, "price": "None"}
    (product,) = load_in(tmp_path, {"m": json_lines([metadata])}).products()
    assert (product["image"], product["price"]) == ("http://x/l.jpg", None)


def test_field_names_in_any_case_and_the_first_that_is_not_null(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"REVIEWERID": "a", "ITEM_ID": "x", "Timestamp": START, "overall": None, "Rating": 3},
        {"reviewerId": "b", "asin": None, "item_id": "y", "timestamp": START, "rating": 2},
    ]
    loaded = load_in(tmp_path, {"r": json_lines(rows)})
    found = [(r["USER_ID"], r["ITEM_ID"], r["EVENT_VALUE"]) for r in loaded.rows("interactions")]
    assert found == [("a", "x", "3.0"), ("b", "y", "2.0")]


def test_an_item_named_again_takes_new_values_and_keeps_those_it_lacks(tmp_path: Path) -> None:
    items: list[dict[str, object]] = [
        {"asin": "i1", "title": "Old", "price": 3, "brand": "B"},
        {"asin": "i2", "title": "Two"},
        {"asin": "i1", "title": "New", "price": None},
    ]
    loaded = load_in(tmp_path, {"m": json_lines(items)})
    (first, _) = loaded.rows("items")
    assert (first["ITEM_ID"], first["TITLE"], first["PRICE"]) == ("i1", "New", "3.0")
    assert (loaded.file.kept, loaded.file.merged) == (2, 1)
    assert accounted(loaded.file)


def test_interactions_keep_the_order_of_the_files(tmp_path: Path) -> None:
    files = {
        "1": json_lines([review("u", f"a{n}") for n in range(3000)]),
        "2": json_lines([review("u", f"b{n}") for n in range(3000)]),
    }
    loaded = load_in(tmp_path, files)
    expected = [f"{part}{n}" for part in "ab" for n in range(3000)]
    assert [row["ITEM_ID"] for row in loaded.rows("interactions")] == expected


def test_columns_are_reported_with_what_they_were_taken_for(tmp_path: Path) -> None:
    loaded = load_in(tmp_path, {"r": gzip.compress(json_lines([review(reviewText="Fine.")]))})
    meanings = {column.name: column.meaning for column in loaded.file.columns}
    assert meanings == {
        "reviewerID": "user id",
        "asin": "item id",
        "unixReviewTime": "time",
        "reviewText": None,
    }
    assert (loaded.file.layout, loaded.file.compression) == ("JSON Lines", "gzip")


def test_personalize_files_pass_through_with_their_columns(tmp_path: Path) -> None:
    files = {
        "a.csv": b"USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE,DEVICE\nu,i,1400000000,View,phone\n",
        "b.csv": b"ITEM_ID,TITLE,YEAR,GENRES,PRICE,CREATION_TIMESTAMP\n"
        b"i,Up,2009,Comedy|Drama,2.5,2014-05-13\nj,Down,,Drama,3,soon\n",
        "c.csv": b"USER_ID,AGE,CODE\nu,24,007\n",
    }
    loaded = load_in(tmp_path, files)
    assert loaded.rows("interactions")[0] == {
        "USER_ID": "u",
        "ITEM_ID": "i",
        "TIMESTAMP": "1400000000",
        "EVENT_TYPE": "View",
        "DEVICE": "phone",
    }
    items = loaded.fields("items")
    assert items["YEAR"]["type"] == ["long", "null"]
    assert items["GENRES"] == {
        "name": "GENRES",
        "type": ["string", "null"],
        "categorical": True,
    }
    assert items["TITLE"] == {
        "name": "TITLE",
        "type": ["string", "null"],
        "itemName": True,
    }
    assert items["PRICE"]["type"] == ["float", "null"]
    assert items["CREATION_TIMESTAMP"]["type"] == ["long", "null"]
    assert loaded.report.files[1].notes[0].text.startswith("values of CREATION_TIMESTAMP")
    users = loaded.fields("users")
    assert users["AGE"]["type"] == ["long", "null"]
    assert users["CODE"]["type"] == ["string", "null"]
    assert loaded.rows("users")[0]["CODE"] == "007"
    assert loaded.products()[0]["category"] == "Comedy"


def test_a_description_is_the_textual_field(tmp_path: Path) -> None:
    long = "word " * 500
    items = [{"asin": f"i{n}", "title": "T", "description": long} for n in range(5)]
    loaded = load_in(tmp_path, {"m": json_lines(items)})
    assert loaded.fields("items")["DESCRIPTION"]["textual"] is True
    assert len(loaded.rows("items")[0]["DESCRIPTION"]) > 2000


def test_items_without_anything_but_ids_are_not_written(tmp_path: Path) -> None:
    files = {"r": json_lines([review()]), "m": json_lines([{"asin": "i1", "title": None}])}
    loaded = load_in(tmp_path, files)
    assert not (loaded.out / "items.csv").exists()
    (note,) = loaded.report.notes
    assert note.text == "items.csv was not written: nothing is known beside the ids"


def test_what_a_load_wrote_can_be_loaded_again(tmp_path: Path) -> None:
    items = [{"asin": f"i{n}", "title": f"T{n}", "price": n + 0.5} for n in range(5)]
    first = load_in(tmp_path, {"r": json_lines(reviews(50)), "m": json_lines(items)})
    again = Loaded(load([first.out], tmp_path / "again"), tmp_path / "again")
    for table in ("interactions", "items"):
        assert again.rows(table) == first.rows(table)
        assert again.fields(table) == first.fields(table)
    assert again.products() == first.products()


def test_columns_of_different_types_from_different_files_are_joined(tmp_path: Path) -> None:
    files = {
        "a.csv": b"ITEM_ID,PRICE,YEAR\ni,2.5,1999\nj,3,2000\n",
        "b.json": json_lines([{"asin": "k", "title": "T", "price": "$4"}]),
        "c.csv": b"movieId,Title,Genres\n7,Up (2009),Comedy\n",
        "d.csv": b",ITEM_ID,COLOUR,\n0,i,red,\n",
    }
    loaded = load_in(tmp_path, files)
    prices = {row["ITEM_ID"]: row["PRICE"] for row in loaded.rows("items")}
    assert prices == {"i": "2.5", "j": "3", "k": "4.0", "7": ""}
    assert loaded.fields("items")["PRICE"]["type"] == ["float", "null"]
    assert loaded.fields("items")["YEAR"]["type"] == ["long", "null"]
    assert loaded.rows("items")[0]["COLOUR"] == "red"
    assert all(accounted(file) for file in loaded.report.files)


def test_columns_that_a_schema_cannot_have_are_left_out_and_noted(tmp_path: Path) -> None:
    extra = [f"EXTRA_{letter}" for letter in "ABCDEFG"]
    header = ",".join(("USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE", *extra))
    files = {
        "a.csv": f"{header}\nu,i,{START},View,{','.join('1234567')}\n".encode(),
        "b.csv": b"USER_ID,GENDER\nu,F\n",
        "c.csv": b"USER_ID,GEN_DER\nv,M\n",
    }
    loaded = load_in(tmp_path, files)
    assert list(loaded.fields("interactions"))[4:] == extra[:5]
    assert list(loaded.fields("users")) == ["USER_ID", "GENDER"]
    assert [note.text.rpartition(": ")[2] for note in loaded.report.notes] == [
        "EXTRA_F, EXTRA_G",
        "GEN_DER",
    ]


def test_a_column_that_is_left_out_has_no_meaning(tmp_path: Path) -> None:
    rows = f"USER_ID,ITEM_ID,TIMESTAMP,device type,\u65e5\u672c\nu,i,{START},phone,x\n".encode()
    loaded = load_in(tmp_path, {"a.csv": rows})
    meanings = {column.name: column.meaning for column in loaded.file.columns}
    assert (meanings["device type"], meanings["\u65e5\u672c"]) == ("DEVICE_TYPE", None)
