/** The line to head office for the page that says what waits: how it stands, which entries, try again at once. */
import { ref, shallowRef } from 'vue'
import type { Schema } from '@stayopen/kit'
import { t } from '../i18n'
import { look } from './health'
import { api } from './node'
import { inform } from './notice'

export type SyncState = Schema<'SyncState'>
export type UnsentEntry = Schema<'UnsentEntry'>

const PAGE = 50

export const state = shallowRef<SyncState | null>(null)
export const entries = shallowRef<UnsentEntry[]>([])
export const next = ref(0)

let turn = 0

/** Read it all anew: the list from its oldest on. */
export async function read(): Promise<void> {
  const mine = ++turn
  const [now, page] = await Promise.all([
    api.ask('GET', '/api/v1/sync'),
    api.ask('GET', '/api/v1/sync/unsent', { query: { limit: PAGE } }),
  ])
  if (mine !== turn) return
  state.value = now
  entries.value = page.entries
  next.value = page.next
}

/** Add the next page of the list. */
export async function showMore(): Promise<void> {
  const mine = turn
  const page = await api.ask('GET', '/api/v1/sync/unsent', { query: { after: next.value, limit: PAGE } })
  if (mine !== turn) return
  entries.value = [...entries.value, ...page.entries]
  next.value = page.next
}

/** Try to reach head office at once; the page and the bar follow by themselves. */
export async function retry(): Promise<void> {
  await api.ask('POST', '/api/v1/sync/retry')
  inform(t('sync.retried'))
  await look()
}
