"""Streamed items, users and actions, events of actions, and access keys."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_entities()
    _create_action_interactions()
    _create_access_keys()


def _create_entities() -> None:
    op.create_table(
        "entities",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("dataset", sa.BigInteger, nullable=False),
        sa.Column("entity_id", sa.String, nullable=False),
        sa.Column("properties", sa.String, nullable=False),
        sa.Column("put_at", sa.Float, nullable=False),
        sa.UniqueConstraint("dataset", "entity_id", name="entities_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("entities_by_change", "entities", ["dataset", "id"])


def _create_action_interactions() -> None:
    op.create_table(
        "action_interactions",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("dataset", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.String),
        sa.Column("session_id", sa.String, nullable=False),
        sa.Column("event_id", sa.String),
        sa.Column("event_type", sa.String, nullable=False),
        sa.Column("action_id", sa.String, nullable=False),
        sa.Column("sent_at", sa.Float, nullable=False),
        sa.Column("recommendation_id", sa.String),
        sa.Column("impression", sa.String),
        sa.Column("properties", sa.String),
        sa.UniqueConstraint("dataset", "event_id", name="action_interactions_once"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "action_interactions_by_user",
        "action_interactions",
        ["dataset", "user_id", "id"],
        sqlite_where=sa.text("user_id IS NOT NULL"),
        postgresql_where=sa.text("user_id IS NOT NULL"),
    )
    op.create_index(
        "action_interactions_by_session", "action_interactions", ["dataset", "session_id", "id"]
    )


def _create_access_keys() -> None:
    op.create_table(
        "access_keys",
        sa.Column("access_key_id", sa.String, primary_key=True),
        sa.Column("secret", sa.String, nullable=False),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("note", sa.String, nullable=False, server_default=""),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("revoked_at", sa.Float),
    )
