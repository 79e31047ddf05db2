// The permissions of a plan: for each environment the policies, and the identity or resource that they are attached to.
//
// `terraform test -json -verbose` prints the plan of each run as JSON. The mocked provider sets the values that AWS would
// (key IDs, role ARNs), so every policy is known in the plan.

const ACCOUNT = '111122223333'

/** All environments in the output of `terraform test -json -verbose`: { 'aws/crawler': {…}, … } */
export function readEnvironments(testOutput) {
  const environments = {}
  for (const line of testOutput.split('\n').filter(Boolean)) {
    const message = JSON.parse(line)
    if (message.type === 'test_plan') {
      const partition = message['@testfile'].match(/([a-z]+)\.tftest\.hcl$/)[1]
      const name = `${partition}/${message['@testrun']}`
      environments[name] = readEnvironment(name, message.test_plan)
    }
  }
  // Requests of Terraform in CI are also decided by the policies of the module's buckets, keys, topic and queues.
  for (const environment of Object.values(environments).filter(({ kind }) => kind === 'ci')) {
    const module = environments[environment.name.replace('/ci', '/crawler')]
    const borrowed = module.policies.filter(({ kind, foreign }) => kind === 'resource' && !foreign).map(policy => ({ ...policy, borrowed: true }))
    environment.policies.push(...borrowed)
  }
  return environments
}

