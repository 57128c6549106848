import gzip
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aisle.data.faults import DataError
from aisle.data.gunzip import plain
from aisle.data.sources import S3Settings, Source, open_source
from aisle.records.errors import InvalidInputException

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

NO_S3 = S3Settings()


def contents(source: Source) -> list[bytes]:
    return [b"".join(file.read()) for file in source.files]


def refusal(location: str, allowed: tuple[Path, ...], s3: S3Settings = NO_S3) -> str:
    with pytest.raises(DataError) as caught:
        open_source(location, allowed, s3)
    return str(caught.value)


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    folder = tmp_path / "in side"
    folder.mkdir()
    (tmp_path / "secret.csv").write_bytes(b"secret")
    return folder


@pytest.fixture(scope="module")
def s3(empty_s3: S3Settings, s3_client: "S3Client") -> S3Settings:
    s3_client.create_bucket(Bucket="films")
    for key, body in {
        "one.csv": b"one",
        "./dotted//key.csv": b"dotted",
        "folder/": b"",
        "folder/b.csv.gz": b"b",
        "folder/a b+%.csv": b"a",
        "folder/_SUCCESS": b"",
        "folder/empty.csv": b"",
        "folder/notes.txt": b"notes",
        "folder/deeper/c.csv": b"c",
        "bare/notes.txt": b"notes",
        "big.csv": bytes(range(256)) * 80_000,
    }.items():
        s3_client.put_object(Bucket="films", Key=key, Body=body)
    return empty_s3


def test_a_local_file_is_read(inside: Path) -> None:
    (inside / "a.csv").write_bytes(b"hello")
    source = open_source(f"file://{inside}/a.csv".replace(" ", "%20"), (inside,), NO_S3)
    assert contents(source) == [b"hello"]
    assert source.files[0].size == 5


def test_a_folder_gives_its_csv_files_in_order_and_names_the_others(inside: Path) -> None:
    for name in ("b.csv", "A.CSV.GZ", ".hidden.csv", "_part.csv", "notes.txt"):
        (inside / name).write_bytes(name.encode())
    (inside / "empty.csv").touch()
    (inside / "deeper.csv").mkdir()
    location = f"file://{inside}/"
    source = open_source(location, (inside,), NO_S3)
    assert contents(source) == [b"A.CSV.GZ", b"b.csv"]
    assert sorted(name.removeprefix(location) for name in source.skipped) == [
        ".hidden.csv",
        "_part.csv",
        "empty.csv",
        "notes.txt",
    ]


def test_a_folder_without_csv_is_refused(inside: Path) -> None:
    (inside / "notes.txt").write_bytes(b"notes")
    assert refusal(f"file://{inside}/", (inside,)) == (
        f"No CSV file in file://{inside}/: it needs files named *.csv or *.csv.gz that are not "
        "empty; found 1 other files."
    )


def test_a_missing_file_and_a_folder_without_a_slash_are_refused(inside: Path) -> None:
    assert refusal(f"file://{inside}/no.csv", (inside,)).startswith("No such file: ")
    assert refusal(f"file://{inside}", (inside,)).endswith("end the location with /.")
    assert refusal(f"file://{inside}/no/", (inside,)).startswith("No such folder: ")
    assert refusal(f"file://{inside}/a%00b", (inside,)).startswith("No such file: ")


@pytest.mark.parametrize(
    "tail",
    ["../secret.csv", "%2e%2e/secret.csv", "link.csv", "up/secret.csv", "../", "../none.csv"],
)
def test_a_path_out_of_the_allowed_folders_is_refused(inside: Path, tail: str) -> None:
    (inside / "link.csv").symlink_to(inside.parent / "secret.csv")
    (inside / "up").symlink_to(inside.parent)
    location = f"file://{inside}/{tail}"
    assert refusal(location, (inside,)) == (
        f"Insufficient privileges for accessing data in {location}. "
        "Start the server with --allow-path to permit a folder."
    )


def test_a_sibling_whose_name_begins_alike_is_refused(inside: Path) -> None:
    sibling = inside.with_name("in side2")
    sibling.mkdir()
    (sibling / "a.csv").write_bytes(b"a")
    assert refusal(f"file://{sibling}/a.csv", (inside,)).startswith("Insufficient privileges")


def test_a_link_out_of_a_folder_is_refused(inside: Path) -> None:
    (inside / "link.csv").symlink_to(inside.parent / "secret.csv")
    assert refusal(f"file://{inside}/", (inside,)).startswith("Insufficient privileges")


def test_a_link_loop_and_a_pipe_are_refused_without_waiting(inside: Path) -> None:
    (inside / "loop.csv").symlink_to(inside / "loop.csv")
    os.mkfifo(inside / "pipe.csv")
    assert refusal(f"file://{inside}/loop.csv", (inside,)).startswith("No such file: ")
    assert refusal(f"file://{inside}/pipe.csv", (inside,)).startswith("No such file: ")


