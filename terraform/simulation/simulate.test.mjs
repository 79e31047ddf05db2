// Decides every request in every environment of the plans; every statement must be needed, and every known fault detected.
//
// The plans come from terraform test (see ../check): SIMULATION_PLANS names the file with its output.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { readEnvironments } from './environment.mjs'
import { mutations } from './mutations.mjs'
import { simulate, unused } from './simulate.mjs'
import { readRows } from './tables.mjs'

// Maximum characters: managed policies, inline policies of a role, trust policies; policies of keys, queues and topics.
const LIMITS = { identity: 6144, inline: 10240, trust: 2048, resource: 20480 }

const environments = readEnvironments(readFileSync(process.env.SIMULATION_PLANS, 'utf8'))
const rows = readRows()
const { outcomes, used } = await simulate(environments, rows)

for (const { row, problems } of outcomes) {
  test(`${row.table}: ${row.title}`, () => assert.deepEqual(problems, []))
}

test('every action and resource of every statement is needed by a request', () => {
  const exceptions = parse(readFileSync(new URL('./exceptions.yaml', import.meta.url), 'utf8')) ?? {}
  const left = unused(environments, used)
  assert.deepEqual(left.filter(({ key }) => !(key in exceptions)).map(({ key }) => key), [])
  const stale = Object.keys(exceptions).filter(key => !left.some(unusedPart => unusedPart.key === key))
  assert.deepEqual(stale, [], 'Exceptions that are no longer needed')
})

// Commands whose action has another name; null: the operator needs no permission, with the reason.
const ACTIONS_OF_COMMANDS = {
  's3 cp': 's3:PutObject',
  's3 ls': 's3:ListBucket',
  's3 sync': null, // before a teardown, by an administrator
  's3api copy-object': 's3:GetObjectVersionTagging',
  's3api get-object': 's3:GetObjectVersion',
  's3api list-multipart-uploads': 's3:ListBucketMultipartUploads',
  's3api list-object-versions': 's3:ListBucketVersions',
  's3api list-objects-v2': 's3:ListBucket',
  'resourcegroupstaggingapi get-resources': null, // after a teardown, by an administrator
  'secretsmanager create-secret': null, // before the first apply, by an administrator
  'sts get-caller-identity': null, // needs none
}

test('every aws command of README and runbook is a request of the operator', () => {
  const text = ['../README.md', '../docs/runbook.md'].map(file => readFileSync(new URL(file, import.meta.url), 'utf8')).join('\n')
  const commands = new Set([...text.matchAll(/\baws ([a-z0-9]+ [a-z0-9-]+)/g)].map(([, command]) => command))
  const table = parse(readFileSync(new URL('./requests/operator.yaml', import.meta.url), 'utf8'), { merge: true })
  const actions = new Set(table.requests.flatMap(row => row.actions))
  const actionOf = command => command in ACTIONS_OF_COMMANDS
    ? ACTIONS_OF_COMMANDS[command]
    : command.replace('kinesisanalyticsv2', 'kinesisanalytics')
      .replace(/ (.*)/, (_, words) => ':' + words.split('-').map(word => word[0].toUpperCase() + word.slice(1)).join(''))
  assert.ok(commands.size > 10)
  assert.deepEqual([...commands].filter(command => actionOf(command) !== null && !actions.has(actionOf(command))), [])
})

test('every policy is short enough for the longest environment name', () => {
  const lengthened = text => text.replaceAll('clickstream-test', 'x'.repeat(25)).replaceAll('clickstream_test', 'x'.repeat(25))
  const tooLong = Object.values(environments).flatMap(({ name, policies }) => policies
    .filter(({ kind }) => kind in LIMITS)
    .filter(({ id, kind, document }) => lengthened(JSON.stringify(document)).length > (id.startsWith('role ') ? LIMITS.inline : LIMITS[kind]))
    .map(({ id }) => `${name}: ${id}`))
  assert.deepEqual(tooLong, [])
})

for (const { finding, change, expect } of mutations) {
  test(`a fault is detected: ${finding}`, async () => {
    const changed = structuredClone(environments)
    const touched = change(changed)
    assert.ok(touched > 0, 'The change applies to nothing: correct mutations.mjs')
    // Rows that pass without the fault.
    const sound = outcomes.filter(({ problems }) => problems.length === 0).map(({ row }) => row)
    const { outcomes: broken } = await simulate(changed, sound.filter(row => expect.test(`${row.table}: ${row.title}`)))
    assert.ok(broken.some(({ problems }) => problems.length > 0), `No row ${expect} fails`)
  })
}
