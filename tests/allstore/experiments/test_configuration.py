import json
from pathlib import Path
from typing import Any

import pytest

from allstore.experiments.configuration import ConfigurationError, Kind, read_experiments

KNOWN = {"home": ("for-you", "trending")}
FIRST = {"name": "taste", "recommender": "for-you"}
SECOND = {"name": "crowd", "recommender": "trending", "share": 3}
GOOD: dict[str, Any] = {
    "name": "home-taste",
    "feature": "home",
    "kind": "ab",
    "variations": [FIRST, SECOND],
}


def write(folder: Path, *experiments: object) -> Path:
    (folder / "experiments.json").write_text(json.dumps({"experiments": experiments}))
    return folder


def test_without_a_file_nothing_runs(tmp_path: Path) -> None:
    assert read_experiments(tmp_path, KNOWN) == ()


def test_an_experiment_is_read_with_what_it_leaves_open(tmp_path: Path) -> None:
    [found] = read_experiments(write(tmp_path, GOOD), KNOWN)
    assert (found.kind, found.metric, found.unit, found.traffic) == (Kind.AB, "click", "visit", 1)
    assert found.shares == (0.25, 0.75)
    assert found.control.name == "taste"


def test_a_recommender_may_be_an_arn(tmp_path: Path) -> None:
    arn = "arn:aws:personalize:us-east-1:123456789012:campaign/other"
    variations = [FIRST, {"name": "other", "recommender": arn}]
    [found] = read_experiments(write(tmp_path, GOOD | {"variations": variations}), KNOWN)
    assert found.variations[1].recommender == arn


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": "Home!"}, r"experiments\[0\].name must be 1 to 63 .* not 'Home!'"),
        ({"feature": "cellar"}, r"experiments\[0\].feature must be one of home, not 'cellar'"),
        ({"kind": "guess"}, r"Invalid enum value 'guess' .*kind"),
        ({"traffic": 1.5}, r"traffic must be above 0 and at most 1, not 1.5"),
        ({"window_minutes": 0}, r"window_minutes must be above 0 and at most 43200, not 0"),
        ({"variations": [FIRST]}, r"variations must be two or more, not 1"),
        ({"variations": [FIRST, FIRST]}, r"variations: name must not be there twice: 'taste'"),
        (
            {"kind": "interleaving", "variations": [FIRST, SECOND, FIRST | {"name": "third"}]},
            r"variations must be two to be interleaved, not 3",
        ),
        (
            {"variations": [FIRST, SECOND | {"share": 0}]},
            r"variations\[1\].share must be above 0, not 0",
        ),
        (
            {"variations": [FIRST, SECOND | {"recommender": "luck"}]},
            r"variations\[1\].recommender must be one of for-you, trending or an ARN, not 'luck'",
        ),
        ({"metric": "sigh"}, r"Invalid enum value 'sigh' .*metric"),
        ({"colour": "red"}, r"unknown field `colour`"),
    ],
)
def test_what_cannot_run_is_refused_by_field_rule_and_value(
    tmp_path: Path, wrong: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        read_experiments(write(tmp_path, GOOD | wrong), KNOWN)


def test_one_experiment_runs_on_a_list_at_a_time(tmp_path: Path) -> None:
    other = GOOD | {"name": "again"}
    with pytest.raises(ConfigurationError, match=r"running experiments .* twice: 'home'"):
        read_experiments(write(tmp_path, GOOD, other), KNOWN)
    assert len(read_experiments(write(tmp_path, GOOD, other | {"running": False}), KNOWN)) == 2


def test_names_are_taken_once_for_they_name_what_was_counted(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="name must not be there twice: 'home-taste'"):
        read_experiments(write(tmp_path, GOOD, GOOD | {"running": False}), KNOWN)


def test_what_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "experiments.json").write_text("{")
    with pytest.raises(ConfigurationError, match=r"experiments.json: "):
        read_experiments(tmp_path, KNOWN)
