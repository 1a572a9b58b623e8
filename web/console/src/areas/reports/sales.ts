/** Reports on what was sold. */
import type { EChartsCoreOption } from 'echarts/core'
import { branchName } from '../../branches'
import { t, worded } from '../../i18n'
import { bars, lines, ranks } from './plots'
import type { Row } from '../../table'
import { acts, columns, monthDays, number, type Report, text, to, TOP } from './report'

export const SALES: Report = {
  name: 'sales',
  list: 'reportSales',
  path: '/office/v1/reports/sales',
  span: 'days',
  key: 'part',
  groups: ['day', 'month', 'weekday', 'branch'],
  columns: (group) => {
    const part = { branch: 'text: !name *part', weekday: 'code: part', day: 'text: part', month: 'text: part' }[group] ?? 'text: part'
    const rest = 'count: sales_count; money: sales average discount *rounding; count: *refund_count; money: refunds net member_sales *walk_in_sales stored_value top_ups *bonus *plans *gift_cards'
    return columns(`${part}; ${rest}`, { part: 'reports.weekday' }, group)
  },
  chart: (rows, group) => {
    const parts = rows.map((row) => (group === 'weekday' ? worded('reports.weekday', row['part']) : group === 'branch' ? text(row, 'name') || text(row, 'part') : text(row, 'part')))
    const series = [
      { name: t('reports.column.sales'), values: rows.map((row) => number(row, 'sales')) },
      { name: t('reports.column.top_ups'), values: rows.map((row) => number(row, 'top_ups')) },
    ]
    const draw = { day: lines, month: lines, weekday: bars, branch: ranks }[group] ?? bars
    return draw({ categories: parts, series })
  },
  leads: {
    day: (row, { branch = '' }) => acts({ from_day: text(row, 'part'), to_day: text(row, 'part'), branch }),
    month: (row, { branch = '' }) => to('sales', { ...monthDays(text(row, 'part')), branch }),
    branch: (row, { from_day = '', to_day = '' }) => to('sales', { from_day, to_day, branch: text(row, 'part') }),
  },
}

export const HOURS: Report = {
  name: 'hours',
  list: 'reportHours',
  path: '/office/v1/reports/hours',
  span: 'days',
  key: 'hour',
  columns: () => columns('count: hour sales_count; money: sales average'),
  chart: (rows) => {
    const byHour = new Map(rows.map((row) => [number(row, 'hour'), number(row, 'sales')]))
    const [first, last] = [Math.min(...byHour.keys()), Math.max(...byHour.keys())]
    const hours = Array.from({ length: last - first + 1 }, (_, n) => first + n)
    return bars({ categories: hours.map((hour) => `${hour}:00`), series: [{ name: t('reports.column.sales'), values: hours.map((hour) => byHour.get(hour) ?? 0) }] })
  },
}

export const GOODS: Report = {
  name: 'goods',
  list: 'reportGoods',
  path: '/office/v1/reports/goods',
  span: 'days',
  key: 'part',
  groups: ['item', 'category', 'top'],
  fields: [
    { name: 'item', kind: 'text' },
    { name: 'category', kind: 'text' },
  ],
  columns: (group) => columns(`${group === 'item' ? 'text: part name category' : 'text: part; count: items'}; quantity: quantity; money: list discount charged; per_mille: share`, {}, group),
  chart: (rows, group) => {
    const best = rows.toSorted((a, b) => number(b, 'charged') - number(a, 'charged')).slice(0, TOP)
    const name = (row: (typeof rows)[number]) => (group === 'item' && text(row, 'name')) || text(row, 'part') || t('reports.none')
    return ranks({ categories: best.map(name), series: [{ name: t('reports.column.charged'), values: best.map((row) => number(row, 'charged')) }] })
  },
  leads: {
    category: (row, { from_day = '', to_day = '', branch = '' }) => to('goods', { from_day, to_day, branch, category: text(row, 'part') }),
    top: (row, { from_day = '', to_day = '', branch = '' }) => to('goods', { from_day, to_day, branch, group: 'category', category: text(row, 'part') }),
  },
}

