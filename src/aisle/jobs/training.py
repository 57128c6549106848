"""Solution versions and recommenders: from a group's interactions to a model that answers."""

import os
import platform
import time
from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from aisle.data.frames import (
    Selection,
    load_action_interactions,
    load_catalogue,
    load_interactions,
)
from aisle.evaluation.metrics import EVENT_WEIGHTS, UNWEIGHED
from aisle.jobs.activating import activated
from aisle.jobs.deploying import deploy_latest, latest_active
from aisle.jobs.job import Job, Outcome
from aisle.jobs.task import Task, task_of_recommender, task_of_version
from aisle.recipes.base import Config, Progress, Recipe, TrainingData
from aisle.recipes.deployable import Manifest, load_deployable, save_deployable
from aisle.recipes.objective import WeighedModel
from aisle.recipes.registry import by_arn
from aisle.recipes.search import Found, search
from aisle.recipes.training import Start, train
from aisle.records import Recommender, RecommenderUpdate, Solution, SolutionVersion
from aisle.storage.resources import Resources

_SEED = 0


class Trained(msgspec.Struct, frozen=True):
    """Where the model lies, and what is told about it."""

    artefact: str
    recipe_arn: str
    metrics: dict[str, float]
    hours: float
    settings: dict[str, str]
    searched: dict[str, str] | None


class _Read(msgspec.Struct, frozen=True):
    """A group's data as they stood at one moment."""

    data: TrainingData
    dataset: int
    """Row number of the dataset of events."""
    newest_event_id: int
    selection: Selection


def run_solution_version(job: Job) -> Outcome:
    """Train a solution version as its solution says.

    In the mode UPDATE it takes the settings of the newest ACTIVE version as they are.
    """
    with job.state.read() as transaction:
        record = transaction.resources.require(SolutionVersion, job.claim.arn)
        latest = latest_active(transaction.resources, record.solution_arn)
    task = task_of_version(record, latest)
    trained = _train(job, task, f"models/{job.claim.seq}/{job.claim.attempt}")

    def finish(resources: Resources) -> None:
        current = resources.require(SolutionVersion, job.claim.arn)
        done = replace(
            activated(current),
            recipe_arn=trained.recipe_arn,
            artefact=trained.artefact,
            metrics=trained.metrics,
            training_hours=trained.hours,
            settings=trained.settings,
            searched=trained.searched if current.perform_hpo else None,
        )
        resources.put(done)
        if current.perform_auto_ml:
            solution = resources.require(Solution, current.solution_arn)
            resources.put(replace(solution, best_recipe_arn=trained.recipe_arn))
        deploy_latest(resources, current.solution_arn)

    return finish


def run_recommender(job: Job) -> Outcome:
    """Train a domain recommender and put it to work."""
    with job.state.read() as transaction:
        record = transaction.resources.require(Recommender, job.claim.arn)
    task = task_of_recommender(record, record.recommender_config)
    trained = _train(job, task, f"models/{job.claim.seq}/{job.claim.attempt}")

    def finish(resources: Resources) -> None:
        current = resources.require(Recommender, job.claim.arn)
        done = replace(activated(current), artefact=trained.artefact, model_metrics=trained.metrics)
        resources.put(done)

    return finish


def run_recommender_update(job: Job) -> Outcome:
    """Let a recommender answer as its update says, after a training where that needs one."""
    started = time.time()
    with job.state.read() as transaction:
        update = transaction.resources.require(RecommenderUpdate, job.claim.arn)
        record = transaction.resources.require(Recommender, update.parent_arn or "")
        seq = transaction.resources.seq(record.arn)
    trained = None
    if update.retrains:
        for retired in record.retired:
            job.state.objects.delete(retired)
        key = f"models/{seq}/{job.claim.seq}-{job.claim.attempt}"
        trained = _train(job, task_of_recommender(record, update.recommender_config), key)

    def finish(resources: Resources) -> None:
        current = resources.require(Recommender, record.arn)
        changed = current
        if not update.automatic:
            changed = replace(activated(current), recommender_config=update.recommender_config)
        if trained is not None:
            changed = replace(
                changed,
                artefact=trained.artefact,
                model_metrics=trained.metrics,
                retired=(current.artefact,) if current.artefact else (),
                trained_at=started,
            )
        resources.put(changed)
        resources.put(activated(resources.require(RecommenderUpdate, update.arn)))

    return finish


