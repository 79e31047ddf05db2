// Tables and views of the lake, from the Avro contracts and the SQL files, so that a new table or view needs no new request.
//
// REPOSITORY names the root of the repository; terraform/check sets it, since it runs a copy of this folder.

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = process.env.REPOSITORY ?? new URL('../..', import.meta.url).pathname

const files = (folder, ending) => readdirSync(join(ROOT, folder)).filter(file => file.endsWith(ending)).sort()

const tables = ['flink-app/src/main/avro', 'athena/contracts']
  .flatMap(folder => files(folder, '.avsc').map(file => JSON.parse(readFileSync(join(ROOT, folder, file), 'utf8')).table))
  .filter(Boolean)

const views = files('athena/views', '.sql').map(file => file.replace('.sql', ''))

// Groups of tables that the request tables name: by reader, by writer, and those that analysts must not read.
const GROUPS = {
  all: () => true,
  job: table => table.zone === 'processed',
  closed: table => !table.readers.includes('analyst'),
  analyst: table => table.readers.includes('analyst'),
  operator: table => table.readers.includes('operator'),
  'ledger-check': table => table.readers.includes('ledger-check'),
}

const PLACEHOLDER = /\{(tables|files|prefixes|views)(?: ([a-z-]+))?\}/

/**
 * Expands placeholders into one text per table or view: {tables GROUP} is the Glue ARN of a table, {files GROUP} bucket and prefix
 * of its files, {prefixes GROUP} the prefix alone, {views} the Glue ARN of a view.
 */
export function expand(texts) {
  return texts.flatMap(text => {
    const [placeholder, kind, group] = PLACEHOLDER.exec(text) ?? []
    if (!placeholder) return [text]
    if (kind === 'views') return views.map(view => text.replace(placeholder, `{table}/${view}`))
    if (!(group in GROUPS)) throw new Error(`${placeholder} is not a group of tables: use ${Object.keys(GROUPS).join(', ')}`)
    const value = {
      tables: ({ name }) => `{table}/${name}`,
      files: ({ zone, prefix }) => `{${zone}}/${prefix}`,
      prefixes: ({ prefix }) => prefix,
    }[kind]
    return tables.filter(GROUPS[group]).map(table => text.replace(placeholder, value(table)))
  })
}
