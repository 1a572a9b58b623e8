/** Pages of a member's past in this branch: sales or top-ups. */
import { ref, shallowRef, watch } from 'vue'
import type { TopUpRow } from '../types'
import { api } from './node'
import { at, person } from './person'
import { tried } from './tell'

export type Past = 'sales' | 'topUps'

/** One row. `at`: ms, 0 not told; `gone`: refunded or undone; `topUp`: what can be undone. */
export interface PastRow {
  id: string
  day: string
  at: number
  number: string
  total: number
  gone: boolean
  topUp: TopUpRow | null
}

const LIMIT = 20

async function page(of: Past, before: number): Promise<{ rows: PastRow[]; next: number }> {
  const input = { ...at(), query: { before, limit: LIMIT } }
  if (of === 'sales') {
    const { sales, next } = await api.ask('GET', '/api/v1/members/{member}/sales', input)
    return { next, rows: sales.map((row) => ({ id: row.sale, day: row.day, at: row.at, number: row.number, total: row.total, gone: row.refunded, topUp: null })) }
  }
  const { top_ups, next } = await api.ask('GET', '/api/v1/members/{member}/top-ups', input)
  return { next, rows: top_ups.map((row) => ({ id: row.issue, day: row.day, at: 0, number: row.number, total: row.total, gone: row.undone, topUp: row })) }
}

/** Begin with nothing; `read` brings the newest page, and again whenever the member was read anew. */
export function createHistory(of: Past) {
  const rows = shallowRef<PastRow[]>([])
  const ready = ref(false)
  /** What to ask for next; 0 at the end. */
  const more = ref(0)

  /** Read the newest page. */
  async function read(): Promise<void> {
    const first = await tried(() => page(of, 0))
    if (!first) return
    rows.value = first.rows
    more.value = first.next
    ready.value = true
  }
  /** Add the next page. */
  async function readMore(): Promise<void> {
    const next = await tried(() => page(of, more.value))
    if (!next) return
    rows.value = [...rows.value, ...next.rows]
    more.value = next.next
  }
  watch(person, (now, before) => {
    if (now && now.member === before?.member) void read()
  })
  return { rows, ready, more, read, readMore }
}
