/** Reports on the money itself: tenders, shifts, and the points that are owed. */
import { t, worded } from '../../i18n'
import { bars, lines, ranks } from './plots'
import { acts, columns, number, type Report, text, to } from './report'

const WORDS = { tender: 'reports.tender', state: 'reports.shift.state' }

export const TENDERS: Report = {
  name: 'tenders',
  list: 'reportTenders',
  path: '/office/v1/reports/tenders',
  span: 'days',
  key: 'key',
  groups: ['tender', 'branch', 'day'],
  fields: [{ name: 'tender', kind: 'text' }],
  columns: (group) => {
    const part = { branch: 'text: !name *part; ', day: 'day: part; ' }[group] ?? ''
    return columns(`${part}code: tender; count: sales_count; money: sales; per_mille: share; money: refunds top_ups other total`, WORDS, group).map((column) => (column.name === 'top_ups' ? { ...column, title: 'reports.column.value_sold' } : column))
  },
  chart: (rows, group) => {
    const tenders = [...new Set(rows.map((row) => text(row, 'tender')))]
    const name = (tender: string) => worded('reports.tender', tender)
    if (group === 'tender') return ranks({ categories: tenders.map(name), series: [{ name: t('reports.column.sales'), values: rows.map((row) => number(row, 'sales')) }] })
    const parts = [...new Set(rows.map((row) => text(row, 'part')))].sort()
    const names = new Map(rows.map((row) => [text(row, 'part'), text(row, 'name')]))
    const found = new Map(rows.map((row) => [text(row, 'key'), number(row, 'sales')]))
    const series = tenders.map((tender) => ({ name: name(tender), values: parts.map((part) => found.get(`${part} ${tender}`) ?? 0) }))
    return (group === 'day' ? lines : bars)({ categories: parts.map((part) => names.get(part) || part), series })
  },
  leads: {
    tender: (row, { from_day = '', to_day = '', branch = '' }) => to('tenders', { from_day, to_day, branch, tender: text(row, 'tender'), group: 'day' }),
    branch: (row, { from_day = '', to_day = '' }) => to('tenders', { from_day, to_day, branch: text(row, 'part'), tender: text(row, 'tender'), group: 'day' }),
    day: (row, { branch = '' }) => acts({ from_day: text(row, 'part'), to_day: text(row, 'part'), branch }),
  },
}

export const SHIFTS: Report = {
  name: 'shifts',
  list: 'reportShifts',
  path: '/office/v1/reports/shifts',
  span: 'days',
  key: 'shift',
  fields: [
    { name: 'staff', kind: 'text' },
    { name: 'state', kind: 'choice', values: ['open', 'counted', 'closed'] },
    { name: 'differing', kind: 'flag' },
  ],
  columns: () => columns('day: day; text: !branch_name *branch till *staff !staff_name; code: state; money: opening cash_in cash_out expected counted delta', WORDS),
  chart: (rows) => {
    const byDay = new Map<string, number>()
    for (const row of rows) byDay.set(text(row, 'day'), (byDay.get(text(row, 'day')) ?? 0) + number(row, 'delta'))
    const days = [...byDay.keys()].sort()
    if (days.every((day) => !byDay.get(day))) return null
    return bars({ categories: days, series: [{ name: t('reports.column.delta'), values: days.map((day) => byDay.get(day) ?? 0) }] })
  },
}

export const POINTS: Report = {
  name: 'points',
  list: 'reportPoints',
  path: '/office/v1/reports/points',
  span: 'day',
  key: 'part',
  groups: ['branch', 'age', 'expiry'],
  columns: (group) => {
    const part = { branch: 'text: !name *part', age: 'code: part' }[group] ?? 'text: part'
    return columns(`${part}; count: lots; points: points soon; money: worth`, { part: 'reports.age' }, group)
  },
  chart: (rows, group) => {
    const name = (row: (typeof rows)[number]) => ({ branch: text(row, 'name') || text(row, 'part'), age: worded('reports.age', row['part']), expiry: text(row, 'part') || t('reports.forever') })[group] ?? ''
    const draw = group === 'branch' ? ranks : bars
    return draw({ counts: true, categories: rows.map(name), series: [{ name: t('reports.column.points'), values: rows.map((row) => number(row, 'points')) }] })
  },
}
