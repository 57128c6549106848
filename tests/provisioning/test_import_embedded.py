"""`aisle import` with an engine of its own, as its own process."""

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from aisle.provisioning import held
from prepared import write_prepared
from running import Server, StartServer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_prepared(tmp_path / "films")


def start(folder: Path, data_dir: Path) -> subprocess.Popen[str]:
    recipe = ("--recipe", "aws-popularity-count")
    return subprocess.Popen(
        [sys.executable, "-m", "aisle", "import", folder, "--data-dir", data_dir, *recipe],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: subprocess.Popen[str]) -> tuple[str, str]:
    stdout, stderr = process.communicate(timeout=120)
    assert process.returncode == 0, stderr
    return stdout, stderr


@pytest.mark.slow
def test_ctrl_c_leaves_no_process_and_the_next_run_goes_on(
    folder: Path, tmp_path: Path, start_server: StartServer
) -> None:
    process = start(folder, tmp_path / "data")
    assert process.stderr is not None
    while "importing items" not in process.stderr.readline():
        assert process.poll() is None
    children = psutil.Process(process.pid).children(recursive=True)
    assert children
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "The same command goes on from here." in said
    assert not any(child.is_running() for child in children)
    stdout, steps = finished(start(folder, tmp_path / "data"))
    assert "importing interactions: there already" in steps
    assert "training popularity-count: ready" in steps
    _check_that_it_is_served(start_server(tmp_path / "data", allowed=folder), stdout)


def _check_that_it_is_served(server: Server, stdout: str) -> None:
    assert f"aisle serve --data-dir {server.data_dir}" in stdout
    runtime = server.client("personalize-runtime", "us-east-1")
    arn = next(word for word in stdout.split() if ":campaign/" in word)
    assert runtime.get_recommendations(campaignArn=arn, userId="user-0001")["itemList"]
    assert server.stop() == 0


def test_a_second_import_into_one_directory_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with held(tmp_path / "data"):
        process = start(folder, tmp_path / "data")
        _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert f"Another import works on {tmp_path / 'data'}" in " ".join(said.split())
    assert not (tmp_path / "data" / "aisle.db").exists()


@pytest.mark.slow
def test_a_directory_that_is_being_served_is_refused(
    folder: Path, tmp_path: Path, start_server: StartServer
) -> None:
    start_server(tmp_path / "data", allowed=tmp_path)
    process = start(folder, tmp_path / "data")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert f"Another process works on {tmp_path / 'data'}" in " ".join(said.split())
    assert "--endpoint" in said
