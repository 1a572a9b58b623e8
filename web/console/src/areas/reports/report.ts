/** What a report is: its list in the office, what can be asked of it, its columns, its chart, and where a line leads. */
import type { EChartsCoreOption } from 'echarts/core'
import type { RouteLocationRaw } from 'vue-router'
import { api } from '../../api'
import type { Filters } from '../../filters'
import type { Column, Kind, Page, Row } from '../../table'
import { dayFrom } from '../../times'

/** A filter beside days and branch: a text, one of some words (the first is "all"), or yes. */
export interface Field {
  name: string
  kind: 'text' | 'choice' | 'flag'
  values?: readonly string[]
}

/** What the days of a report are: a span, months of registration, one day from which nothing was seen, or one day. */
export type Span = 'days' | 'months' | 'since' | 'day'

export interface Report {
  /** Of the page's address and its words: `reports.<name>`. */
  name: string
  /** The listing's name and address. */
  list: string
  path: string
  span: Span
  /** The field that is never the same in two rows. */
  key: string
  /** What it can be told by, the usual first. */
  groups?: readonly string[]
  fields?: readonly Field[]
  columns: (group: string) => Column[]
  /** The chart over the table, of all rows of the group. */
  chart?: (rows: Row[], group: string) => EChartsCoreOption | null
  /** Where a line of a group leads. */
  leads?: Readonly<Record<string, (row: Row, filters: Filters) => RouteLocationRaw>>
}

/** The months that a year ends with today. */
const MONTHS = 11
/** As long as three months by days; longer spans are drawn by months. */
const DAYS_DRAWN = 120
/** Rows of one chart: two answers. */
const DRAWN = 400
const PAGE = 200

/** What the filters of a report are when nobody has chosen. */
export function usual(report: Report, today: Date = new Date()): Filters {
  const day = (back: number) => dayFrom(today, -back)
  const spans: Record<Span, Filters> = {
    days: { from_day: day(29), to_day: day(0) },
    months: { from_month: monthBack(today, MONTHS), to_month: day(0).slice(0, 7) },
    since: { since: day(89) },
    day: { day: day(0) },
  }
  const fields = Object.fromEntries((report.fields ?? []).map(({ name }) => [name, '']))
  return { ...spans[report.span], branch: '', ...fields, ...(report.groups && { group: report.groups[0] ?? '' }) }
}

/** The month so many before today's, `2026-01`. */
export function monthBack(today: Date, months: number): string {
  const at = today.getFullYear() * 12 + today.getMonth() - months
  return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`
}

/** By what a chart is drawn: many days are drawn by months. */
export function drawnBy(filters: Filters): string {
  const { group = '', from_day: from = '', to_day: to = '' } = filters
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000
  return group === 'day' && days > DAYS_DRAWN ? 'month' : group
}

/** Read all rows that a chart shows. */
export async function allRows(path: string, filters: Filters): Promise<Row[]> {
  const rows: Row[] = []
  const asked = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ''))
  for (let after = ''; ; ) {
    const page = await api.askAny<Page>('GET', path, { query: { ...asked, limit: PAGE, ...(after && { after }) } })
    rows.push(...page.rows)
    after = page.next
    if (!after || rows.length >= DRAWN) return rows
  }
}

/**
 * Columns of `"kind: name name; kind: name"`, titled by `reports.column`. Before a name, `*`: hidden unless chosen, `!`:
 * the office cannot sort by it. `words`: of codes; `group`: what the column `part` holds.
 */
export function columns(text: string, words: Record<string, string> = {}, group = ''): Column[] {
  return text.split(';').flatMap((part) => {
    const [kind = '', names = ''] = part.split(':').map((word) => word.trim())
    return names.split(/\s+/).map((given) => {
      const name = given.replace(/^[*!]+/, '')
      return {
        name,
        title: group && (name === 'part' || (name === 'name' && group === 'branch')) ? `reports.part.${group}` : `reports.column.${name}`,
        kind: kind as Kind,
        ...(!given.includes('!') && { sort: true }),
        ...(given.includes('*') && { hidden: true }),
        ...(words[name] && { words: words[name] }),
      }
    })
  })
}

/** A row's field as a text or a number. */
export const text = (row: Row, name: string): string => String(row[name] ?? '')
export const number = (row: Row, name: string): number => Number(row[name] ?? 0)

const told = (query: Record<string, string>) => Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''))

/** A report's page with some of its filters. */
export const to = (name: string, query: Record<string, string>): RouteLocationRaw => ({ name: `report-${name}`, query: told(query) })

/** The acts behind a figure: sales and refunds unless another tab is named. */
export const acts = (query: Record<string, string>): RouteLocationRaw => ({ name: 'acts', query: told(query) })
