"""Where the shop keeps its things and which engine it asks."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

CONFIG_FILE = "shop.json"


class ShopConfig(msgspec.Struct, frozen=True, omit_defaults=True):
    """What provisioning found or made in the engine; None where it has not run."""

    recommended_for_you_arn: str | None = None
    popular_by_views_arn: str | None = None
    tracking_id: str | None = None
    category_filter_arn: str | None = None
    """A filter that keeps `$CATEGORY`; without it the shop filters a longer answer itself."""


def load_config(data_dir: Path) -> ShopConfig:
    """The config that provisioning left in `data_dir`, or an empty one."""
    path = data_dir / CONFIG_FILE
    if not path.exists():
        return ShopConfig()
    return msgspec.json.decode(path.read_bytes(), type=ShopConfig)


def save_config(data_dir: Path, config: ShopConfig) -> Path:
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / CONFIG_FILE
    path.write_bytes(msgspec.json.format(msgspec.json.encode(config), indent=2) + b"\n")
    return path


class Settings(BaseSettings):
    """Read from `ALLSTORE_*`; what is given here wins over `shop.json`."""

    model_config = SettingsConfigDict(env_prefix="ALLSTORE_", frozen=True)

    data_dir: Path = Path("demo-data")
    database_url: str | None = None
    """Any SQLite or PostgreSQL URL of SQLAlchemy; None is `shop.db` in `data_dir`."""
    endpoint_url: str | None = None
    """The engine's address; None is the real Amazon Personalize of `region`."""
    hosts: Annotated[tuple[str, ...], NoDecode] = ("127.0.0.1", "localhost")
    """Names that visitors reach the shop by, in the environment joined by commas; requests to
    another name are refused.
    """
    region: str = "us-east-1"
    access_key_id: str | None = None
    secret_access_key: SecretStr | None = None
    """Both None: the SDK's usual chain (environment, profile, role)."""
    recommended_for_you_arn: str | None = None
    popular_by_views_arn: str | None = None
    tracking_id: str | None = None
    category_filter_arn: str | None = None
    currency: Literal["USD", "AUD", "CAD", "NZD", "EUR", "GBP"] = "USD"
    instalments: int = Field(default=4, ge=1, le=12)
    list_size: int = Field(default=24, ge=1, le=100)

    @field_validator("hosts", mode="before")
    @classmethod
    def _split_hosts(cls, value: object) -> object:
        return tuple(value.split(",")) if isinstance(value, str) else value

    def sqlalchemy_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'shop.db'}"

    def config(self) -> ShopConfig:
        """`shop.json` with these settings laid over it."""
        stored = load_config(self.data_dir)
        return ShopConfig(
            recommended_for_you_arn=self.recommended_for_you_arn or stored.recommended_for_you_arn,
            popular_by_views_arn=self.popular_by_views_arn or stored.popular_by_views_arn,
            tracking_id=self.tracking_id or stored.tracking_id,
            category_filter_arn=self.category_filter_arn or stored.category_filter_arn,
        )
