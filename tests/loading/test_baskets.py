from pathlib import Path

import pytest

from loaded import Loaded, accounted, load_in

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
SECOND = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n"


def loaded_lines(folder: Path, *lines: str, header: str = HEADER, **options: object) -> Loaded:
    return load_in(folder, {"b.csv": (header + "\n".join(lines) + "\n").encode()}, **options)


def line(**given: str) -> str:
    values = {
        "invoice": "536365",
        "code": "85123A",
        "text": "HOLDER",
        "quantity": "6",
        "time": "2010-12-01 08:26:00",
        "price": "2.55",
        "customer": "17850.0",
        "country": "France",
    }
    return ",".join((values | given).values())


@pytest.mark.parametrize("header", [HEADER, SECOND])
def test_a_line_is_a_purchase_worth_its_quantity_times_price(tmp_path: Path, header: str) -> None:
    loaded = loaded_lines(tmp_path, line(), header=header)
    assert loaded.rows("interactions") == [
        {
            "USER_ID": "17850",
            "ITEM_ID": "85123A",
            "TIMESTAMP": "1291191960",
            "EVENT_VALUE": "15.3",
            "EVENT_TYPE": "Purchase",
        }
    ]
    assert loaded.rows("users") == [{"USER_ID": "17850", "COUNTRY": "France"}]


@pytest.mark.parametrize(
    ("invoice", "quantity", "kept"),
    [("CA-2017-1", "1", 1), ("CA-2017-1", "-1", 0), ("c536379", "1", 0), ("US-1", "1", 1)],
)
def test_c_and_digits_or_a_c_that_takes_back_is_a_cancellation(
    tmp_path: Path, invoice: str, quantity: str, kept: int
) -> None:
    lines = line(), line(invoice=invoice, quantity=quantity, code="X")
    loaded = loaded_lines(tmp_path, *lines)
    assert [row["ITEM_ID"] for row in loaded.rows("interactions")].count("X") == kept
    noted = "lines of invoices that begin with C are no cancellations"
    assert (noted in {note.text for note in loaded.file.notes}) == (kept and invoice[0] == "C")


@pytest.mark.parametrize(("quantity", "value"), [("1,200", "3060.0"), ("1,5", "3.825")])
def test_a_comma_stands_between_thousands_or_before_decimals(
    tmp_path: Path, quantity: str, value: str
) -> None:
    loaded = loaded_lines(tmp_path, line(quantity=f'"{quantity}"'))
    assert loaded.rows("interactions")[0]["EVENT_VALUE"] == value


def test_times_of_the_published_workbook(tmp_path: Path) -> None:
    loaded = loaded_lines(tmp_path, line(time="12/1/2010 8:26"))
    assert loaded.report.first_time == 1_291_191_960
    assert "taken for month first" in loaded.file.notes[0].text


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"customer": ""}, "no customer"),
        ({"invoice": "C536365", "quantity": "-6"}, "a cancelled invoice"),
        ({"quantity": "0"}, "a quantity of zero or less"),
        ({"quantity": "many"}, "a quantity that is no number"),
        ({"price": "0"}, "a price of zero or less"),
        ({"price": "-11062.06"}, "a price of zero or less"),
        ({"code": ""}, "no product code"),
        ({"time": ""}, "no time"),
        ({"time": "later"}, "a time that cannot be read"),
    ],
)
def test_a_line_that_is_no_purchase_is_rejected(
    tmp_path: Path, given: dict[str, str], reason: str
) -> None:
    loaded = loaded_lines(tmp_path, line(), line(**given))
    assert loaded.rejected() == [(3, reason)]
    assert accounted(loaded.file)


def test_an_invoice_may_stand_for_a_customer(tmp_path: Path) -> None:
    loaded = loaded_lines(tmp_path, line(), line(customer=""), anonymous="invoice")
    users = [row["USER_ID"] for row in loaded.rows("interactions")]
    assert users == ["17850", "invoice-536365"]


def test_an_item_has_its_commonest_text_and_median_price_from_all_sales(tmp_path: Path) -> None:
    loaded = loaded_lines(
        tmp_path,
        line(text="OLD", price="1"),
        line(price="2"),
        line(price="9", customer=""),
        line(text="damaged", price="0", quantity="-3", customer=""),
        line(text="damaged", price="0", quantity="-3", customer=""),
        line(text="damaged", price="0", quantity="-3", customer=""),
        line(code="POST", text="POSTAGE"),
    )
    items = [tuple(row.values()) for row in loaded.rows("items")]
    assert items == [
        ("85123A", "HOLDER", "2.0", "product"),
        ("POST", "POSTAGE", "2.55", "charge"),
    ]


def test_of_two_columns_that_say_the_same_the_first_is_used(tmp_path: Path) -> None:
    header = HEADER.replace("Country", "Price")
    loaded = loaded_lines(tmp_path, line(country="9"), header=header)
    assert loaded.rows("interactions")[0]["EVENT_VALUE"] == "15.3"