def test_nothing_is_allowed_by_default(inside: Path) -> None:
    assert refusal(f"file://{inside}/a.csv", ()).startswith("Insufficient privileges")


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/a.csv",
        "https://films/a.csv",
        "/etc/passwd",
        "file://host/a.csv",
        "s3:///a.csv",
        "file://",
        "",
    ],
)
def test_other_locations_are_never_fetched(location: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputException, match=r"^Invalid Data location") as caught:
        open_source(location, (tmp_path,), NO_S3)
    assert str(caught.value).endswith("other locations are never fetched.")


def test_an_s3_object_is_read(s3: S3Settings) -> None:
    assert contents(open_source("s3://films/one.csv", (), s3)) == [b"one"]
    assert contents(open_source("s3://films/./dotted//key.csv", (), s3)) == [b"dotted"]


def test_an_s3_object_is_read_in_several_ranges(s3: S3Settings) -> None:
    source = open_source("s3://films/big.csv", (), s3)
    parts = list(source.files[0].read())
    assert len(parts) == 3
    assert b"".join(parts) == bytes(range(256)) * 80_000


def test_an_s3_folder_gives_its_csv_files_in_key_order(s3: S3Settings) -> None:
    source = open_source("s3://films/folder/", (), s3)
    assert contents(source) == [b"a", b"b"]
    assert source.skipped == (
        "s3://films/folder/_SUCCESS",
        "s3://films/folder/empty.csv",
        "s3://films/folder/notes.txt",
    )


def test_an_s3_folder_without_csv_is_refused(s3: S3Settings) -> None:
    assert refusal("s3://films/bare/", (), s3).startswith("No CSV file in s3://films/bare/: ")
    assert refusal("s3://films/none/", (), s3).startswith("No CSV file in s3://films/none/: ")


@pytest.mark.parametrize(
    ("location", "detail"),
    [
        ("s3://films/missing.csv", "404: Not Found"),
        ("s3://nobody/one.csv", "404: Not Found"),
        ("s3://nobody/folder/", "NoSuchBucket: The specified bucket does not exist"),
    ],
)
def test_what_s3_does_not_give_is_refused(s3: S3Settings, location: str, detail: str) -> None:
    assert refusal(location, (), s3) == (
        f"Insufficient privileges for accessing data in Amazon S3. {location}: {detail}"
    )


def test_an_object_replaced_while_it_is_read_is_refused(
    s3: S3Settings, s3_client: "S3Client"
) -> None:
    s3_client.put_object(Bucket="films", Key="new.csv", Body=b"old")
    source = open_source("s3://films/new.csv", (), s3)
    s3_client.put_object(Bucket="films", Key="new.csv", Body=b"new")
    with pytest.raises(DataError, match="changed while it was being read"):
        contents(source)


def test_an_unreachable_store_is_refused() -> None:
    nowhere = S3Settings("http://127.0.0.1:9", "key", "secret")
    assert refusal("s3://films/one.csv", (), nowhere).startswith(
        "Insufficient privileges for accessing data in Amazon S3. s3://films/one.csv: "
    )


@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_gzip_is_unpacked_whatever_the_chunks(step: int) -> None:
    packed = gzip.compress(b"first ") + gzip.compress(b"second " * 1000)
    chunks = (packed[at : at + step] for at in range(0, len(packed), step))
    assert b"".join(plain("a.csv", chunks)) == b"first " + b"second " * 1000


@pytest.mark.parametrize("text", [b"", b"\x1f", b"USER_ID\n"])
def test_what_is_not_gzip_is_left_alone(text: bytes) -> None:
    assert b"".join(plain("a.csv.gz", iter([text[:1], text[1:]]))) == text


def test_a_small_gzip_of_much_is_unpacked_in_pieces() -> None:
    packed = gzip.compress(bytes(50 << 20))
    pieces = [len(piece) for piece in plain("a.csv", iter([packed]))]
    assert sum(pieces) == 50 << 20
    assert max(pieces) <= 4 << 20


@pytest.mark.parametrize("lost", [1, 8, 9, 30])
def test_a_truncated_gzip_is_refused(lost: int) -> None:
    packed = gzip.compress(os.urandom(1000))
    with pytest.raises(DataError) as caught:
        list(plain("a.csv", iter([packed[:-lost]])))
    assert str(caught.value) == "a.csv: the gzip data ends too early; is the file truncated?"


def test_a_damaged_gzip_is_refused() -> None:
    packed = bytearray(gzip.compress(b"x" * 1000))
    packed[-5] ^= 1
    with pytest.raises(DataError, match=r"^a.csv: the gzip data is damaged: "):
        list(plain("a.csv", iter([bytes(packed)])))
