// Reads the request tables and expands them into single requests, with the names in braces filled in.

import { readFileSync, readdirSync } from 'node:fs'
import { parse } from 'yaml'
import { expand } from './lake.mjs'

const FOLDER = new URL('./requests/', import.meta.url)

/**
 * All rows of all tables, and of the recordings of Terraform's and the job's own requests. A row:
 * { table, title, expected: 'allowed' | 'denied', deniedBy?, appliesTo(environment), requests(environment) }
 */
export function readRows() {
  const rows = []
  for (const file of readdirSync(FOLDER).filter(name => name.endsWith('.yaml')).sort()) {
    const table = file.replace('.yaml', '')
    const data = parse(readFileSync(new URL(file, FOLDER), 'utf8'), { merge: true })
    for (const row of data.requests ?? []) rows.push(rowOf(table, data, row, 'allowed'))
    for (const row of data.forbidden ?? []) rows.push(rowOf(table, data, row, 'denied'))
    for (const row of data.services ?? []) rows.push(...serviceRows(table, row))
  }
  return [...rows, ...recordedRows(), ...recordedJobRows()]
}

function rowOf(table, data, row, expected) {
  const principal = row.principal ?? data.principal
  const contexts = (row.contexts ?? [row.context ?? {}]).flatMap(expandContext)
  const resources = expand(row.resources)
  return {
    table,
    title: `${principal} ${expected === 'allowed' ? 'may' : 'may not'} ${row.actions.join(', ')}: ${row.from ?? row.why}`,
    expected,
    deniedBy: row.denied_by,
    appliesTo: applies({ ...row, except: [...(data.except ?? []), ...(row.except ?? [])] }, principal.startsWith('ci ') ? 'ci' : 'module'),
    requests: environment => row.actions.flatMap(action => resources.flatMap(resource => contexts.map(context => ({
      principal,
      action,
      resource: fill(resource, environment),
      context: fill({ ...context, ...(row.context_of?.[action] ?? {}) }, environment),
    })))),
  }
}

/** One context per table where the S3 prefix names a group of tables. */
function expandContext(context) {
  const prefix = context['s3:prefix']
  return prefix === undefined ? [context] : expand([prefix]).map(text => ({ ...context, 's3:prefix': text }))
}

/** One row with the context that the service sends, and one for each wrong context of a confused deputy. */
function serviceRows(table, row) {
  const variants = [{ context: row.right, expected: 'allowed' }, ...row.wrong.map(context => ({ context, expected: 'denied' }))]
  return variants.map(({ context, expected }) => ({
    table,
    title: `${row.service ?? row.federated} ${expected === 'allowed' ? 'may' : 'may not'} ${row.actions.join(', ')}` +
      ` on ${row.resources.join(', ')} with ${JSON.stringify(context)}: ${row.from}`,
    expected,
    appliesTo: applies(row, row.ci ? 'ci' : 'module'),
    requests: environment => row.actions.flatMap(action => row.resources.map(resource => ({
      principal: row.service
        ? `service ${fill(row.service, environment)}`
        : `service arn:${environment.partition}:iam::${environment.account}:oidc-provider/${row.federated}`,
      action,
      resource: fill(resource, environment),
      context: fill(context, environment),
    }))),
  }))
}

/**
 * Recorded requests of the provider (recordings/terraform.json), one row per action: the apply role may send all of them, the
 * plan role those of a plan.
 */
function recordedRows() {
  const recording = JSON.parse(readFileSync(new URL('./recordings/terraform.json', import.meta.url), 'utf8'))
  const row = (role, expected, action, recorded) => ({
    table: 'terraform',
    title: `ci ${role} ${expected === 'allowed' ? 'may' : 'may not'} ${action}: recorded in ` +
      [...new Set(recorded.flatMap(({ phases }) => phases))].join(', '),
    expected,
    appliesTo: environment => environment.kind === 'ci',
    requests: environment => recorded.map(({ resource, context = {} }) =>
      ({ principal: `ci ${role}`, action, resource: fill(resource, environment), context: fill(context, environment) })),
  })
  return [...new Set(recording.map(({ action }) => action))].flatMap(action => {
    const all = recording.filter(recorded => recorded.action === action)
    const planned = all.filter(({ phases }) => phases.includes('plan'))
    return [
      row('apply', 'allowed', action, all),
      ...(planned.length > 0 ? [row('plan', 'allowed', action, planned)] : []),
      ...(planned.length === 0 && !isRead(action) ? [row('plan', 'denied', action, all)] : []),
    ]
  })
}

/**
 * Recorded requests of the job to S3 on the local stack, with failures of processes, network and S3 (recordings/job.txt). Its
 * role may send all of them, except to delete folder markers of a table: S3A tries that after each upload and ignores the
 * refusal.
 */
function recordedJobRows() {
  const lines = readFileSync(new URL('./recordings/job.txt', import.meta.url), 'utf8').trim().split('\n')
  return lines.map(line => {
    const [action, resource] = line.split(' ')
    const isMarker = resource.endsWith('/') && !resource.includes('/_sink/')
    const expected = action === 's3:DeleteObject' && isMarker ? 'denied' : 'allowed'
    return {
      table: 'job',
      title: `role job ${expected === 'allowed' ? 'may' : 'may not'} ${action} on ${resource}: recorded by ChaosIT`,
      expected,
      appliesTo: environment => environment.kind === 'module' && environment.name.endsWith('/crawler'),
      requests: environment => [{ principal: 'role job', action, resource: fill(resource, environment), context: {} }],
    }
  })
}

/** The provider reads more in an apply than in a plan; the plan role may read that as well. */
function isRead(action) {
  return /:(Get|List|Describe|View)/.test(action)
}

function applies({ only, except = [] }, kind) {
  return environment => {
    const run = environment.name.split('/')[1]
    return environment.kind === kind && (only ?? [run]).includes(run) && !except.includes(run)
  }
}

/** The value with names in braces replaced; in contexts the values only. */
export function fill(value, environment) {
  if (typeof value === 'string') {
    return value.replace(/\{(\w+)\}/g, (braces, name) => {
      if (!(name in environment.names)) throw new Error(`${braces} is not defined: add it to environment.mjs, or correct the row`)
      return environment.names[name]
    })
  }
  if (value === null) return null
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, fill(text, environment)]))
}
