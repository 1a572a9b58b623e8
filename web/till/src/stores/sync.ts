/** The line to head office for the page that says what waits: how it stands, which entries, try again, export it. */
import { computed, ref, shallowRef } from 'vue'
import type { Problem, Schema } from '@stayopen/kit'
import { t } from '../i18n'
import { look } from './health'
import { api, Refused, Unreachable } from './node'
import { inform } from './notice'
import { me } from './session'

export type SyncState = Schema<'SyncState'>
export type UnsentEntry = Schema<'UnsentEntry'>

const PAGE = 50
const LEADS = new Set(['shift_lead', 'manager'])
/** How long the browser may take to begin saving a file, in ms. */
const SAVING_MS = 60_000

export const state = shallowRef<SyncState | null>(null)
export const entries = shallowRef<UnsentEntry[]>([])
export const next = ref(0)

/** Whether a file is being made. */
export const exporting = ref(false)
/** Whether who is signed in may export. */
export const leads = computed(() => me.value?.roles.some((role) => LEADS.has(role)) ?? false)

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

/** Have all that waits as one file, which the browser saves; it stays unsent here. */
export async function exportUnsent(): Promise<void> {
  exporting.value = true
  try {
    const answer = await api.GET('/api/v1/sync/bundle', { parseAs: 'blob' }).catch(() => {
      throw new Unreachable()
    })
    if (!answer.data) throw answer.error ? new Refused(answer.error as Problem, answer.response.status) : new Unreachable()
    const named = /filename="([^"]+)"/.exec(answer.response.headers.get('Content-Disposition') ?? '')
    const name = named?.[1] ?? 'stayopen.bundle'
    save(answer.data, name)
    inform(t('sync.exported', { name }))
  } finally {
    exporting.value = false
  }
}

/** Let the browser save a file, wherever it saves files or asks for a place. */
function save(data: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(data)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), SAVING_MS)
}
