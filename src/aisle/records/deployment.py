"""Records of what answers requests: campaigns and recommenders, and their updates."""

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

    @property
    def follows_latest(self) -> bool:
        """Whether it deploys a newer version of its solution by itself."""
        return bool(self.campaign_config.get("syncWithLatestSolutionVersion"))


class CampaignUpdate(Record, frozen=True, kw_only=True, rename="camel"):
    """What a campaign is to become; its row is beside the campaign's, which answers meanwhile."""

    kind: ClassVar[str] = "campaign-update"
    solution_version_arn: str
    min_provisioned_tps: int = msgspec.field(default=1, name="minProvisionedTPS")
    campaign_config: dict[str, Any]


class Recommender(Record, frozen=True, kw_only=True, rename="camel"):
    """A domain recommender: trained and deployed in one; `artefact` is the model that answers.

    `retired` are the models that newer ones replaced: a process may still be loading the last one,
    so the next training removes them. `trained_at` is when the newest training began (epoch s).
    """

    kind: ClassVar[str] = "recommender"
    dataset_group_arn: str
    recipe_arn: str
    recommender_config: dict[str, Any]
    model_metrics: dict[str, float] | None = None
    artefact: str | None = None
    retired: tuple[str, ...] = ()
    trained_at: float = 0.0


class RecommenderUpdate(Record, frozen=True, kw_only=True, rename="camel"):
    """What a recommender is to become, or with `automatic` a training on newer data alone."""

    kind: ClassVar[str] = "recommender-update"
    recommender_config: dict[str, Any]
    retrains: bool
    automatic: bool = False


def update_arn(arn: str, token: str) -> str:
    """The ARN of the row of an update; no client sees it."""
    return f"{arn}/update/{token}"
