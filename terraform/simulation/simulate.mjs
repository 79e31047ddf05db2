// Decides every row of the request tables in every environment, and records which statements decided.

import { decide } from './decide.mjs'

/** { row → problems[] }, and the coverage: which parts of which statements a request needed. */
export async function simulate(environments, rows) {
  const outcomes = []
  const used = new Set()
  for (const row of rows) {
    const problems = []
    let decided = 0
    for (const environment of Object.values(environments).filter(row.appliesTo)) {
      for (const request of row.requests(environment)) {
        decided++
        try {
          const decision = await decide(environment, request)
          noteUse(used, environment, row, decision)
          const problem = problemOf(row, request, decision)
          if (problem) problems.push(`${environment.name}: ${problem}`)
        } catch (error) {
          // The request does not exist in AWS: the row is wrong.
          problems.push(`${environment.name}: ${error.message}`)
        }
      }
    }
    if (decided === 0) problems.push('No environment has this row: correct only or except')
    outcomes.push({ row, problems })
  }
  return { outcomes, used }
}

function problemOf(row, request, { allowed, steps }) {
  const what = `${request.action} on ${request.resource}`
  if (row.expected === 'allowed') {
    const refused = steps.find(step => step.result !== 'Allowed')
    if (!refused) return null
    const by = refused.decided.filter(({ effect }) => effect === 'Deny').map(({ policy, sid }) => `${policy} ${sid}`)
    return `${what} is refused` +
      (refused.request.action === request.action ? '' : ` because of ${refused.request.action}`) +
      (by.length > 0 ? `, denied by ${by.join(', ')}` : ', no policy allows it') +
      ` (${refused.result}${refused.blockedBy.length > 0 ? `, blocked by ${refused.blockedBy.join(', ')}` : ''})`
  }
  if (allowed) {
    const by = steps[0].decided.filter(({ effect }) => effect === 'Allow').map(({ policy, sid }) => `${policy} ${sid}`)
    return `${what} is allowed by ${by.join(', ')}`
  }
  if (row.deniedBy && !steps.some(step => step.decided.some(({ effect, sid }) => effect === 'Deny' && sid === row.deniedBy))) {
    return `${what} is refused, but not by ${row.deniedBy}`
  }
  return null
}

/**
 * A statement is needed where a request that must be allowed is allowed by it alone, or one that must be refused is
 * denied by it; the same for each of its actions and resources.
 */
function noteUse(used, environment, row, { allowed, steps }) {
  if (allowed !== (row.expected === 'allowed')) return
  for (const step of steps) {
    for (const { policy, sid, effect, alone, action, resource } of step.decided) {
      if (effect === 'Allow' && !(row.expected === 'allowed' && alone)) continue
      if (effect === 'Deny' && row.expected !== 'denied') continue
      const statement = statementsOf(environment).find(other => other.policy === policy && other.sid === sid)
      if (!statement) continue
      used.add(neededIn(environment, statement))
      for (const part of partsOf(statement)) {
        const { kind, value } = part
        if (kind === 'action' ? matches(value, action, true) : matches(value, resource, false)) used.add(part.key)
      }
    }
  }
}

/**
 * The parts of statements that no request needs, as { key, environments }: actions and resources in no environment, and
 * statements in the environment that has them.
 */
export function unused(environments, used) {
  const missing = new Map()
  for (const environment of Object.values(environments)) {
    for (const statement of statementsOf(environment)) {
      for (const { key } of partsOf(statement)) {
        if (!used.has(key)) missing.set(key, [...(missing.get(key) ?? []), environment.name])
      }
    }
  }
  for (const environment of Object.values(environments)) {
    for (const statement of statementsOf(environment)) {
      const key = neededIn(environment, statement)
      if (!statement.borrowed && !used.has(key)) missing.set(key, [environment.name])
    }
  }
  return [...missing].map(([key, names]) => ({ key, environments: names }))
}

function neededIn(environment, { policy, sid }) {
  return `${policy} ${sid} in ${environment.name}`
}

const statements = new WeakMap()

function statementsOf(environment) {
  if (!statements.has(environment)) {
    statements.set(environment, environment.policies.filter(({ foreign }) => !foreign).flatMap(({ id, document, borrowed }) =>
      document.Statement.map(statement => ({ policy: id, sid: statement.Sid, statement, environment, borrowed }))))
  }
  return statements.get(environment)
}

/** Each action and each resource of a statement; ARNs without region, so that partitions share them. */
function partsOf({ policy, sid, statement, environment }) {
  const { partition, region } = environment
  const list = value => [value ?? []].flat()
  const neutral = text => text.replaceAll(`arn:${partition}:`, 'arn:').replaceAll(region, 'REGION')
  // Documents of a CI role are split by length only.
  const name = policy.replace(/^policy (plan|apply)-\d+$/, 'ci $1')
  return [
    ...list(statement.Action).map(value => ({ kind: 'action', value, key: `${name} ${sid} ${value}` })),
    ...list(statement.Resource).map(value => ({ kind: 'resource', value, key: `${name} ${sid} ${neutral(value)}` })),
  ]
}

function matches(pattern, text, ignoreCase) {
  const expression = pattern.split('*').map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')
  return new RegExp(`^${expression}$`, ignoreCase ? 'i' : '').test(text)
}
