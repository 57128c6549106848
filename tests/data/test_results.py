from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aisle.data.faults import DataError
from aisle.data.results import write_results
from aisle.data.sources import S3Settings

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

NO_S3 = S3Settings()


def test_a_local_result_has_the_inputs_name_in_a_folder_that_is_made(tmp_path: Path) -> None:
    source = f"file://{tmp_path}/in/all%20lines.json"
    write_results(f"file://{tmp_path}/new/out", source, b"found", (tmp_path,), NO_S3)
    assert [path.name for path in (tmp_path / "new" / "out").iterdir()] == ["all lines.json.out"]
    assert (tmp_path / "new" / "out" / "all lines.json.out").read_bytes() == b"found"


@pytest.mark.parametrize("name", ["outside", "inside/link", "inside/../outside"])
def test_nothing_is_written_outside_what_is_allowed(tmp_path: Path, name: str) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "inside" / "link").symlink_to(tmp_path / "outside")
    allowed = (tmp_path / "inside",)
    with pytest.raises(DataError, match="Insufficient privileges"):
        write_results(f"file://{tmp_path}/{name}/", "s3://in/a.json", b"found", allowed, NO_S3)
    assert list((tmp_path / "outside").iterdir()) == []


def test_an_input_cannot_name_a_result_in_another_folder(tmp_path: Path) -> None:
    allowed = (tmp_path / "out",)
    source = f"file://{tmp_path}/..%2Fevil.json"
    write_results(f"file://{tmp_path}/out/", source, b"found", allowed, NO_S3)
    assert [path.name for path in tmp_path.rglob("*.out")] == ["evil.json.out"]
    assert (tmp_path / "out" / "evil.json.out").exists()


def test_a_result_goes_to_s3_under_the_folders_key(
    empty_s3: S3Settings, s3_client: "S3Client"
) -> None:
    s3_client.create_bucket(Bucket="results")
    write_results("s3://results/segments", "s3://in/a.json", b"found", (), empty_s3)
    written = s3_client.get_object(Bucket="results", Key="segments/a.json.out")["Body"].read()
    assert written == b"found"
    with pytest.raises(DataError, match="NoSuchBucket"):
        write_results("s3://nothing/", "s3://in/a.json", b"found", (), empty_s3)
