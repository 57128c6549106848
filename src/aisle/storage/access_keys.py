"""Access keys in the database: who may call, and in which account."""

import secrets
import time
from base64 import b32encode, b64encode

import msgspec
from sqlalchemy import Row, and_, bindparam, insert, literal, select, update

from aisle.storage.database import Database
from aisle.storage.question import Question
from aisle.storage.tables import access_keys

_ID_BYTES = 10
_SECRET_BYTES = 30

_ANY = select(literal(1)).select_from(access_keys).limit(1)
_NEEDED = select(_ANY.scalar_subquery().label("needed")).subquery()
_IS_WANTED = and_(
    access_keys.c.access_key_id == bindparam("wanted"), access_keys.c.revoked_at.is_(None)
)
_VALID = Question(
    select(_NEEDED.c.needed, access_keys).select_from(_NEEDED.outerjoin(access_keys, _IS_WANTED))
)


class AccessKey(msgspec.Struct, frozen=True):
    """A key of one account; times are epoch seconds."""

    access_key_id: str
    secret: str
    account: str
    note: str
    created_at: float
    revoked_at: float | None = None


class AccessKeys:
    """The keys of one installation.

    Each question is one of the database at that moment: a key that is revoked is of no use at the
    next request, in every process.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def exist(self) -> bool:
        """Whether a key was ever made, be it revoked: from then on, callers need one."""
        with self._database.read() as connection:
            return connection.execute(_ANY).first() is not None

    def look_up(self, access_key_id: str) -> tuple[bool, AccessKey | None]:
        """Whether callers need a key, and the key of that id, unless it is revoked."""
        needed, *key = _VALID.alone(self._database.engine, {"wanted": access_key_id})
        return needed is not None, None if key[0] is None else AccessKey(*key)

    def all(self) -> list[AccessKey]:
        """Every key, the oldest first, revoked ones too."""
        order = (access_keys.c.created_at, access_keys.c.access_key_id)
        with self._database.read() as connection:
            rows = connection.execute(select(access_keys).order_by(*order)).all()
        return [_key(row) for row in rows]

    def create(self, account: str, note: str = "") -> AccessKey:
        """A new key in Amazon's form: an id of 20 characters and a secret of 40."""
        key = AccessKey(
            access_key_id=f"AKIA{b32encode(secrets.token_bytes(_ID_BYTES)).decode()}",
            secret=b64encode(secrets.token_bytes(_SECRET_BYTES)).decode(),
            account=account,
            note=note,
            created_at=time.time(),
        )
        with self._database.write() as connection:
            connection.execute(insert(access_keys).values(msgspec.structs.asdict(key)))
        return key

    def revoke(self, access_key_id: str) -> AccessKey | None:
        """The key, of no use from now on; None where there is none. Its first revocation counts."""
        mine = access_keys.c.access_key_id == access_key_id
        change = update(access_keys).where(mine, access_keys.c.revoked_at.is_(None))
        with self._database.write() as connection:
            connection.execute(change.values(revoked_at=time.time()))
            row = connection.execute(select(access_keys).where(mine)).first()
        return None if row is None else _key(row)


def _key(row: Row[*tuple[object, ...]]) -> AccessKey:
    return AccessKey(**row._asdict())
