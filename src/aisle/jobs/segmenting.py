"""Batch segment jobs: a line of JSON in, a line with a segment of users out."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.catalogue import Catalogue
from aisle.data.faults import DataError
from aisle.data.frames import load_catalogue
from aisle.data.results import write_results
from aisle.data.schema import DatasetSchema, parse_schema
from aisle.data.sources import S3Settings, open_source
from aisle.filters.checking import check_filter, dataset_of
from aisle.filters.expression import Filter
from aisle.filters.masks import Masks, Request
from aisle.filters.parsing import parse_filter
from aisle.jobs.activating import activated
from aisle.jobs.importing import s3_settings
from aisle.jobs.job import Job, Outcome
from aisle.recipes.deployable import Deployable, load_deployable
from aisle.recipes.segments import Asked, segments_of
from aisle.records import BatchSegmentJob, Dataset, Schema, SolutionVersion
from aisle.records.arn import scope_of
from aisle.records.dataset import dataset_arn
from aisle.records.errors import InvalidInputException
from aisle.storage.resources import Resources

_BY_ATTRIBUTES = "aws-item-attribute-affinity"
_USUAL_RESULTS = 25
_MOST_BYTES = 100 << 20
_QUERY = "INCLUDE ItemID WHERE "


class _Item(msgspec.Struct, frozen=True, rename="camel"):
    """A line for aws-item-affinity."""

    item_id: str


class _Attributes(msgspec.Struct, frozen=True, rename="camel"):
    """A line for aws-item-attribute-affinity: `ITEMS.GENRE = "Comedy" AND ITEMS.YEAR > 1990`."""

    item_attributes: str


_Line = _Item | _Attributes


class _Items:
    """What lines name, as codes of the model's items."""

    def __init__(self, deployed: Deployable, rows: Catalogue, schema: DatasetSchema | None) -> None:
        self._codes = deployed.codes
        self._catalogue = rows
        self._schemas = {} if schema is None else {"ITEMS": schema}
        self._rows = np.array([rows.code(item_id) for item_id in deployed.ids], np.int64)
        self._masks = Masks()

    def named(self, line: _Line) -> NDArray[np.int64]:
        """Raises InvalidInputException, which is the line's error, where it cannot be answered."""
        if isinstance(line, _Item):
            code = self._codes.get(line.item_id)
            if code is None:
                raise InvalidInputException(f"No interaction has the item {line.item_id}.")
            return np.array([code], np.int64)
        request = Request(len(self._catalogue), self._catalogue, _no_events)
        mask = self._masks.allowed(self._query(line.item_attributes), request)
        known = self._rows >= 0  # others have events and no row
        return np.flatnonzero(known)[mask[self._rows[known]]]

    def _query(self, text: str) -> Filter:
        parsed = parse_filter(f"{_QUERY}{text}")
        conditions = parsed.expressions[0].conditions
        if (
            len(parsed.expressions) > 1
            or parsed.parameters
            or parsed.needs_user
            or parsed.needs_item
            or any(dataset_of(condition.field) != "ITEMS" for condition in conditions)
        ):
            raise InvalidInputException(
                'itemAttributes are conditions such as ITEMS.GENRE = "Comedy", joined by AND.'
            )
        check_filter(f"{_QUERY}{text}", parsed, self._schemas)
        return parsed


def run_batch_segment_job(job: Job) -> Outcome:
    """Find the users of each line of the input and write them to the output.

    A line that cannot be answered has an error in place of its output. Raises DataError where the
    input cannot be read or the output cannot be written, ValueError for what is not carried out.
    """
    with job.state.read() as transaction:
        record = transaction.resources.require(BatchSegmentJob, job.claim.arn)
        version = transaction.resources.require(SolutionVersion, record.solution_version_arn)
    if record.filter_arn:
        raise ValueError("This server does not carry out a batch segment job with a filter yet.")
    settings = job.state.settings
    s3 = s3_settings(settings, scope_of(record.arn).account)
    location = record.job_input["s3DataSource"]["path"]
    deployed = load_deployable(job.state.objects.local(version.artefact or ""))
    kind = _Attributes if deployed.recipe.name == _BY_ATTRIBUTES else _Item
    lines = _lines(location, settings.allow_path, s3, kind)
    most = record.num_results or _USUAL_RESULTS
    results = _answered(job, deployed, version.dataset_group_arn, lines, most)
    folder = record.job_output["s3DataDestination"]["path"]
    write_results(folder, location, results, settings.allow_path, s3)

    def finish(resources: Resources) -> None:
        resources.put(activated(resources.require(BatchSegmentJob, job.claim.arn)))

    return finish


def _lines(
    location: str, allowed: tuple[Path, ...], s3: S3Settings, kind: type[_Line]
) -> Sequence[_Line]:
    if location.endswith("/"):
        raise DataError(f"{location} is a folder; this server reads one file of lines a job.")
    file = open_source(location, allowed, s3).files[0]
    if file.size > _MOST_BYTES:
        raise DataError(f"{location} has {file.size:,} bytes; at most {_MOST_BYTES:,} are read.")
    found = []
    for number, text in enumerate(b"".join(file.read()).split(b"\n"), start=1):
        if text.strip():
            try:
                found.append(msgspec.json.decode(text, type=kind))
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise DataError(f"{location}, line {number}: {error}") from error
    return found


def _answered(
    job: Job, deployed: Deployable, group_arn: str, lines: Sequence[_Line], most: int
) -> bytes:
    """The lines of the output, in the order of the input."""
    items = _Items(deployed, load_catalogue(job.state, group_arn, "ITEMS"), _schema(job, group_arn))
    sets: list[NDArray[np.int64]] = []
    errors: list[str | None] = []
    for line in lines:
        try:
            sets.append(items.named(line))
            errors.append(None)
        except InvalidInputException as error:
            sets.append(np.empty(0, np.int64))
            errors.append(str(error))
    users = load_catalogue(job.state, group_arn, "USERS")
    segments = segments_of(deployed, users, Asked(sets, most, time.time()), job.progress)
    answers = zip(lines, segments, errors, strict=True)
    return msgspec.json.Encoder().encode_lines([_answer(*each) for each in answers])


def _answer(line: _Line, users: Sequence[str], error: str | None) -> Mapping[str, object]:
    """As the service writes it, which says an item as `input` and attributes beside the output:
    https://docs.aws.amazon.com/personalize/latest/dg/batch-segment-job-output-examples.html.
    """
    asked = msgspec.to_builtins(line)
    said = {"input": asked} if isinstance(line, _Item) else asked
    if error is not None:
        return {**said, "output": None, "error": error}
    return {**said, "output": {"recommendedUsers": users}}


def _schema(job: Job, group_arn: str) -> DatasetSchema | None:
    """That of the Items dataset; None where the group has none."""
    with job.state.read() as transaction:
        found = transaction.resources.row(Dataset, dataset_arn(group_arn, "ITEMS"))
        if found is None:
            return None
        record = transaction.resources.require(Schema, found[1].schema_arn)
    return parse_schema(record.schema, record.domain)


def _no_events(_types: frozenset[str] | None) -> NDArray[np.int64]:
    return np.empty(0, np.int64)
