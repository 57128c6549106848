// The whole journey by the AWS SDK for JavaScript, which knows an endpoint and nothing else of the
// server: node journey.mjs ENDPOINT LOCATION SCHEMA. What it saw goes to standard output as JSON.
import * as control from "@aws-sdk/client-personalize";
import * as events from "@aws-sdk/client-personalize-events";
import * as runtime from "@aws-sdk/client-personalize-runtime";

const [endpoint, dataLocation, schemaText] = process.argv.slice(2);
const name = "by-javascript";
const options = {
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "any", secretAccessKey: "any" },
  maxAttempts: 1,
};
const personalize = new control.PersonalizeClient(options);
const ask = (Command, input) => personalize.send(new Command(input));
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Poll a Describe operation until the resource is ACTIVE. */
async function active(Describe, arn) {
  for (;;) {
    const { $metadata, ...answer } = await ask(Describe, arn);
    const [resource] = Object.values(answer);
    if (resource.status === "ACTIVE") return resource;
    if (resource.status.includes("FAILED")) throw new Error(JSON.stringify(resource));
    await pause(50);
  }
}

/** Poll until Describe says that there is no such resource. */
async function gone(Describe, arn) {
  for (;;) {
    try {
      await ask(Describe, arn);
    } catch (error) {
      if (error instanceof control.ResourceNotFoundException) return;
      throw error;
    }
    await pause(50);
  }
}

/** All rows of a paginator, asked for one by one. */
async function listed(paginate, member, input = {}) {
  const rows = [];
  const pages = paginate({ client: personalize, pageSize: 1 }, input);
  for await (const page of pages) rows.push(...page[member]);
  return rows;
}

const { schemaArn } = await ask(control.CreateSchemaCommand, { name, schema: schemaText });
const again = await ask(control.CreateSchemaCommand, { name, schema: schemaText }).catch((error) => ({
  code: error.name,
  known: error instanceof control.ResourceAlreadyExistsException,
  message: error.message,
}));
await ask(control.CreateSchemaCommand, { name: `${name}-2`, schema: schemaText });
const { datasetGroupArn } = await ask(control.CreateDatasetGroupCommand, {
  name,
  tags: [{ tagKey: "made", tagValue: "by JavaScript" }],
});
await active(control.DescribeDatasetGroupCommand, { datasetGroupArn });
const { tags } = await ask(control.ListTagsForResourceCommand, { resourceArn: datasetGroupArn });
const { datasetArn } = await ask(control.CreateDatasetCommand, {
  name,
  schemaArn,
  datasetGroupArn,
  datasetType: "Interactions",
});
await active(control.DescribeDatasetCommand, { datasetArn });
const { datasetImportJobArn } = await ask(control.CreateDatasetImportJobCommand, {
  jobName: name,
  datasetArn,
  dataSource: { dataLocation },
  roleArn: "arn:aws:iam::000000000000:role/personalize",
});
await active(control.DescribeDatasetImportJobCommand, { datasetImportJobArn });

const { solutionArn } = await ask(control.CreateSolutionCommand, {
  name,
  datasetGroupArn,
  recipeArn: "arn:aws:personalize:::recipe/aws-user-personalization",
  performAutoTraining: false,
});
await active(control.DescribeSolutionCommand, { solutionArn });
const { solutionVersionArn } = await ask(control.CreateSolutionVersionCommand, { solutionArn });
const version = await active(control.DescribeSolutionVersionCommand, { solutionVersionArn });
const { metrics } = await ask(control.GetSolutionMetricsCommand, { solutionVersionArn });
const { campaignArn } = await ask(control.CreateCampaignCommand, { name, solutionVersionArn });
await active(control.DescribeCampaignCommand, { campaignArn });

const { eventTrackerArn, trackingId } = await ask(control.CreateEventTrackerCommand, {
  name,
  datasetGroupArn,
});
await active(control.DescribeEventTrackerCommand, { eventTrackerArn });
const sent = ["horror-01", "horror-02", "horror-03"].map((itemId) => ({
  eventType: "View",
  itemId,
  sentAt: new Date(),
  properties: JSON.stringify({ page: 1 }),
}));
await new events.PersonalizeEventsClient(options).send(
  new events.PutEventsCommand({ trackingId, userId: "me", sessionId: "today", eventList: sent }),
);

const { filterArn } = await ask(control.CreateFilterCommand, {
  name,
  datasetGroupArn,
  filterExpression: 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("View")',
});
await active(control.DescribeFilterCommand, { filterArn });
const runtimeClient = new runtime.PersonalizeRuntimeClient(options);
const recommend = async (input) => {
  const command = new runtime.GetRecommendationsCommand({ campaignArn, userId: "me", ...input });
  const { itemList } = await runtimeClient.send(command);
  return itemList.map(({ itemId }) => itemId);
};
const all = await recommend({ numResults: 500 });
const first = await recommend({ numResults: 5 });
const unseen = await recommend({ numResults: 500, filterArn });
const unknown = await runtimeClient
  .send(new runtime.GetRecommendationsCommand({ campaignArn: `${campaignArn}-none`, userId: "me" }))
  .catch((error) => error instanceof runtime.ResourceNotFoundException);

const lists = {
  schemas: await listed(control.paginateListSchemas, "schemas"),
  recipes: await listed(control.paginateListRecipes, "recipes"),
  solutionVersions: await listed(control.paginateListSolutionVersions, "solutionVersions", {
    solutionArn,
  }),
};

await ask(control.DeleteCampaignCommand, { campaignArn });
await gone(control.DescribeCampaignCommand, { campaignArn });
await ask(control.DeleteSolutionCommand, { solutionArn });
await gone(control.DescribeSolutionCommand, { solutionArn });
await ask(control.DeleteEventTrackerCommand, { eventTrackerArn });
await gone(control.DescribeEventTrackerCommand, { eventTrackerArn });
await ask(control.DeleteFilterCommand, { filterArn });
await gone(control.DescribeFilterCommand, { filterArn });
await ask(control.DeleteDatasetCommand, { datasetArn });
await gone(control.DescribeDatasetCommand, { datasetArn });
await ask(control.DeleteDatasetGroupCommand, { datasetGroupArn });
await gone(control.DescribeDatasetGroupCommand, { datasetGroupArn });
await ask(control.DeleteSchemaCommand, { schemaArn });
const left = await listed(control.paginateListDatasetGroups, "datasetGroups");

console.log(
  JSON.stringify({
    again,
    all,
    first,
    left,
    metrics,
    schemaArn,
    tags,
    trainingHours: version.trainingHours,
    created: version.creationDateTime instanceof Date,
    unknown,
    unseen,
    schemas: lists.schemas.map((row) => row.name),
    recipes: lists.recipes.map((row) => row.name),
    solutionVersions: lists.solutionVersions.map((row) => row.solutionVersionArn),
    solutionVersionArn,
  }),
);
