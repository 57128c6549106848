"""Records of what answers requests: campaigns and recommenders."""

from typing import Any, ClassVar

import msgspec

from aisle.records.base import Record


class Campaign(Record, frozen=True, kw_only=True, rename="camel"):
    """A deployed solution version; `artefact` is the model that answers now."""

    kind: ClassVar[str] = "campaign"
    solution_version_arn: str
    recipe_arn: str
    dataset_group_arn: str
    min_provisioned_tps: int = msgspec.field(default=1, name="minProvisionedTPS")
    campaign_config: dict[str, Any]
    artefact: str | None = None


class Recommender(Record, frozen=True, kw_only=True, rename="camel"):
    """A domain recommender: trained and deployed in one; `artefact` is the model that answers."""

    kind: ClassVar[str] = "recommender"
    dataset_group_arn: str
    recipe_arn: str
    recommender_config: dict[str, Any]
    model_metrics: dict[str, float] | None = None
    artefact: str | None = None
