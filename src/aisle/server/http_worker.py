"""One HTTP worker: `python -m aisle.server.http_worker FD`, FD a listening socket it inherits."""

import os
import socket
import sys

import uvicorn
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp

from aisle.data.state import State
from aisle.filters.masks import Masks
from aisle.jobs.lifeline import hold
from aisle.log import configure_logging
from aisle.records import Scope
from aisle.serving.answer_space import AnswerSpaceCache
from aisle.serving.call import Call
from aisle.serving.catalogues import CatalogueCache
from aisle.serving.following import FollowedModels
from aisle.serving.interacted import ImportedCache
from aisle.serving.models import ModelCache
from aisle.settings import Settings
from aisle.storage.access_keys import AccessKeys
from aisle.storage.job_keys import JobKeys
from aisle.wire.app import create_app
from aisle.wire.authentication import Entrance
from aisle.wire.registry import FUNCTIONS
from aisle.wire.throttling import Throttle

_SECONDS_TO_FINISH = 10


def main() -> None:
    """Serve until SIGTERM; requests under way are answered first."""
    hold()
    configure_logging()
    settings = Settings()
    state = State(settings)
    models, followed = ModelCache(state.objects), FollowedModels(state)
    catalogues, imported = CatalogueCache(state), ImportedCache(state.objects)
    masks, spaces = Masks(), AnswerSpaceCache()

    def call_for(scope: Scope) -> Call:
        return Call(scope, state, models, followed, catalogues, imported, masks, spaces)

    keys = AccessKeys(state.database)
    app = create_app(
        FUNCTIONS,
        call_for,
        ready=lambda: _answers(state),
        account=settings.account,
        loopback_only=not settings.allow_anyone,
        keys=keys,
        throttle=Throttle(settings.workers) if settings.strict_quotas else None,
    )
    if settings.local_aws:
        app = _with_local_aws(app, settings, keys)
    config = uvicorn.Config(
        app,
        http="httptools",
        loop="uvloop" if os.name == "posix" else "asyncio",
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
    )
    try:
        uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(sys.argv[1]))])
    finally:
        state.close()


def _with_local_aws(app: ASGIApp, settings: Settings, keys: AccessKeys) -> ASGIApp:
    from aisle.local_aws.app import LocalAws  # noqa: PLC0415 an extra's

    own = JobKeys(keys, settings.local_aws_secret)
    return LocalAws(app, Entrance(settings.account, own, loopback_only=not settings.allow_anyone))


def _answers(state: State) -> bool:
    """Whether the database does."""
    try:
        with state.read() as transaction:
            transaction.resources.seq("")
    except SQLAlchemyError:
        return False
    return True


if __name__ == "__main__":
    main()
