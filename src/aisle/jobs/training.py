"""Solution versions and recommenders: from a group's interactions to a model that answers."""

import os
import platform
import time
from typing import Any

import msgspec
from msgspec.structs import replace

from aisle.data.frames import Selection, load_interactions
from aisle.jobs.job import Job, Outcome
from aisle.recipes.base import Config
from aisle.recipes.deployable import Manifest, save_deployable
from aisle.recipes.registry import by_arn
from aisle.recipes.training import train
from aisle.records import Recommender, SolutionVersion, Status
from aisle.storage.resources import Resources


class Trained(msgspec.Struct, frozen=True):
    """Where the model lies, and what is told about it."""

    artefact: str
    metrics: dict[str, float]
    hours: float


def run_solution_version(job: Job) -> Outcome:
    """Train a solution version as its solution says."""
    with job.state.read() as transaction:
        record = transaction.resources.require(SolutionVersion, job.claim.arn)
    threshold = record.solution_config.get("eventValueThreshold")
    selection = Selection(
        event_type=record.event_type,
        event_value_threshold=None if threshold is None else float(threshold),
    )
    trained = _train(
        job,
        record.dataset_group_arn,
        record.recipe_arn,
        selection,
        record.solution_config.get("algorithmHyperParameters", {}),
    )

    def finish(resources: Resources) -> None:
        done = replace(
            record,
            status=Status.ACTIVE,
            artefact=trained.artefact,
            metrics=trained.metrics,
            training_hours=trained.hours,
            last_updated_date_time=time.time(),
        )
        resources.put(done)

    return finish


def run_recommender(job: Job) -> Outcome:
    """Train a domain recommender and put it to work."""
    with job.state.read() as transaction:
        record = transaction.resources.require(Recommender, job.claim.arn)
    trained = _train(job, record.dataset_group_arn, record.recipe_arn, Selection(), {})

    def finish(resources: Resources) -> None:
        done = replace(
            record,
            status=Status.ACTIVE,
            artefact=trained.artefact,
            model_metrics=trained.metrics,
            last_updated_date_time=time.time(),
        )
        resources.put(done)

    return finish


def _train(
    job: Job, group_arn: str, recipe_arn: str, selection: Selection, hyperparameters: Any
) -> Trained:
    started = time.time()
    recipe = by_arn(recipe_arn)
    job.progress(0.0, "reading interactions")
    group = load_interactions(job.state, group_arn, selection)
    config = Config(hyperparameters={**recipe.defaults, **hyperparameters}, seed=0)
    trained = train(recipe, group.interactions, config, job.progress, selection.event_type)
    seconds = time.time() - started
    manifest = Manifest(
        recipe=recipe.name,
        model=recipe.model_name,
        dataset=group.dataset,
        newest_event_id=group.newest_event_id,
        selection=selection,
        hyperparameters=dict(trained.config.hyperparameters),
        metrics=dict(trained.metrics),
        seed=config.seed,
        trained_at=time.time(),
        seconds=seconds,
        machine=f"{platform.machine()}, {os.cpu_count()} cores, {platform.platform()}",
    )
    key = f"models/{job.claim.seq}/{job.claim.attempt}"
    with job.state.objects.staging() as staging:
        save_deployable(staging, manifest, trained.model, group.interactions)
        job.state.objects.publish(staging, key)
    return Trained(key, dict(trained.metrics), seconds / 3600)
