"""One HTTP worker: `python -m aisle.server.http_worker FD`, FD a listening socket it inherits."""

import os
import socket
import sys

import uvicorn
from sqlalchemy.exc import SQLAlchemyError

from aisle.data.state import State
from aisle.filters.masks import Masks
from aisle.jobs.lifeline import hold
from aisle.log import configure_logging
from aisle.records import Scope
from aisle.serving.answer_space import AnswerSpaceCache
from aisle.serving.call import Call
from aisle.serving.catalogues import CatalogueCache
from aisle.serving.interacted import ImportedCache
from aisle.serving.models import ModelCache
from aisle.settings import Settings
from aisle.storage.access_keys import AccessKeys
from aisle.wire.app import create_app
from aisle.wire.registry import FUNCTIONS
from aisle.wire.throttling import Throttle

_SECONDS_TO_FINISH = 10


def main() -> None:
    """Serve until SIGTERM; requests under way are answered first."""
    hold()
    configure_logging()
    settings = Settings()
    state = State(settings)
    models = ModelCache(state.objects)
    catalogues, imported = CatalogueCache(state), ImportedCache(state.objects)
    masks, spaces = Masks(), AnswerSpaceCache()

    def call_for(scope: Scope) -> Call:
        return Call(scope, state, models, catalogues, imported, masks, spaces)

    app = create_app(
        FUNCTIONS,
        call_for,
        ready=lambda: _answers(state),
        account=settings.account,
        loopback_only=not settings.allow_anyone,
        keys=AccessKeys(state.database),
        throttle=Throttle(settings.workers) if settings.strict_quotas else None,
    )
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
