// Reads the alarms from the plans of terraform test (-json -verbose): run → { alarms, checkpointSeconds, bufferSeconds };
// bufferSeconds is undefined without an archive.

const key = ({ metric_name, dimensions }) =>
  [metric_name, dimensions.QueryState].filter((part) => part !== undefined).join(" ");

// An alarm without metric_query has a single metric in its own attributes.
const single = (values) => [{ id: "value", return_data: true, metric: [{ ...values, stat: values.statistic }] }];

export function readAlarm(name, values) {
  const queries = values.metric_query?.length > 0 ? values.metric_query : single(values);
  const metrics = queries.filter((query) => query.metric?.length > 0);
  const expressions = queries.filter((query) => query.expression);
  const periods = new Set(metrics.map((query) => query.metric[0].period));
  if (periods.size !== 1) {
    throw new Error(`${name} has metrics of different periods`);
  }
  return {
    name,
    comparison: values.comparison_operator,
    threshold: values.threshold,
    periods: values.evaluation_periods,
    datapoints: values.datapoints_to_alarm ?? values.evaluation_periods,
    missing: values.treat_missing_data,
    period: [...periods][0],
    metrics: metrics.map((query) => ({ id: query.id, key: key(query.metric[0]), statistic: query.metric[0].stat })),
    expressions: expressions.map(({ id, expression }) => ({ id, expression })),
    result: queries.find((query) => query.return_data).id,
  };
}

export function readPlans(text) {
  const plans = new Map();
  for (const line of text.split("\n")) {
    const event = line.startsWith("{") ? JSON.parse(line) : {};
    if (event.type !== "test_plan") continue;
    const changes = event.test_plan.resource_changes ?? [];
    const after = (type) => changes.filter((change) => change.type === type).map(({ change }) => ({ values: change.after }));
    const flink = after("aws_kinesisanalyticsv2_application")[0].values.application_configuration[0].flink_application_configuration[0];
    plans.set(event["@testrun"], {
      // The name as in the runbook, without NAME-ENVIRONMENT-.
      alarms: after("aws_cloudwatch_metric_alarm").map(({ values }) =>
        readAlarm(/#([a-z-]+)$/.exec(values.alarm_description)[1], values),
      ),
      checkpointSeconds: flink.checkpoint_configuration[0].checkpoint_interval / 1000,
      bufferSeconds: after("aws_kinesis_firehose_delivery_stream")[0]?.values.extended_s3_configuration[0].buffering_interval,
    });
  }
  return plans;
}
