"""Where the shop keeps its things and which engine it asks."""

import re
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import structlog
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

CONFIG_FILE = "shop.json"
_SHORTEST_TOKEN = 16
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")

log = structlog.get_logger(__name__)


class ShopConfig(msgspec.Struct, frozen=True, omit_defaults=True):
    """What provisioning found or made in the engine; None where it has not run."""

    recommended_for_you_arn: str | None = None
    popular_by_views_arn: str | None = None
    popular_by_purchases_arn: str | None = None
    """Asked where there is none by views."""
    also_viewed_arn: str | None = None
    bought_together_arn: str | None = None
    similar_items_arn: str | None = None
    """Of a campaign, as is the next one; those above are of recommenders."""
    ranking_arn: str | None = None
    tracking_id: str | None = None
    category_filter_arn: str | None = None
    """A filter that keeps `$CATEGORY`; without it the shop filters a longer answer itself."""
    promotion_filter_arn: str | None = None
    """A filter that keeps what is promoted; without it no list promotes anything."""
    discount_percent: int | None = None
    """What the discounts of a visit take off; None where the ranking knows no DISCOUNT."""
    segments_file: str | None = None
    """The output of a batch segment job, by its name in the data folder."""


def load_config(data_dir: Path) -> ShopConfig:
    """The config that provisioning left in `data_dir`, or an empty one."""
    path = data_dir / CONFIG_FILE
    if not path.exists():
        return ShopConfig()
    return msgspec.json.decode(path.read_bytes(), type=ShopConfig)


def save_config(data_dir: Path, config: ShopConfig) -> Path:
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / CONFIG_FILE
    draft = path.with_suffix(".draft")
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(config), indent=2) + b"\n")
    return draft.replace(path)  # an open shop never reads half of it


class Connection:
    """`Settings.config`, read again when `shop.json` has changed, so that a recommender
    answers as soon as provisioning has made it. While the file cannot be read, as one that an
    editor has half saved, what it said before holds.
    """

    def __init__(self, settings: "Settings") -> None:
        self._settings = settings
        self._path = settings.data_dir / CONFIG_FILE
        self._read = (self._changed(), settings.config())

    def __call__(self) -> ShopConfig:
        changed, config = self._changed(), self._read[1]
        if changed != self._read[0]:
            try:
                config = self._settings.config()
            except (msgspec.DecodeError, UnicodeDecodeError, OSError) as error:
                log.warning("config_not_read", file=str(self._path), error=str(error))
            self._read = (changed, config)
        return config

    def _changed(self) -> int:
        try:
            return self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return 0


class Settings(BaseSettings):
    """Read from `ALLSTORE_*`; what is given here wins over `shop.json`."""

    model_config = SettingsConfigDict(env_prefix="ALLSTORE_", frozen=True)

    data_dir: Path = Path("demo-data")
    database_url: str | None = None
    """Any SQLite or PostgreSQL URL of SQLAlchemy; None is `shop.db` in `data_dir`."""
    endpoint_url: str | None = None
    """The engine's address; None is the real Amazon Personalize of `region`."""
    hosts: Annotated[tuple[str, ...], NoDecode, Field(min_length=1)] = ("127.0.0.1", "localhost")
    """Names that visitors reach the shop by, in the environment joined by commas; requests to
    another name are refused.
    """
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Origins whose pages may read the JSON API, such as `https://shop.example`; none by default.
    """
    picture_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Origins of pictures that products name, such as `https://images.example`: those are shown.
    All others, and by default all, are replaced by drawn ones, so that no page asks a stranger.
    """
    region: str = "us-east-1"
    access_key_id: str | None = None
    secret_access_key: SecretStr | None = None
    """Both None: the SDK's usual chain (environment, profile, role)."""
    recommended_for_you_arn: str | None = None
    popular_by_views_arn: str | None = None
    popular_by_purchases_arn: str | None = None
    also_viewed_arn: str | None = None
    bought_together_arn: str | None = None
    similar_items_arn: str | None = None
    ranking_arn: str | None = None
    tracking_id: str | None = None
    category_filter_arn: str | None = None
    promotion_filter_arn: str | None = None
    discount_percent: int | None = Field(default=None, ge=1, le=90)
    segments_file: str | None = None
    promotion_percent: int = Field(default=10, ge=1, le=100)
    """Share of a list's places that the promotion takes, rounded up to whole ones."""
    operator_token: SecretStr | None = None
    """Opens `/operator` and `/segments`; None lets nobody in."""
    visitors_operate: bool = False
    """Whether, without a token, a visitor on this machine is the operator, as in the demo."""
    currency: Literal["USD", "AUD", "CAD", "NZD", "EUR", "GBP"] = "USD"
    instalments: int = Field(default=4, ge=1, le=12)
    list_size: int = Field(default=24, ge=1, le=100)
    search_weight: float = Field(default=0.3, ge=0, le=1)
    """Of a shopper's preference in the order of search results; the rest is the text's."""

    @field_validator("hosts", "cors_origins", "picture_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        parts = (part.strip() for part in value.split(","))
        return tuple(part for part in parts if part)

    @field_validator("operator_token")
    @classmethod
    def _require_long_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < _SHORTEST_TOKEN:
            raise ValueError(f"operator_token must have at least {_SHORTEST_TOKEN} characters")
        return value

    @field_validator("cors_origins", "picture_origins")
    @classmethod
    def _require_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is no origin such as https://shop.example")
        return value

    def sqlalchemy_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'shop.db'}"

    def config(self) -> ShopConfig:
        """`shop.json` with these settings laid over it."""
        stored = load_config(self.data_dir)
        names = ShopConfig.__struct_fields__
        return ShopConfig(**{name: getattr(self, name) or getattr(stored, name) for name in names})
