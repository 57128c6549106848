"""Where this server differs from the service on purpose; what is not named here is the same.

`MEMBERS` is by operation, by member (`CreateSolution.name`; nested ones with dots), or by member of
every operation that has it (`*.kmsKeyArn`).
"""

from collections.abc import Mapping

GENERAL = """\
- Resources go through the service's statuses, but in seconds: a training takes seconds to minutes,
  everything else moments.
- An event, item, user or action that was put counts in the next answer, and so does a new filter.
  The service takes seconds for events, minutes for filters and hours for new items.
- Requests are verified by Signature Version 4 as soon as the installation has an access key. Until
  then any credentials are let in, from this machine only. There are no IAM policies: a key may do
  everything in its account.
- Resources of another account or region are not found, as if they were not there.
- Errors are those that botocore's model lists for the operation, and the service's common ones. A
  broken constraint is an InvalidInputException where the operation lists that, else a
  ValidationException; a wrong JSON type is a SerializationException. Messages follow the service's
  where clients are known to read them.
- A text may hold no NUL character, and a body no more than 6 MiB.
- Data locations may be `file://` paths too, in the folders that `aisle serve --allow-path` names.
- Metrics come from held-out users of the data, by the service's definitions. Their values are those
  of the models that train here.
- Quotas hold only with `aisle serve --strict-quotas`.
"""

_PUT = "a call is kept whole or not at all; a key that is no field of the schema is refused"

_NOT_CARRIED_OUT = (
    "checked and shown; the job is not carried out yet: it ends {} with a failureReason that says "
    "so, and nothing is read, written or deleted"
)
MEMBERS: Mapping[str, str] = {
    "*.kmsKeyArn": "kept and shown; nothing is encrypted with it",
    "*.roleArn": "kept and shown, not assumed: S3 is reached with the server's own credentials",
    "*.minProvisionedTPS": "kept and shown; what the machine can answer is not rationed",
    "*.minRecommendationRequestsPerSecond": (
        "kept and shown; what the machine can answer is not rationed"
    ),
    "CreateBatchInferenceJob.jobOutput": _NOT_CARRIED_OUT.format("CREATE FAILED"),
    "CreateBatchSegmentJob.filterArn": "checked and shown; a job with a filter ends CREATE FAILED",
    "CreateBatchSegmentJob.jobInput": (
        "one file of at most 100 MiB; a line that cannot be answered has an `error` in its output, "
        "and what is no line ends the job"
    ),
    "CreateBatchSegmentJob.jobOutput": (
        "a folder, `file://` too where `--allow-path` names it; the file has the input's name and "
        "`.out`"
    ),
    "CreateBatchSegmentJob.numResults": "25 where it is not given",
    "CreateDatasetExportJob.jobOutput": _NOT_CARRIED_OUT.format("CREATE FAILED"),
    "CreateDataDeletionJob.dataSource": _NOT_CARRIED_OUT.format("FAILED"),
    "CreateDatasetImportJob.importMode": (
        "FULL leaves streamed rows, which win over bulk rows of their id; INCREMENTAL replaces by "
        "id, streamed rows too"
    ),
    "PutActions": _PUT,
    "PutActionInteractions": "event types are Taken, Not taken and Viewed, in any case",
    "PutEvents": "properties that are a field of the schema are held to its type; others are kept",
    "PutItems": _PUT,
    "PutUsers": _PUT,
    "UpdateDataset": (
        "refused while an import is under way; every field that is there stays as it is, flags and "
        "null included"
    ),
    "*.weight": (
        "0: the events do not count; above 0 a model of the next item weighs what it predicts, "
        "popularity a user by the heaviest event with an item, and related items a pair by the "
        "product; rates of growth and texts have no use for it"
    ),
    "*.optimizationObjective": (
        "an item's probability is multiplied by exp(s z), z its attribute less the median over the "
        "quartiles' spread, from -2 to 2; s is 0.05, 0.12 or 0.25 for LOW, MEDIUM and HIGH"
    ),
    "*.trainingDataConfig": (
        "columns that are left out are not seen in training; filters and answers use all of them"
    ),
    "*.metricRegex": "kept and shown, without effect: there are no log lines to search",
    "*.maxParallelTrainingJobs": (
        "1 where it is left out; so many trainings are chosen together, and run at a time as far "
        "as there are cores and the data are not small"
    ),
    "*.performIncrementalUpdate": (
        "kept and shown; new events and items count at the next request with or without it"
    ),
    "CreateSolution.performAutoTraining": (
        "the first training begins 50 minutes after the solution is ACTIVE, and only where rows "
        "were imported or an event tracker is there"
    ),
    "CreateSolution.performHPO": (
        "a search of 8 trainings, or as many as asked for; without ranges it looks for the "
        "hyperparameters that the models here depend on, their own among them"
    ),
    "GetRecommendations.promotions": "the places of promoted items are rounded up",
    "*.itemExplorationConfig": (
        "each place goes with the probability of a third of `explorationWeight` to an item of the "
        "Items dataset that has fewer than 10 events and is younger than the cut-off; which one is "
        "drawn by its score, among those that this user wants no less than others do"
    ),
    "*.context": (
        "categorical columns of the Interactions dataset count, the 1,000 most frequent values of "
        "each, where a transformer was trained (from 20,000 events on); others are checked, "
        "without effect"
    ),
    "*.rankingInfluence": (
        "similarity, popularity and freshness (half of it lost in 30 days), each as a share of its "
        "highest value, are added by weight"
    ),
    "CreateDatasetImportJob.publishAttributionMetricsToS3": (
        "kept and shown; reports are not written yet"
    ),
    "CreateFilter.filterExpression": (
        "AND binds more tightly than OR; NOT IN and != hold exactly where IN and = do not; events "
        "of every age count"
    ),
    "CreateMetricAttribution.metricsOutputConfig": "kept and shown; reports are not written yet",
    "CreateSolution.performAutoML": (
        "without a recipeList it chooses between aws-user-personalization and aws-popularity-count"
    ),
    "CreateSolutionVersion.trainingMode": (
        "UPDATE trains on all data with the settings of the newest ACTIVE version, goes on from "
        "its model and tunes nothing anew; AUTOTRAIN trains as FULL does"
    ),
    "GetPersonalizedRanking.filterArn": "items that the filter takes away are left out of the list",
    "GetRecommendations": (
        "an item that the model does not know yet has the mean score of the items that it shares "
        "values with, rare values first, and of the user's own history among them"
    ),
    "GetSolutionMetrics": (
        "hits_at_1_percent and recall_at_1_percent of the recipes for segments, "
        "trend_prediction_accuracy of aws-trending-now and precision, recall and AUC of those for "
        "actions are not there: they have the metrics of the others; k of average_rewards_at_k and "
        "of the NDCG with event weights is 25"
    ),
    "UpdateCampaign.campaignConfig": "members that are left out stay as they are",
    "UpdateRecommender.recommenderConfig": "members that are left out stay as they are",
}

