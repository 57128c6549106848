"""`aisle keys`: who may call an installation, and in which account."""

import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from sqlalchemy.exc import SQLAlchemyError

from aisle.cli.terminal import (
    DataDir,
    console,
    fail,
    require_folder,
    require_installation,
    settings_with,
)
from aisle.settings import Settings
from aisle.storage.access_keys import AccessKey, AccessKeys
from aisle.storage.database import Database
from aisle.storage.migrations import migrate

Json = Annotated[bool, typer.Option("--json", help="As JSON, for scripts.")]

_LONGEST_NOTE = 256

app = typer.Typer(
    no_args_is_help=True,
    help="Access keys. Once there is one, every request has to be signed with one.",
)


class _Shown(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A key as `--json` shows it; times are ISO 8601."""

    access_key_id: str
    account: str
    note: str
    created_at: datetime
    revoked_at: datetime | None = None
    secret_access_key: str | None = None


@app.command()
def create(
    account: Annotated[
        str | None,
        typer.Option(
            help="Account of 12 digits that the key acts in.", show_default="AISLE_ACCOUNT's"
        ),
    ] = None,
    note: Annotated[str, typer.Option(help="Whose it is, or what for.")] = "",
    data_dir: DataDir = Path("aisle-data"),
    json: Json = False,
) -> None:
    """Make a key and show it, its secret this once."""
    settings = settings_with(data_dir=data_dir)
    account = account or settings.account
    if not re.fullmatch(r"\d{12}", account, re.ASCII):
        fail(f"--account is {account!r}; it must be 12 digits.")
    if len(note) > _LONGEST_NOTE or not note.isprintable():
        fail(f"--note must be one line of at most {_LONGEST_NOTE} characters.")
    require_folder(data_dir)
    with keys_of(settings) as keys:
        first = not keys.exist()
        key = keys.create(account, note)
        _hide(settings)
    if json:
        _say_json(_shown(key, secret=key.secret))
    else:
        typer.echo(f"AWS_ACCESS_KEY_ID={key.access_key_id}")
        typer.echo(f"AWS_SECRET_ACCESS_KEY={key.secret}")
        console.print(
            f"A key of account {account}. Its secret is not shown again.",
            highlight=False,
            soft_wrap=True,
        )
    if first:
        console.print(
            "It is the first: from now on every request has to be signed with an access key.",
            soft_wrap=True,
        )


@app.command("list")
def list_keys(data_dir: DataDir = Path("aisle-data"), json: Json = False) -> None:
    """Show every key, the oldest first, without its secret."""
    settings = settings_with(data_dir=data_dir)
    require_installation(settings)
    with keys_of(settings) as keys:
        shown = [_shown(key) for key in keys.all()]
    if json:
        _say_json(shown)
    elif not shown:
        console.print("There are no access keys: requests with any credentials are answered.")
    for key in () if json else shown:
        state = f"revoked {_day(key.revoked_at)}" if key.revoked_at else "valid"
        line = f"{key.access_key_id}  {key.account}  {_day(key.created_at)}  {state}  {key.note}"
        typer.echo(line.rstrip())


@app.command()
def revoke(
    access_key_id: Annotated[str, typer.Argument(help="Such as AKIA..., from `aisle keys list`.")],
    data_dir: DataDir = Path("aisle-data"),
    json: Json = False,
) -> None:
    """Make a key of no use, from the next request on."""
    settings = settings_with(data_dir=data_dir)
    require_installation(settings)
    with keys_of(settings) as keys:
        key = keys.revoke(access_key_id)
        valid = [other for other in keys.all() if other.revoked_at is None]
    if key is None:
        fail(f"There is no access key {access_key_id!r}; `aisle keys list` shows those there are.")
    if json:
        _say_json(_shown(key))
    else:
        console.print(f"{access_key_id} is revoked.", highlight=False)
    if not valid:
        console.print(
            "It was the last: every request is refused until there is another key.", soft_wrap=True
        )


@contextmanager
def keys_of(settings: Settings) -> Iterator[AccessKeys]:
    """The access keys of an installation, its database brought up to date; says what fails."""
    try:
        database = Database(settings.database)
        try:
            migrate(database)
            yield AccessKeys(database)
        finally:
            database.close()
    except (SQLAlchemyError, ImportError, OSError) as error:
        fail(f"The database cannot be used: {error}")


def _hide(settings: Settings) -> None:
    """Take an embedded database, which holds secrets now, from the machine's other users."""
    if settings.database_url:
        return
    for file in settings.data_dir.glob("aisle.db*"):
        file.chmod(file.stat().st_mode & ~stat.S_IRWXO)


def _shown(key: AccessKey, secret: str | None = None) -> _Shown:
    return _Shown(
        access_key_id=key.access_key_id,
        account=key.account,
        note=key.note,
        created_at=_moment(key.created_at),
        revoked_at=None if key.revoked_at is None else _moment(key.revoked_at),
        secret_access_key=secret,
    )


def _moment(time: float) -> datetime:
    return datetime.fromtimestamp(int(time), UTC)


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _say_json(value: object) -> None:
    typer.echo(msgspec.json.format(msgspec.json.encode(value)))
