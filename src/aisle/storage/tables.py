"""The tables; `migrations` creates and changes them."""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

metadata = MetaData()

_SERIAL = BigInteger().with_variant(Integer, "sqlite")

resources = Table(
    "resources",
    metadata,
    Column("seq", _SERIAL, primary_key=True, autoincrement=True),
    Column("arn", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("account", String, nullable=False),
    Column("region", String, nullable=False),
    Column("parent_arn", String),
    Column("lookup_key", String),
    Column("status", String, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("lease_owner", String),
    Column("lease_until", Float, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("progress", Float, nullable=False, server_default="0"),
    Column("progress_note", String, nullable=False, server_default=""),
    Index("resources_by_scope", "account", "region", "kind", "seq"),
    Index("resources_by_parent", "parent_arn", "kind", "seq"),
    Index("resources_by_lookup_key", "lookup_key"),
    Index("resources_by_status", "status", "seq"),
    sqlite_autoincrement=True,
)
"""One row a resource of any kind. The row is the queue: a status that asks for work is the work."""

events = Table(
    "events",
    metadata,
    Column("id", _SERIAL, primary_key=True, autoincrement=True),
    Column("dataset", BigInteger, nullable=False),
    Column("user_id", String),
    Column("session_id", String, nullable=False),
    Column("event_id", String),
    Column("event_type", String, nullable=False),
    Column("item_id", String),
    Column("event_value", Float),
    Column("sent_at", Float, nullable=False),
    Column("recommendation_id", String),
    Column("attribution_source", String),
    Column("impression", String),
    Column("properties", String),
    Index(
        "events_by_user",
        "dataset",
        "user_id",
        "id",
        # Else anonymous events would be looked for here, under NULL, and not by their session.
        sqlite_where=text("user_id IS NOT NULL"),
        postgresql_where=text("user_id IS NOT NULL"),
    ),
    Index("events_by_session", "dataset", "session_id", "id"),
    UniqueConstraint("dataset", "event_id", name="events_once"),
    sqlite_autoincrement=True,
)
"""Streamed events in the order they were acknowledged; `dataset` is a dataset row's `seq`."""

sessions = Table(
    "sessions",
    metadata,
    Column("dataset", BigInteger, primary_key=True),
    Column("session_id", String, primary_key=True),
    Column("user_id", String, nullable=False),
    Column("named_by", BigInteger, nullable=False),
    Index("sessions_by_user", "dataset", "user_id", "named_by"),
)
"""Whose session: the first user that an event of it names; `named_by` is about that event's id.

The anonymous events of a session are that user's, in training and in serving alike.
"""

entities = Table(
    "entities",
    metadata,
    Column("id", _SERIAL, primary_key=True, autoincrement=True),
    Column("dataset", BigInteger, nullable=False),
    Column("entity_id", String, nullable=False),
    Column("properties", String, nullable=False),
    Column("put_at", Float, nullable=False),
    UniqueConstraint("dataset", "entity_id", name="entities_once"),
    Index("entities_by_change", "dataset", "id"),
    sqlite_autoincrement=True,
)
"""Streamed items, users and actions: the newest `properties` (JSON text) of each id.

A change of an entity gives its row a new, higher `id`, so that whoever has seen all up to one id
asks for what is above it. `dataset` is a dataset row's `seq`.
"""

action_interactions = Table(
    "action_interactions",
    metadata,
    Column("id", _SERIAL, primary_key=True, autoincrement=True),
    Column("dataset", BigInteger, nullable=False),
    Column("user_id", String),
    Column("session_id", String, nullable=False),
    Column("event_id", String),
    Column("event_type", String, nullable=False),
    Column("action_id", String, nullable=False),
    Column("sent_at", Float, nullable=False),
    Column("recommendation_id", String),
    Column("impression", String),
    Column("properties", String),
    UniqueConstraint("dataset", "event_id", name="action_interactions_once"),
    Index(
        "action_interactions_by_user",
        "dataset",
        "user_id",
        "id",
        sqlite_where=text("user_id IS NOT NULL"),
        postgresql_where=text("user_id IS NOT NULL"),
    ),
    Index("action_interactions_by_session", "dataset", "session_id", "id"),
    sqlite_autoincrement=True,
)
"""Streamed events of actions, in the order they were acknowledged."""

access_keys = Table(
    "access_keys",
    metadata,
    Column("access_key_id", String, primary_key=True),
    Column("secret", String, nullable=False),
    Column("account", String, nullable=False),
    Column("note", String, nullable=False, server_default=""),
    Column("created_at", Float, nullable=False),
    Column("revoked_at", Float),
)
"""Who may call. The secret is kept as it is: Signature Version 4 computes with it."""
