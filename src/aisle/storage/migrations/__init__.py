"""Alembic's scripts, and the one call that brings a database up to date."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from aisle.storage.database import Database, Lock


def migrate(database: Database) -> None:
    """Bring the tables to this version's form; safe to call from several processes at once."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    with database.write_alone(Lock.RESOURCES) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
