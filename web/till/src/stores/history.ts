/** Pages of a member's past in this branch: sales, top-ups, points. */
import { ref, shallowRef, watch } from 'vue'
import type { PointsRow, TopUpRow } from '../types'
import { api } from './node'
import { at, person } from './person'
import { tried } from './tell'

/** One sale or top-up. `at`: ms, 0 not told; `gone`: refunded or undone; `topUp`: what can be undone. */
export interface PastRow {
  id: string
  day: string
  at: number
  number: string
  total: number
  gone: boolean
  topUp: TopUpRow | null
}

/** A page, and what to ask for next; 0 at the end. */
interface Page<Row> {
  rows: Row[]
  next: number
}

const LIMIT = 20
const input = (before: number): { path: { member: string }; query: { before: number; limit: number } } => ({ ...at(), query: { before, limit: LIMIT } })

/** Begin with nothing; `read` brings the newest page, and again whenever the member was read anew. */
function createPages<Row>(page: (before: number) => Promise<Page<Row>>) {
  const rows = shallowRef<Row[]>([])
  const ready = ref(false)
  const more = ref(0)

  /** Read the newest page. */
  async function read(): Promise<void> {
    const first = await tried(() => page(0))
    if (!first) return
    rows.value = first.rows
    more.value = first.next
    ready.value = true
  }
  /** Add the next page. */
  async function readMore(): Promise<void> {
    const next = await tried(() => page(more.value))
    if (!next) return
    rows.value = [...rows.value, ...next.rows]
    more.value = next.next
  }
  watch(person, (now, before) => {
    if (now && now.member === before?.member) void read()
  })
  return { rows, ready, more, read, readMore }
}

async function sales(before: number): Promise<Page<PastRow>> {
  const found = await api.ask('GET', '/api/v1/members/{member}/sales', input(before))
  return { next: found.next, rows: found.sales.map((row) => ({ ...row, id: row.sale, gone: row.refunded, topUp: null })) }
}

async function topUps(before: number): Promise<Page<PastRow>> {
  const found = await api.ask('GET', '/api/v1/members/{member}/top-ups', input(before))
  return { next: found.next, rows: found.top_ups.map((row) => ({ ...row, id: row.issue, at: 0, gone: row.undone, topUp: row })) }
}

/** The member's sales or top-ups. */
export const createHistory = (of: 'sales' | 'topUps') => createPages(of === 'sales' ? sales : topUps)

/** What changed the member's points. */
export const createPointsHistory = () =>
  createPages<PointsRow>(async (before) => {
    const { points, next } = await api.ask('GET', '/api/v1/members/{member}/points', input(before))
    return { rows: points, next }
  })