function readEnvironment(name, plan) {
  const resources = plan.resource_changes
    .filter(change => change.mode === 'managed' && change.change.after)
    .map(change => ({ ...change.change.after, type: change.type, label: change.name, key: change.index }))
  const all = type => resources.filter(resource => resource.type === type)
  const environment = { name, kind: name.endsWith('/ci') ? 'ci' : 'module', resources, policies: [] }

  // Region and partition of the plan, from the ARN of a key.
  const [, partition, , region] = all('aws_kms_key')[0].arn.split(':')
  const arn = (service, resource, inRegion = region, account = ACCOUNT) =>
    `arn:${partition}:${service}:${inRegion}:${account}:${resource}`
  Object.assign(environment, { partition, region, account: ACCOUNT })
  environment.dnsSuffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'

  const add = (kind, id, document, target) => {
    if (typeof document !== 'string') throw new Error(`${name}: the policy of ${id} is unknown in the plan`)
    environment.policies.push({ kind, id, target, document: JSON.parse(document) })
  }
  for (const role of all('aws_iam_role')) {
    add('trust', `trust ${typeof role.key === 'string' ? role.key : 'analyst'}`, role.assume_role_policy, arn('iam', `role/${role.name}`, ''))
  }
  for (const policy of all('aws_iam_role_policy')) add('identity', `role ${policy.key}`, policy.policy, policy.key)
  for (const policy of all('aws_iam_policy')) {
    // Parts of a CI role: plan-0, plan-1, …
    const holder = environment.kind === 'ci' ? policy.key.split('-')[0] : policy.key
    add('identity', `policy ${policy.key}`, policy.policy, holder)
  }
  for (const policy of all('aws_s3_bucket_policy')) {
    const bucket = environment.kind === 'ci' ? `clickstream-terraform-state-${ACCOUNT}` : `clickstream-test-${policy.key}-${ACCOUNT}-${region}`
    add('resource', `bucket ${policy.key ?? 'state'}`, policy.policy, `arn:${partition}:s3:::${bucket}`)
  }
  for (const key of all('aws_kms_key')) {
    const document = key.policy?.startsWith('{') ? key.policy : JSON.stringify(openKeyPolicy(arn))
    add('resource', `key ${key.key ?? 'state'}`, document, key.arn)
  }
  for (const policy of all('aws_sqs_queue_policy')) {
    const queue = policy.label === 'files' ? `${policy.key}-files` : 'dead-letters'
    add('resource', `queue ${queue}`, policy.policy, arn('sqs', `clickstream-test-${queue}`))
  }
  for (const policy of all('aws_sns_topic_policy')) {
    add('resource', 'topic alarms', policy.policy, arn('sns', 'clickstream-test-alarms'))
  }
  for (const policy of all('aws_kinesis_resource_policy')) {
    add('resource', 'stream', policy.policy, arn('kinesis', 'stream/clickstream-test'))
  }
  for (const endpoint of all('aws_vpc_endpoint')) {
    if (endpoint.policy) add('endpoint', `endpoint ${endpoint.label}`, endpoint.policy, endpoint.label)
  }

  // Names that the request tables use in braces. They are composed here, independently of the module, so that a wrong ARN in
  // the module is detected.
  const bucket = kind => `arn:${partition}:s3:::clickstream-test-${kind}-${ACCOUNT}-${region}`
  environment.names = {
    partition,
    region,
    account: ACCOUNT,
    dns_suffix: environment.dnsSuffix,
    artifacts: bucket('artifacts'),
    processed: bucket('processed'),
    raw: bucket('raw'),
    results: bucket('results'),
    state: `arn:${partition}:s3:::clickstream-terraform-state-${ACCOUNT}`,
    stream: arn('kinesis', 'stream/clickstream-test'),
    application: arn('kinesisanalytics', 'application/clickstream-test'),
    batch_cluster: arn('ecs', 'cluster/clickstream-test-batch'),
    batch_task_definition: arn('ecs', 'task-definition/clickstream-test-batch'),
    delivery_stream: arn('firehose', 'deliverystream/clickstream-test-archive'),
    catalog: arn('glue', 'catalog'),
    database: arn('glue', 'database/clickstream_test'),
    table: arn('glue', 'table/clickstream_test'),
    crawler: arn('glue', 'crawler/clickstream-test'),
    workgroup: arn('athena', 'workgroup/clickstream-test'),
    queue: arn('sqs', 'clickstream-test'),
    topic: arn('sns', 'clickstream-test-alarms'),
    log_group: arn('logs', 'log-group'),
    alarm: arn('cloudwatch', 'alarm:clickstream-test'),
    role: arn('iam', 'role', ''),
    schedule_group: arn('scheduler', 'schedule-group/clickstream-test'),
    schedule: arn('scheduler', 'schedule/clickstream-test'),
    data_key: arn('kms', 'key/data'),
    operations_key: arn('kms', 'key/operations'),
    state_key: arn('kms', 'key/state'),
    other_account: '444455556666',
    secret: arn('secretsmanager', 'secret:clickstream/hash-key-AbCdEf'),
    secret_key: arn('kms', 'key/secret'),
    source: `arn:${partition}:s3:::shop-incoming`,
    source_key: arn('kms', 'key/source'),
  }
  // Existing resources, as the run "existing" names them.
  if (name.endsWith('/existing')) {
    Object.assign(environment.names, {
      stream: arn('kinesis', 'stream/orders'),
      data_key: arn('kms', 'key/own'),
      processed: `arn:${partition}:s3:::own-lake`,
      artifacts: `arn:${partition}:s3:::own-artifacts`,
    })
  }
  // A key that the module does not create has the default policy of AWS, which delegates to the account's IAM policies.
  for (const key of [environment.names.data_key, environment.names.secret_key, environment.names.source_key]) {
    if (environment.kind === 'module' && !environment.policies.some(({ target }) => target === key)) {
      environment.policies.push({ kind: 'resource', id: `key ${key}`, target: key, document: openKeyPolicy(arn), foreign: true })
    }
  }
  return environment
}

/** The default key policy of AWS: it delegates to the account's IAM policies. */
function openKeyPolicy(arn) {
  return {
    Version: '2012-10-17',
    Statement: [{ Sid: 'Default', Effect: 'Allow', Principal: { AWS: arn('iam', 'root', '') }, Action: 'kms:*', Resource: '*' }],
  }
}
