"""Resources and streamed events."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_resources()
    _create_events()
    _create_sessions()


def _create_resources() -> None:
    op.create_table(
        "resources",
        sa.Column("seq", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("arn", sa.String, nullable=False, unique=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("region", sa.String, nullable=False),
        sa.Column("parent_arn", sa.String),
        sa.Column("lookup_key", sa.String),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
        sa.Column("lease_owner", sa.String),
        sa.Column("lease_until", sa.Float, nullable=False, server_default="0"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("progress", sa.Float, nullable=False, server_default="0"),
        sa.Column("progress_note", sa.String, nullable=False, server_default=""),
        sqlite_autoincrement=True,
    )
    op.create_index("resources_by_scope", "resources", ["account", "region", "kind", "seq"])
    op.create_index("resources_by_parent", "resources", ["parent_arn", "kind", "seq"])
    op.create_index("resources_by_lookup_key", "resources", ["lookup_key"])
    op.create_index("resources_by_status", "resources", ["status", "seq"])


def _create_events() -> None:
    op.create_table(
        "events",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("dataset", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.String),
        sa.Column("session_id", sa.String, nullable=False),
        sa.Column("event_id", sa.String),
        sa.Column("event_type", sa.String, nullable=False),
        sa.Column("item_id", sa.String),
        sa.Column("event_value", sa.Float),
        sa.Column("sent_at", sa.Float, nullable=False),
        sa.Column("recommendation_id", sa.String),
        sa.Column("attribution_source", sa.String),
        sa.Column("impression", sa.String),
        sa.Column("properties", sa.String),
        sa.UniqueConstraint("dataset", "event_id", name="events_once"),
        sqlite_autoincrement=True,
    )
    named = sa.text("user_id IS NOT NULL")
    op.create_index(
        "events_by_user",
        "events",
        ["dataset", "user_id", "id"],
        sqlite_where=named,
        postgresql_where=named,
    )
    op.create_index("events_by_session", "events", ["dataset", "session_id", "id"])


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("dataset", sa.BigInteger, primary_key=True),
        sa.Column("session_id", sa.String, primary_key=True),
        sa.Column("user_id", sa.String, nullable=False),
        sa.Column("named_by", sa.BigInteger, nullable=False),
    )
    op.create_index("sessions_by_user", "sessions", ["dataset", "user_id", "named_by"])
