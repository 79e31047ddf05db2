// Faults that a review found. Each is reintroduced into the policies of the plan, and a row of the tables must then fail.
//
// change(environments) introduces the fault and returns the number of changed statements; expect matches the rows that detect
// it.

/** Changes each statement with this Sid in the policies with this name; change returns the new statement. */
function edit(environments, policy, sid, change) {
  let touched = 0
  for (const { policies } of Object.values(environments)) {
    for (const { document } of policies.filter(({ id }) => policy.test(id))) {
      document.Statement = document.Statement.map(statement => {
        if (!sid.test(statement.Sid)) return statement
        touched++
        return change(structuredClone(statement)) ?? statement
      })
    }
  }
  return touched
}

const without = (...actions) => statement => ({ ...statement, Action: [statement.Action].flat().filter(action => !actions.includes(action)) })

export const mutations = [
  {
    finding: '1, every PutObject without a header is denied',
    expect: /^(job|administrator): .*s3:PutObject/,
    change: environments => edit(environments, /^bucket/, /^OnlyThisKey$/, statement => ({
      ...statement,
      Condition: { StringNotEqualsIfExists: statement.Condition.StringNotEquals },
    })),
  },
  {
    finding: '1, a header without a key allows the AWS managed key',
    expect: /^administrator: .*s3:PutObject/,
    change: environments => edit(environments, /^bucket/, /^OnlyThisKey$/, statement => ({
      ...statement,
      Condition: { ...statement.Condition, Null: { 's3:x-amz-server-side-encryption-aws-kms-key-id': 'false' } },
    })),
  },
  {
    finding: '2, the trust of Scheduler names a schedule',
    expect: /^services: scheduler/,
    change: environments => edit(environments, /^trust ledger-check$/, /./, statement => ({
      ...statement,
      Condition: { ...statement.Condition, ArnLike: { 'aws:SourceArn': 'arn:aws:scheduler:eu-central-1:111122223333:schedule/clickstream-test/clickstream-test-ledger-check' } },
    })),
  },
  ...['kinesisanalytics:DescribeApplicationOperation', 's3:ListBucketVersions', 'iam:PutRolePermissionsBoundary', 'quicksight:CreateDataSource', 'ec2:CreateSubnet'].map(action => ({
    finding: `4, CI cannot apply without ${action}`,
    expect: new RegExp(`ci apply may.* ${action}`),
    change: environments => edit(environments, /^policy apply/, /./, without(action)),
  })),
  {
    finding: '7, the key of the topic requires SourceAccount from EventBridge',
    expect: /^services: events.* kms:/,
    change: environments => edit(environments, /^key operations$/, /^CrawlerFailuresToTopic$/, statement => ({
      ...statement,
      Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
    })),
  },
  ...['athena:StartQueryExecution', 's3:GetObjectVersion', 'kms:Decrypt', 'cloudwatch:GetMetricData', 'scheduler:GetSchedule'].map(action => ({
    finding: `9, the operator has no ${action}`,
    expect: action === 'kms:Decrypt' ? /^operator: .*s3:GetObject/ : new RegExp(`^operator: .* ${action}`),
    change: environments => edit(environments, /^policy operator/, /./, without(action)),
  })),
  {
    finding: '9, the Deny of the analyst applies to the operator',
    expect: /^operator: /,
    change: environments => edit(environments, /^policy operator$/, /^ReadPublicationLog$/, statement => ({
      ...statement,
      Effect: 'Deny',
      Resource: statement.Resource.map(resource => resource.replace('_sink', 'rejected_events')),
    })),
  },
  {
    finding: '11, CreateLogGroup without :* after the name',
    expect: /^crawler: .*CreateLogGroup/,
    change: environments => edit(environments, /^role crawler$/, /^CreateLogGroup$/, statement => ({
      ...statement,
      Resource: statement.Resource.map(resource => resource.replace(/:\*$/, '')),
    })),
  },
  {
    finding: '13, pull requests assume a role that reads the state',
    expect: /^github: /,
    change: environments => edit(environments, /^trust plan$/, /./, statement => {
      const [key] = Object.keys(statement.Condition.StringEquals).filter(name => name.endsWith(':sub'))
      statement.Condition.StringEquals[key] = [statement.Condition.StringEquals[key], 'repo:shop/clickstream-lake:pull_request'].flat()
      return statement
    }),
  },
  {
    finding: '14, the trust of Glue names crawlers',
    expect: /^services: glue/,
    change: environments => edit(environments, /^trust crawler$/, /./, statement => ({
      ...statement,
      Condition: { ...statement.Condition, ArnLike: { 'aws:SourceArn': 'arn:aws:glue:eu-central-1:111122223333:crawler/clickstream-test-nightly' } },
    })),
  },
  {
    finding: 'low, the topic requires the ARN of a single budget',
    expect: /^services: budgets.* sns:/,
    change: environments => edit(environments, /^topic alarms$/, /^FromBudget$/, statement => ({
      ...statement,
      Condition: { ...statement.Condition, ArnLike: { 'aws:SourceArn': 'arn:aws:budgets::111122223333:budget/clickstream-test' } },
    })),
  },
  {
    finding: 'low, DeleteDatabase without the functions of the database',
    expect: /ci apply may glue:DeleteDatabase/,
    change: environments => edit(environments, /^policy apply/, /Glue/, statement => ({
      ...statement,
      Resource: statement.Resource.filter(resource => !resource.includes(':userDefinedFunction/')),
    })),
  },
  {
    finding: 'low, a partition literal in kms:ViaService',
    expect: /^producer: /,
    change: environments => edit(environments, /^(key data|policy producer)$/, /^(UseThroughStreamAndBuckets|EncryptEvents)$/, statement =>
      JSON.parse(JSON.stringify(statement).replaceAll('amazonaws.com.cn', 'amazonaws.com'))),
  },
  {
    finding: 'a role that trusts its service on behalf of anyone',
    expect: /^services: .*sts:AssumeRole/,
    change: environments => edit(environments, /^trust (job|archive|crawler|ledger-check)$/, /./, statement => {
      delete statement.Condition
      return statement
    }),
  },
  {
    finding: 'an endpoint that blocks enhanced fan-out',
    expect: /^job: .*SubscribeToShard/,
    change: environments => edit(environments, /^endpoint kinesis$/, /^SubscribeToShards$/, statement => ({ ...statement, Action: ['kinesis:GetRecords'] })),
  },
  {
    finding: 'files, a condition on the prefix that a HEAD without prefix does not meet',
    expect: /^job: .*S3 answers a HEAD/,
    change: environments => edit(environments, /^role job$/, /^ListSourceFiles$/, statement => statement.Condition && ({
      ...statement,
      Condition: { StringLike: statement.Condition.StringLikeIfExists },
    })),
  },
  {
    finding: 'files, a condition on the prefix that the name of the folder does not meet',
    expect: /^job: .*S3 answers a HEAD/,
    change: environments => edit(environments, /^role job$/, /^ListSourceFiles$/, statement => statement.Condition && ({
      ...statement,
      Condition: { StringLikeIfExists: { 's3:prefix': ['web/events/*'] } },
    })),
  },
  {
    finding: 'files, only the objects in the folder may be read, so its HEAD is refused',
    expect: /^job: .*HEAD of the object with its name/,
    change: environments => edit(environments, /^role job$/, /^ReadSourceFiles$/, statement => ({
      ...statement,
      Resource: statement.Resource.filter(resource => resource.endsWith('/*')),
    })),
  },
  {
    finding: 'files, the job lists every folder of the bucket',
    expect: /^job: .*the same, their names/,
    change: environments => edit(environments, /^role job$/, /^ListSourceFiles$/, statement => {
      delete statement.Condition
      return statement
    }),
  },
  {
    finding: 'files, folders whose names only begin like the folder',
    expect: /^job: .*Other folders/,
    change: environments => edit(environments, /^role job$/, /^ReadSourceFiles$/, statement => ({
      ...statement,
      Resource: statement.Resource.map(resource => resource.replace(/\/\*$/, '*')),
    })),
  },
  {
    finding: 'files, a partition literal in kms:ViaService',
    expect: /^job: .*S3A open/,
    change: environments => edit(environments, /^role job$/, /^DecryptSourceFiles$/, statement =>
      JSON.parse(JSON.stringify(statement).replaceAll('amazonaws.com.cn', 'amazonaws.com'))),
  },
  {
    finding: 'files, an endpoint that blocks the bucket of the files',
    expect: /^job: .*S3A open/,
    change: environments => edit(environments, /^endpoint s3$/, /^ReadSourceFiles$/, statement => ({ ...statement, Action: ['s3:PutObject'] })),
  },
  {
    finding: 'batches, no HEAD of a folder that has no object',
    expect: /^batch: .*FolderListing/,
    change: environments => edit(environments, /^policy batch$/, /^FindFolders$/, statement => ({
      ...statement,
      Resource: statement.Resource.map(resource => `${resource}/`),
    })),
  },
  {
    finding: 'batches, every visible file can be deleted without the policy erase',
    expect: /^batch: .*Visible files of events/,
    change: environments => edit(environments, /^policy batch$/, /^RemoveReplayedFiles$/, statement => ({
      ...statement,
      Resource: statement.Resource.map(resource => resource.replace('rejected_events/', '')),
    })),
  },
  {
    finding: 'batches, an erasure leaves the old versions of files that a rewind moved aside',
    expect: /^erase: .*old versions/,
    change: environments => edit(environments, /^policy erase$/, /^DeleteOldVersions$/, statement => ({
      ...statement,
      Resource: statement.Resource.filter(resource => !resource.includes('/rewound/')),
    })),
  },
  {
    finding: 'batches, the versions of the records in _sink can be deleted',
    expect: /^erase: .*Versions of the records/,
    change: environments => edit(environments, /^policy erase$/, /^DeleteOldVersions$/, statement => ({
      ...statement,
      Resource: statement.Resource.map(resource => resource.replace('/rewound/', '/')),
    })),
  },
  {
    finding: 'batches, tasks can be started in any cluster',
    expect: /^batch: .*person run-batch may not ecs:RunTask/,
    change: environments => edit(environments, /^policy run-batch$/, /^RunTask$/, ({ Condition, ...statement }) => statement),
  },
]