export const MARGINS: Report = {
  name: 'margins',
  list: 'reportMargins',
  path: '/office/v1/reports/margins',
  span: 'days',
  key: 'part',
  groups: ['item', 'category', 'brand', 'branch'],
  fields: [
    { name: 'item', kind: 'text' },
    { name: 'category', kind: 'text' },
  ],
  columns: (group) => columns(`${group === 'item' ? 'text: part name' : 'text: part'}; quantity: quantity; money: *list *discount charged *costed uncosted cost margin; per_mille: margin_per_mille`, {}, group),
  chart: (rows, group) => {
    const best = rows.filter((row) => row['margin'] !== null).toSorted((a, b) => number(b, 'margin') - number(a, 'margin')).slice(0, TOP)
    if (!best.length) return null
    const name = (row: (typeof rows)[number]) => (group === 'branch' ? branchName(text(row, 'part')) : (group === 'item' && text(row, 'name')) || text(row, 'part') || t('reports.none'))
    return ranks({
      categories: best.map(name),
      series: [
        { name: t('reports.column.margin'), values: best.map((row) => number(row, 'margin')) },
        { name: t('reports.column.cost'), values: best.map((row) => number(row, 'cost')) },
      ],
    })
  },
  leads: {
    category: (row, { from_day = '', to_day = '', branch = '' }) => to('margins', { from_day, to_day, branch, category: text(row, 'part') }),
    branch: (row, { from_day = '', to_day = '' }) => to('margins', { from_day, to_day, branch: text(row, 'part') }),
  },
}

/** Commission by days or by the products that gave most, of all attendants together. */
function parts(rows: Row[], days: boolean): EChartsCoreOption {
  const sums = new Map<string, { name: string; commission: number }>()
  for (const row of rows) {
    const part = text(row, 'part')
    const before = sums.get(part)?.commission ?? 0
    sums.set(part, { name: text(row, 'item_name') || part || t('reports.none'), commission: before + number(row, 'commission') })
  }
  const all = [...sums].map(([part, sum]) => ({ part, ...sum }))
  const shown = days ? all.sort((a, b) => a.part.localeCompare(b.part)) : all.sort((a, b) => b.commission - a.commission).slice(0, TOP)
  return (days ? lines : ranks)({ categories: shown.map(({ part, name }) => (days ? part : name)), series: [{ name: t('reports.column.commission'), values: shown.map(({ commission }) => commission) }] })
}

export const COMMISSION: Report = {
  name: 'commission',
  list: 'reportCommission',
  path: '/office/v1/reports/commission',
  span: 'days',
  key: 'key',
  groups: ['staff', 'item', 'day'],
  fields: [
    { name: 'staff', kind: 'text' },
    { name: 'item', kind: 'text' },
  ],
  columns: (group) => {
    const part = { item: '; text: part item_name', day: '; day: part' }[group] ?? ''
    return columns(`text: *branch !branch_name staff !staff_name${part}; count: count; quantity: quantity; money: charged commission untold`, {}, group)
  },
  chart: (rows, group) => {
    if (group !== 'staff') return parts(rows, group === 'day')
    const best = rows.toSorted((a, b) => number(b, 'commission') - number(a, 'commission')).slice(0, TOP)
    const name = (row: (typeof rows)[number]) => `${text(row, 'staff_name') || text(row, 'staff')} · ${text(row, 'branch_name') || text(row, 'branch')}`
    return ranks({ categories: best.map(name), series: [{ name: t('reports.column.commission'), values: best.map((row) => number(row, 'commission')) }] })
  },
  leads: {
    staff: (row, { from_day = '', to_day = '' }) => to('commission', { from_day, to_day, branch: text(row, 'branch'), staff: text(row, 'staff'), group: 'item' }),
    item: (row, { from_day = '', to_day = '' }) => to('commission', { from_day, to_day, branch: text(row, 'branch'), staff: text(row, 'staff'), item: text(row, 'part'), group: 'day' }),
    day: (row) => acts({ from_day: text(row, 'part'), to_day: text(row, 'part'), branch: text(row, 'branch') }),
  },
}
