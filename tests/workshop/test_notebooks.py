"""The guided notebooks: each runs from the top to the end with nothing else there."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[2] / "docs" / "workshop"
FACTS: Mapping[str, str] = {
    "1-first-campaign": "ndcg['for you'] > 2 * ndcg['popularity'] > 0",
    "2-real-time-feedback": "len(before & set(lists['after three views'])) < 10",
    "3-more-campaigns": "sum(places['ranked']) < sum(places['as given'])",
    "4-improving-relevance": (
        "own['plain'] > 2 * own['popularity'] > 0"
        " and share_of_new('plain') < share_of_new('explore-1')"
    ),
}
"""What each shows, in the words of its own names."""
NOTEBOOKS = sorted(path.stem for path in FOLDER.glob("*.ipynb"))


def read(name: str) -> Any:
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)  # type: ignore[no-untyped-call] # it has no types


def test_each_notebook_is_run_here() -> None:
    assert sorted(FACTS) == NOTEBOOKS


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_is_valid_and_is_kept_without_outputs(name: str) -> None:
    notebook = read(name)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.outputs for cell in code] == [[]] * len(code)
    assert {cell.execution_count for cell in code} == {None}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_begins_with_its_title_and_says_how_long_it_takes(name: str) -> None:
    first = read(name).cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith(f"# {name[0]}. ")
    assert "minute" in first.source


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_runs_to_its_end_and_shows_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for variable in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "TMPDIR"):
        monkeypatch.setenv(variable, str(tmp_path))
    notebook = read(name)
    notebook.cells.append(nbformat.v4.new_code_cell(f"assert {FACTS[name]}"))  # type: ignore[no-untyped-call] # it has no types
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": os.fspath(FOLDER)}},
    )
    client.execute()
    left = [path.name for path in tmp_path.glob("aisle-workshop-*")]
    assert not left, "the last cell takes the store away"
