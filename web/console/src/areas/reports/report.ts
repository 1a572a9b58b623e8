/** What a report is: its list in the office, what can be asked of it, its columns, its chart, and where a line leads. */
import type { EChartsCoreOption } from 'echarts/core'
import type { RouteLocationRaw } from 'vue-router'
import { api } from '../../api'
import { branchName } from '../../branches'
import type { Filters } from '../../filters'
import { has, t } from '../../i18n'
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
  /** The chart over the table, of all rows of the group; of the first few by `best` where there may be a hundred thousand. */
  best?: string
  chart: (rows: Row[], group: string) => EChartsCoreOption | null
  /** Where a line of a group leads. */
  leads?: Readonly<Record<string, (row: Row, filters: Filters) => RouteLocationRaw>>
}

/** What can be asked of a report. */
export type Asking = Pick<Report, 'name' | 'span' | 'groups' | 'fields'>

/** The months that a year ends with today. */
const MONTHS = 11
/** As long as three months by days; longer spans are drawn by months. */
const DAYS_DRAWN = 120
/** Rows of one chart: two answers. */
const DRAWN = 400
const PAGE = 200

/** What the filters of a report are when nobody has chosen. */
export function usual(report: Asking, today: Date = new Date()): Filters {
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

/** The first and last day of a month. */
export function monthDays(month: string): { from_day: string; to_day: string } {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return { from_day: `${month}-01`, to_day: `${month}-${String(new Date(year, number, 0).getDate()).padStart(2, '0')}` }
}

/** By what a chart is drawn: many days are drawn by months. */
export function drawnBy(filters: Filters): string {
  const { group = '', from_day: from = '', to_day: to = '' } = filters
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000
  return group === 'day' && days > DAYS_DRAWN ? 'month' : group
}

/** What was asked of a report, in one line: for paper, and above an exported file. */
export function saidOf(report: Asking, filters: Filters): string {
  const { from_day, to_day, from_month, to_month, since, day, branch } = filters
  const days = from_day ? `${from_day} – ${to_day}` : from_month ? `${from_month} – ${to_month}` : since ? t('reports.since', { day: since }) : (day ?? '')
  const rest = (report.fields ?? []).flatMap(({ name, kind }) => {
    const value = filters[name] ?? ''
    if (!value) return []
    const title = t(`reports.field.${name}`)
    const word = `reports.choice.${name}.${value}`
    return [kind === 'flag' ? title : `${title}${t('app.colon')}${has(word) ? t(word) : value}`]
  })
  return [days, branch ? branchName(branch) : t('app.branch.all'), ...rest].filter(Boolean).join(' · ')
}

/** As many as stand in a chart of the best. */
export const TOP = 10

/** The first few rows by a column, the greatest first. */
export async function bestRows(path: string, filters: Filters, column: string): Promise<Row[]> {
  const asked = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ''))
  return (await api.askAny<Page>('GET', path, { query: { ...asked, sort: `-${column}`, limit: TOP } })).rows
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
