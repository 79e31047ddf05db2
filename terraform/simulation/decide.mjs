// Decides one request by all policies that AWS would evaluate: the caller's identity policies, the policy of the resource
// and that of the VPC endpoint. If the request causes a request to KMS, that one is decided in the same way.

import { isWildcardOnlyAction, runSimulation } from '@cloud-copilot/iam-simulate'

// The library supports context keys with a variable part only in the form TAG/NAME, so other forms are renamed to it.
const VARIABLE_KEYS = /(kms:EncryptionContext|token\.actions\.githubusercontent\.com):/g
// It also accepts a service principal only if it ends in amazonaws.com.
const CHINA = /\.amazonaws\.com\.cn\b/g
const renamed = value => value && JSON.parse(
  JSON.stringify(value).replace(VARIABLE_KEYS, 'aws:PrincipalTag/$1:').replace(CHINA, '.china.amazonaws.com'))

const EVERYTHING = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }

/**
 * A decision: { allowed, steps }. There is a step for the request itself and for each request to KMS that it causes,
 * with the statements that decided it. All steps must be allowed.
 *
 * request: { principal, action, resource, context, accessPoint? }
 */
export async function decide(environment, request) {
  const steps = [await step(environment, request)]
  for (const caused of kmsRequests(environment, request)) {
    steps.push(await step(environment, caused))
  }
  return { allowed: steps.every(step => step.result === 'Allowed'), steps }
}

async function step(environment, asked) {
  const { account } = environment
  // An action without resource-level permissions is evaluated on "*".
  const wildcardOnly = await isWildcardOnlyAction(...asked.action.split(':'))
  const request = wildcardOnly ? { ...asked, resource: '*' } : asked
  const caller = callerOf(environment, request.principal)
  const resourcePolicy = policyOfResource(environment, request.resource, caller)
  const context = { ...caller.context, ...transportContext(request), ...request.context }
  // A context key with the value null is one that the client does not send.
  for (const key of Object.keys(context)) if (context[key] === null) delete context[key]

  const simulation = {
    request: {
      principal: renamed(caller.arn),
      action: request.action,
      resource: { resource: request.resource, accountId: accountOf(request, account) },
      contextVariables: renamed(context),
    },
    identityPolicies: caller.policies.map(policy => ({ name: policy.id, policy: renamed(policy.document) })),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    resourcePolicy: renamed(resourcePolicy?.document),
    permissionBoundaryPolicies: caller.boundary,
    vpcEndpointPolicies: endpointPolicies(environment, request),
  }
  const outcome = await runSimulation(simulation, {})
  if (outcome.resultType === 'error') {
    throw new Error(`${request.action} ${request.resource}: ${JSON.stringify(outcome.errors)}`)
  }
  const results = outcome.resultType === 'single' ? [outcome.result] : outcome.results
  const ignored = results.flatMap(result => result.ignoredContextKeys ?? [])
    .filter(key => Object.keys(request.context ?? {}).some(own => own.toLowerCase() === key.toLowerCase()))
  if (ignored.length > 0) {
    throw new Error(`${request.action} has no context key ${ignored.join(', ')}: correct the row`)
  }
  const decided = []
  for (const { analysis } of results) {
    for (const part of ['identityAnalysis', 'resourceAnalysis', 'endpointAnalysis']) {
      for (const list of ['allowStatements', 'denyStatements']) {
        const statements = analysis[part]?.[list] ?? []
        for (const statement of statements) {
          decided.push({
            policy: part === 'resourceAnalysis' ? resourcePolicy.id : statement.policyId,
            sid: statement.statement.sid(),
            action: request.action,
            resource: request.resource,
            effect: list === 'allowStatements' ? 'Allow' : 'Deny',
            alone: statements.length === 1,
          })
        }
      }
    }
  }
  return { request, result: outcome.overallResult, decided, blockedBy: results.flatMap(result => result.analysis.blockedBy ?? []) }
}

/**
 * Who sends the request: a role of the plan, a CI role, a person with policies of the plan, an AWS service, an
 * administrator of the account, or a stranger: a role of another account.
 */
