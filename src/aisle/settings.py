"""What an operator may set: `AISLE_*` environment variables, or the options of `aisle serve`."""

import ipaddress
import os
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def is_loopback(host: str) -> bool:
    """Whether an address or name is this machine's own and no other's."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Settings(BaseSettings):
    """Settings of one server; every process of it reads the same ones from the environment."""

    model_config = SettingsConfigDict(env_prefix="AISLE_", frozen=True)

    data_dir: Path = Path("aisle-data")
    """Where the embedded database, the objects and the caches lie."""

    database_url: str = ""
    """A SQLAlchemy URL, such as `postgresql+psycopg://...`; empty: SQLite under `data_dir`."""

    objects_url: str = ""
    """`s3://bucket/prefix` for datasets and models; empty: a folder under `data_dir`."""

    allow_path: Annotated[tuple[Path, ...], NoDecode] = ()
    """Directories that `file://` data locations may point into; in the environment joined by the
    path separator."""

    account: Annotated[str, Field(pattern=r"^\d{12}$")] = "000000000000"
    """The account that callers without access keys act in."""

    s3_endpoint: str = ""
    """The S3 endpoint for imports and objects; empty: Amazon's."""
    s3_access_key_id: str = ""
    s3_secret_access_key: str = ""
    s3_region: str = "us-east-1"

    local_aws: bool = False
    """Whether to answer for S3, IAM, STS, SSM and others too; jobs then use that S3."""
    local_aws_url: str = ""
    local_aws_secret: str = ""
    """Where, and by what secret, a server's jobs reach it; the supervisor's, anew at each start."""

    allow_anyone: bool = False
    """Whether to answer requests that were sent to another name than this machine's."""

    strict_quotas: bool = False
    """Whether the service's quotas hold: how many resources, how many requests a second."""

    workers: Annotated[int, Field(ge=1)] = 1
    """HTTP workers of `aisle serve`."""

    concurrent_jobs: Annotated[int, Field(ge=1)] = 2
    """How many imports and trainings run at once."""

    transformer_positions: Annotated[int, Field(ge=0)] = 5_000_000
    """How many events a training of the transformer goes through, all epochs together; with 0 there
    is none. The time it takes grows with this, and not with the data."""

    auto_training_delay_seconds: Annotated[float, Field(ge=0)] = 3000.0
    """How long after a solution is ACTIVE its first automatic training begins, unless one was begun
    by hand. The service says: within the hour."""

    auto_training_day_seconds: Annotated[float, Field(gt=0)] = 86_400.0
    """How long a day of a schedule such as `rate(7 days)` lasts; shorter for tests."""

    lease_seconds: Annotated[float, Field(gt=0)] = 10.0
    """How long a job stays claimed by a worker that shows no sign of life."""

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'aisle.db'}"

    def environment(self) -> dict[str, str]:
        """These settings as environment variables, for a child process."""
        values = self.model_dump(mode="json")
        values["allow_path"] = os.pathsep.join(str(path.resolve()) for path in self.allow_path)
        values["data_dir"] = str(self.data_dir.resolve())
        return {f"AISLE_{name.upper()}": str(value) for name, value in values.items()}

    @field_validator("allow_path", mode="before")
    @classmethod
    def _split_paths(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(Path(part) for part in value.split(os.pathsep) if part)
        return value
