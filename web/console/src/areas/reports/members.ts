/** Reports on members that are plain tables; the grid and the cohorts have pages of their own. */
import { t } from '../../i18n'
import type { Row } from '../../table'
import { ranks } from './plots'
import { columns, number, type Report, text } from './report'

/** Those who spent most, each with what they spent. */
const spenders = (rows: Row[]) =>
  ranks({ categories: rows.map((row) => text(row, 'name') || t('reports.nameless')), series: [{ name: t('reports.column.spent'), values: rows.map((row) => number(row, 'spent')) }] })
const person = { '': (row: Row) => `/members/${text(row, 'member')}` }

export const MEMBERS: Report = {
  name: 'members',
  list: 'reportMembers',
  path: '/office/v1/reports/members',
  span: 'days',
  key: 'member',
  fields: [
    { name: 'recency', kind: 'choice', values: ['0', '1', '2', '3', '4'] },
    { name: 'frequency', kind: 'choice', values: ['0', '1', '2', '3', '4'] },
  ],
  columns: () => columns('text: !name !tier; day: last_day; count: days visits; money: spent topped_up; id: *member'),
  best: 'spent',
  chart: spenders,
  leads: person,
}

export const DORMANT: Report = {
  name: 'dormant',
  list: 'reportDormant',
  path: '/office/v1/reports/members/dormant',
  span: 'since',
  key: 'member',
  columns: () => columns('text: !name !tier; day: registered last_day; count: visits; money: spent; id: *member'),
  best: 'spent',
  chart: spenders,
  leads: person,
}