function callerOf(environment, principal) {
  const { account, partition } = environment
  const [kind, ...rest] = principal.split(' ')
  const names = rest.join(' ').split('+')
  if (kind === 'service') {
    return { arn: names[0], policies: [], context: {} }
  }
  const role = {
    role: `clickstream-test-${names[0]}-${environment.region}`,
    ci: `github-clickstream-${names[0]}`,
  }[kind] ?? names.join('-')
  // A stranger's own account allows everything, so this account decides.
  const policies = kind === 'administrator' || kind === 'stranger'
    ? [{ id: 'administrator', document: EVERYTHING }]
    : environment.policies.filter(policy => policy.kind === 'identity' && names.includes(policy.target))
  if (policies.length === 0) throw new Error(`${environment.name} has no policy for '${principal}'`)
  const home = kind === 'stranger' ? environment.names.other_account : account
  return {
    arn: `arn:${partition}:sts::${home}:assumed-role/${role}/session`,
    policies,
    context: { 'aws:PrincipalArn': `arn:${partition}:iam::${home}:role/${role}`, 'aws:PrincipalAccount': home },
  }
}

function policyOfResource(environment, resource) {
  const target = resource.startsWith(`arn:${environment.partition}:s3:::`) ? resource.split('/')[0] : resource
  return environment.policies.find(policy => ['resource', 'trust'].includes(policy.kind) && policy.target === target)
}

function accountOf(request, account) {
  const named = request.resource.split(':')[4]
  return /^\d{12}$/.test(named ?? '') ? named : account
}

/** Every client uses TLS 1.3, unless the row's context overrides it. */
function transportContext({ action }) {
  const context = { 'aws:SecureTransport': 'true' }
  if (action.startsWith('s3:')) context['s3:TlsVersion'] = '1.3'
  return context
}

/** Requests of the job to S3 and Kinesis go through the VPC endpoints, if the plan has them. */
function endpointPolicies(environment, request) {
  if (request.principal !== 'role job') return undefined
  const name = { s3: 's3', kinesis: 'kinesis' }[request.action.split(':')[0]]
  const policy = environment.policies.find(policy => policy.kind === 'endpoint' && policy.target === name)
  return policy && [{ name: policy.id, policy: policy.document }]
}

const KMS_OF_S3 = {
  's3:PutObject': ['kms:GenerateDataKey', 'kms:Decrypt'], // Decrypt: for the parts of a multipart upload
  's3:GetObject': ['kms:Decrypt'],
  's3:GetObjectVersion': ['kms:Decrypt'],
}
const KMS_OF_KINESIS = {
  'kinesis:PutRecord': ['kms:GenerateDataKey'],
  'kinesis:PutRecords': ['kms:GenerateDataKey'],
  'kinesis:GetRecords': ['kms:Decrypt'],
  'kinesis:SubscribeToShard': ['kms:Decrypt'],
}

/** Requests that S3, Kinesis and Secrets Manager send to KMS on behalf of the caller. */
function kmsRequests(environment, { principal, action, resource }) {
  const { data_key: dataKey, state_key: stateKey, source, source_key: sourceKey, stream } = environment.names
  const via = (service, key, encryptionContext) => kmsAction => ({
    principal,
    action: kmsAction,
    resource: key,
    context: {
      'kms:ViaService': `${service}.${environment.region}.${environment.dnsSuffix}`,
      'kms:CallerAccount': principal.startsWith('stranger ') ? environment.names.other_account : environment.account,
      ...encryptionContext,
      ...(environment.kind === 'ci' ? { 'aws:ResourceTag/Project': 'clickstream' } : {}),
    },
  })
  if (action in KMS_OF_S3) {
    // With a bucket key the encryption context is the bucket, not the object.
    const bucket = resource.split('/')[0]
    // Only the objects of the run "files" have a customer managed key.
    if (bucket === source && !environment.name.endsWith('/files')) return []
    const key = bucket === source ? sourceKey : resource.startsWith(environment.names.state) ? stateKey : dataKey
    return KMS_OF_S3[action].map(via('s3', key, { 'kms:EncryptionContext:aws:s3:arn': bucket }))
  }
  if (action in KMS_OF_KINESIS) {
    return KMS_OF_KINESIS[action].map(via('kinesis', dataKey, { 'kms:EncryptionContext:aws:kinesis:arn': stream }))
  }
  if (action === 'secretsmanager:GetSecretValue') {
    return [via('secretsmanager', environment.names.secret_key, { 'kms:EncryptionContext:SecretARN': resource })('kms:Decrypt')]
  }
  // KMS requests of services that publish to the encrypted topic differ by service: see requests/services.yaml.
  return []
}
