"""What a file is taken for, by the names in its header or the form of its lines."""

from pathlib import Path

import pytest

from aisle.loading import LoadError, load
from loaded import START, load_in

ORDERS = "Name,Email,Financial Status,Paid at,Created at,Lineitem name,Lineitem price,Id"
CUSTOMERS = "id,name,email,age"


def table(header: str, *rows: str) -> bytes:
    return "\n".join((header, *rows, "")).encode()


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (ORDERS, "#1,a@b,paid,2023-01-02,2023-01-02,Mug,10.00,40"),
        (CUSTOMERS, "0,Jo,a@b,30"),
        ("id,name", "0,Jo"),
        ("item_id,price,order_id", "i1,3,o1"),
        ("sku,title,event_name", "i1,Mug,view"),
        ("sku,title,userId", "i1,Mug,u1"),
    ],
)
def test_people_orders_and_events_are_no_metadata(tmp_path: Path, header: str, row: str) -> None:
    with pytest.raises(LoadError, match="not recognised"):
        load_in(tmp_path, {"x.csv": table(header, row)})


@pytest.mark.parametrize(
    "header", ["id,title", "id,name,price", "asin,name", "sku,title,customer_reviews"]
)
def test_an_id_and_what_describes_an_item_are_metadata(tmp_path: Path, header: str) -> None:
    row = ",".join("1" * len(header.split(",")))
    assert load_in(tmp_path, {"x.csv": table(header, row)}).file.kind == "metadata"


@pytest.mark.parametrize(
    ("header", "row", "event"),
    [
        ("user_id,item_id,event,timestamp,device", f"u,i,purchase,{START},phone", "purchase"),
        ("timestamp,visitorid,event,itemid", f"{START}000,u,view,i", "view"),
        (
            "event_timestamp,event_name,user_pseudo_id,item_id",
            f"{START}000000,view_item,u,i",
            "view_item",
        ),
        ("event_time,event_type,product_id,user_id", "2014-05-13 16:53:20 UTC,cart,i,u", "cart"),
        ("user_id,item_id,behavior_type,time", f"u,i,pv,{START}", "pv"),
        ("user_id,item_id,time", f"u,i,{START}", "Interaction"),
        ("user_id,item_id,rating,timestamp", f"u,i,5,{START}", "Review"),
        ("user_id,asin,review_text,timestamp", f"u,i,Fine,{START}", "Review"),
    ],
)
def test_events_go_by_the_type_they_name_or_what_the_file_is(
    tmp_path: Path, header: str, row: str, event: str
) -> None:
    (found,) = load_in(tmp_path, {"x.csv": table(header, row)}).rows("interactions")
    assert (found["USER_ID"], found["ITEM_ID"], found["EVENT_TYPE"]) == ("u", "i", event)
    assert found["TIMESTAMP"] == str(START)


def test_users_are_known_by_names_in_lower_case(tmp_path: Path) -> None:
    loaded = load_in(tmp_path, {"x.csv": table("user_id,age,gender", "u0,30,M", "u1,31,F")})
    assert loaded.rows("users")[0] == {"USER_ID": "u0", "AGE": "30", "GENDER": "M"}


@pytest.mark.parametrize("header", ["user_id,order_id", "user_id,timestamp,page"])
def test_orders_and_visits_are_no_users(tmp_path: Path, header: str) -> None:
    with pytest.raises(LoadError, match="not recognised"):
        load_in(tmp_path, {"x.csv": table(header, *["1" * 3] * len(header.split(",")))})


@pytest.mark.parametrize(
    ("line", "guess"),
    [
        ("A39HTATAQ9V7YF,0205616461,5.0,1369699200", "user id, item id"),
        ("0205616461,A39HTATAQ9V7YF,5.0,1369699200", "item id, user id"),
    ],
)
def test_ratings_without_a_header_are_read_and_the_guess_is_noted(
    tmp_path: Path, line: str, guess: str
) -> None:
    loaded = load_in(tmp_path, {"ratings.csv": f"{line}\n".encode() * 3})
    assert loaded.file.notes[0].text == (
        f"without a header, the columns are taken for {guess}, rating and time"
    )
    found = {(row["USER_ID"], row["ITEM_ID"]) for row in loaded.rows("interactions")}
    assert found == {("A39HTATAQ9V7YF", "0205616461")}
    assert loaded.report.interactions == 3


@pytest.mark.parametrize(
    "header",
    [
        "Order,Customer Email,Created at,Lineitem sku",
        "visitor_id,product_id,ts",
        "email,sku,created_at",
        "customer_id,variant_id,order_date",
    ],
)
def test_event_logs_are_known_by_the_names_that_shops_give(header: str, tmp_path: Path) -> None:
    rows = "\n".join(
        ",".join(_VALUES.get(name.lower(), f"{name[0]}{number}") for name in header.split(","))
        for number in range(5)
    )
    path = tmp_path / "log.csv"
    path.write_text(f"{header}\n{rows}\n")
    report = load([path], tmp_path / "out")
    assert (report.files[0].kind, report.interactions) == ("events", 5)


_VALUES = dict.fromkeys(("created at", "created_at", "ts", "order_date"), "2024-05-06T07:08:09Z")


def test_what_an_event_log_lacks_is_named(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("user_id,product_id,moment\na,b,2024-05-06\n")
    with pytest.raises(LoadError, match="no column is known as time; rename it"):
        load([path], tmp_path / "out")
