"""One of each resource of a server, each made when it is first asked for."""

from calls.data_world import RECIPE, ROLE, SHOP, DataWorld, Document, once
from running import until

PERSONAL = "aws-user-personalization"
RANKING = "aws-personalized-ranking"
POPULAR = "aws-popularity-count"


class World(DataWorld):
    """With what is trained on the data, and what answers from it."""

    @once
    def solution(self, recipe: str = PERSONAL) -> str:
        return self.new_solution(recipe)

    def new_solution(self, recipe: str = PERSONAL) -> str:
        document = {
            "name": self.name(),
            "datasetGroupArn": self.group(),
            "recipeArn": f"{RECIPE}{recipe}",
            "performAutoTraining": False,
        }
        return self.create("Solution", document)

    @once
    def untrainable(self) -> str:
        """A solution whose group has no rows, so that its trainings soon fail."""
        document = {
            "name": self.name(),
            "datasetGroupArn": self.new_group_with_interactions(),
            "recipeArn": f"{RECIPE}{POPULAR}",
            "performAutoTraining": False,
        }
        return self.create("Solution", document)

    @once
    def empty_shop(self) -> str:
        """A domain group without rows."""
        group = self.new_group(SHOP)
        for dataset_type in ("Interactions", "Items"):
            self.new_dataset(group, dataset_type, SHOP)
        return group

    @once
    def version(self, recipe: str = PERSONAL) -> str:
        """A trained version of `solution`."""
        needed = {
            "aws-next-best-action": ("Interactions", "Actions", "Action_Interactions"),
            "aws-item-affinity": ("Interactions", "Users"),
        }
        for dataset_type in needed.get(recipe, ("Interactions", "Items", "Users")):
            self.dataset(dataset_type)
        return self.create("SolutionVersion", {"solutionArn": self.solution(recipe)})

    @once
    def campaign(self, recipe: str = PERSONAL) -> str:
        return self.new_campaign(recipe)

    def new_campaign(self, recipe: str = PERSONAL) -> str:
        config = {"enableMetadataWithRecommendations": recipe in {PERSONAL, RANKING}}
        version = self.version(recipe)
        document = {
            "name": self.name(),
            "solutionVersionArn": version,
            "campaignConfig": config,
        }
        return self.create("Campaign", document)

    @once
    def recommender(self, recipe: str = "aws-ecomm-recommended-for-you") -> str:
        return self.new_recommender(recipe, enableMetadataWithRecommendations=True)

    def updatable_recommender(self) -> str:
        """`recommender` when no update of it is under way."""
        arn = self.recommender()

        def still() -> bool:
            update = self.described("recommenderArn", arn).get("latestRecommenderUpdate")
            return update is None or update["status"] == "ACTIVE"

        until(still, f"the update of {arn}")
        return arn

    def spare_recommender(self, status: str = "ACTIVE") -> str:
        """A cheap one that nobody else needs, brought to a status."""
        arn = self.made.get("spare", "")
        if not arn or self.wire.call("DescribeRecommender", {"recommenderArn": arn}).code:
            arn = self.made["spare"] = self.new_recommender()
        turn = {"ACTIVE": "StartRecommender", "INACTIVE": "StopRecommender"}[status]

        def reached() -> bool:
            now = self.described("recommenderArn", arn)["status"]
            if now in {"ACTIVE", "INACTIVE"} and now != status:
                self.call(turn, {"recommenderArn": arn})
            return bool(now == status)

        until(reached, f"{arn} to be {status}")
        return arn

    def new_recommender(
        self, recipe: str = "aws-ecomm-popular-items-by-views", **config: bool
    ) -> str:
        for dataset_type in ("Interactions", "Items"):
            self.dataset(dataset_type, SHOP)
        document = {
            "name": self.name(),
            "datasetGroupArn": self.group(SHOP),
            "recipeArn": f"{RECIPE}{recipe}",
            "recommenderConfig": config,
        }
        return self.create("Recommender", document)

    @once
    def inference_job(self) -> str:
        return self.create("BatchInferenceJob", self.batch_of(self.version()), wait=False)

    @once
    def segment_job(self) -> str:
        version = self.version("aws-item-affinity")
        return self.create("BatchSegmentJob", self.batch_of(version), wait=False)

    def batch_of(self, version: str) -> Document:
        return {
            "jobName": self.name(),
            "solutionVersionArn": version,
            "jobInput": {"s3DataSource": {"path": "s3://results/input.json"}},
            "jobOutput": {"s3DataDestination": {"path": "s3://results/"}},
            "roleArn": ROLE,
        }
