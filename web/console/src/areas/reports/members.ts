/** Reports on members that are plain tables; the grid and the cohorts have pages of their own. */
import { columns, type Report } from './report'

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
}

export const DORMANT: Report = {
  name: 'dormant',
  list: 'reportDormant',
  path: '/office/v1/reports/members/dormant',
  span: 'since',
  key: 'member',
  columns: () => columns('text: name tier; day: registered last_day; count: visits; money: spent; id: *member'),
}