def _train(job: Job, task: Task, key: str) -> Trained:
    """Read, choose what is left to choose, learn, and keep the model under an object key."""
    started = time.time()
    job.progress(0.0, "reading interactions")
    read: dict[str, _Read] = {}
    progress: Progress = job.progress
    found: Found | None = None
    recipe_arn = task.recipes[0]
    if task.search is not None:
        recipe_arn, found = _chosen(job, task, read)
        progress = _second_half(job.progress)
    recipe = by_arn(recipe_arn)
    group = _read(job, task, recipe, read)
    config = _config(job, recipe, task, found.chosen if found else {})
    trained = train(
        recipe,
        group.data,
        config,
        progress,
        task.selection.event_type,
        _start(job, task, recipe),
        task.objective,
    )
    metrics = dict(trained.metrics)
    if task.selection.rules:
        metrics.setdefault(EVENT_WEIGHTS, metrics[UNWEIGHED])
    seconds = time.time() - started
    manifest = Manifest(
        recipe=recipe.name,
        model=recipe.model_name,
        dataset=group.dataset,
        newest_event_id=group.newest_event_id,
        selection=group.selection,
        hyperparameters=dict(trained.config.hyperparameters),
        metrics=metrics,
        seed=config.seed,
        trained_at=time.time(),
        seconds=seconds,
        machine=f"{platform.machine()}, {os.cpu_count()} cores, {platform.platform()}",
    )
    with job.state.objects.staging() as staging:
        save_deployable(staging, manifest, trained.model, group.data.interactions)
        job.publish(staging, key)
    return Trained(
        artefact=key,
        recipe_arn=recipe_arn,
        metrics=metrics,
        hours=seconds / 3600,
        settings=dict(trained.config.hyperparameters),
        searched=_searched(trained.config, found),
    )


def _chosen(job: Job, task: Task, read: dict[str, _Read]) -> tuple[str, Found]:
    """The recipe whose best training is best, and that training's hyperparameters."""
    if task.search is None:
        raise ValueError("There is nothing to choose.")
    results: list[tuple[str, Found]] = []
    for number, arn in enumerate(task.recipes):
        recipe = by_arn(arn)
        group = _read(job, task, recipe, read)
        found = search(
            recipe,
            group.data,
            _config(job, recipe, task, {}),
            task.search,
            _stretch(job.progress, number / len(task.recipes) / 2, 0.5 / len(task.recipes)),
            task.selection.event_type,
        )
        results.append((arn, found))
    sign = -1 if task.search.minimise else 1
    return max(results, key=lambda result: sign * result[1].value)


def _read(job: Job, task: Task, recipe: Recipe, read: dict[str, _Read]) -> _Read:
    """What a recipe learns from, read once."""
    if recipe.learns_from not in read:
        columns = task.columns
        users = columns.of_rows("USERS", load_catalogue(job.state, task.group_arn, "USERS"))
        if recipe.learns_from == "ACTION_INTERACTIONS":
            group = load_action_interactions(job.state, task.group_arn)
            selection, events = task.selection, group.interactions
            items = load_catalogue(job.state, task.group_arn, "ACTIONS")
        else:
            group = load_interactions(job.state, task.group_arn, task.selection)
            by_type = bool(recipe.event_type or task.selection.event_type)
            selection = group.selection
            events = columns.of_events(group.interactions, by_type=by_type)
            items = columns.of_rows("ITEMS", load_catalogue(job.state, task.group_arn, "ITEMS"))
        data = TrainingData(events, items, users)
        read[recipe.learns_from] = _Read(data, group.dataset, group.newest_event_id, selection)
    return read[recipe.learns_from]


def _start(job: Job, task: Task, recipe: Recipe) -> Start | None:
    """The model that the mode UPDATE goes on from."""
    if task.start is None:
        return None
    deployed = load_deployable(job.state.objects.local(task.start))
    if deployed.recipe.model_type is not recipe.model_type:
        return None
    plain = deployed.model.plain if isinstance(deployed.model, WeighedModel) else deployed.model
    return Start(plain, int(deployed.histories.timestamp.max(initial=0)))


def _config(job: Job, recipe: Recipe, task: Task, chosen: Mapping[str, str]) -> Config:
    known = {one.name for one in recipe.declared}
    given = {name: text for name, text in task.hyperparameters.items() if name in known}
    return Config(
        hyperparameters={**recipe.defaults, **given, **chosen},
        seed=_SEED,
        features=task.features,
        most_positions=job.state.settings.transformer_positions,
    )


def _searched(config: Config, found: Found | None) -> dict[str, str] | None:
    """What the search chose, and what the last tuning made of it."""
    if found is None:
        return None
    return {name: config.hyperparameters[name] for name in found.chosen}


def _second_half(progress: Progress) -> Progress:
    return _stretch(progress, 0.5, 0.5)


def _stretch(progress: Progress, start: float, length: float) -> Progress:
    return lambda share, words: progress(start + share * length, words)