HYPERPARAMETERS: Mapping[str, str] = {
    "hidden_dimension": "the transformer's width, cut to a multiple of 32; 64 for few events",
    "bptt": "checked and shown, without effect: attention needs no steps back in time",
    "cold_start_max_interactions": "checked and shown, without effect: exploration finds new items",
    "cold_start_max_duration": "checked and shown, without effect",
    "cold_start_relative_from": "checked and shown, without effect",
    "ridge_lambda": "of this server only: the strength of the ridge",
    "history_length": "of this server only: how many of a user's last items count",
    "decay_power": "of this server only: how fast a user's older items fade in the ridge",
    "gap_power": "of this server only: how fast they fade by the days since, solver `diagonal`",
    "diagonal_lambda": "of this server only: the ridge of the solver `diagonal`",
    "ridge_solver": "of this server only: `dense`, `diagonal`, or the better one where not given",
    "transformer": "of this server only: whether one is trained; `auto`: from 20,000 events on",
    "most_epochs": "of this server only: the most passes of the transformer over the events",
    "transformer_share": "of this server only: the transformer's weight, tuned where not given",
    "content_weight": "of this server only: what items' metadata weighs, tuned where not given",
    "popularity_share": "of this server only: the share of popularity beside the ridge",
    "repeat_factor": "of this server only: the weight of items seen before, tuned where not given",
    "behaviour_weight": (
        "of this server only: the weight of the cosine of behaviour, tuned where not given"
    ),
    "metadata_weight": (
        "of this server only: the weight of the cosine of metadata, tuned where not given"
    ),
}
"""By hyperparameter, whichever recipe has it."""

MODELS: Mapping[str, str] = {
    "ridge-transformer-blend": (
        "a linear model of the next item in closed form, with a share of popularity, and from "
        "20,000 events on a causal transformer that begins at its factors; weighed by what "
        "predicts held-out users best"
    ),
    "item-cooccurrence": "counts of users who interact with both items",
    "behaviour-and-metadata-similarity": (
        "items that follow each other in histories, embeddings of that and of metadata, weighed by "
        "what they predict; an item without events is placed by its metadata"
    ),
    "text-similarity": (
        "cosines of text embeddings by all-MiniLM-L6-v2 where the extra `semantic` is installed, "
        "or else of words and letters by TF-IDF; the progress of a training says which"
    ),
    "basket-lift": "purchases within an hour, counted by baskets against the items' popularity",
    "sequence-neighbours": (
        "items close together in users' histories, tilted to what goes with the user's own items"
    ),
    "popularity": "counts of users, which go on with streamed events",
    "rate-of-growth": (
        "visits in a fading window beside those of one 24 times as long, followed event by event: "
        "what grows comes first, then what is popular of late"
    ),
    "action-propensity": "rates at which users take actions",
}
"""By the name of a model that trains here."""

RECIPES: Mapping[str, str] = {
    "aws-semantic-similarity": "needs interactions as other recipes do",
    "aws-hrnn": "learns from metadata and context too, as aws-hrnn-metadata",
    "aws-hrnn-coldstart": "new items take part as in aws-user-personalization",
    "aws-item-affinity": "users are those of the training; their events since have no part",
    "aws-item-attribute-affinity": "as aws-item-affinity; conditions may be joined by OR too",
}
"""By recipe, what else differs."""
