/** Timed sessions of the branch: what runs, what it comes to by the node's clock, started, paused, billed into the basket in hand. */
import { shallowRef } from 'vue'
import type { Schema } from '@stayopen/kit'
import { approved } from './approval'
import { api, result } from './node'
import { dismiss, inform } from './notice'
import * as sale from './sale'
import { tried } from './tell'
import { t } from '../i18n'

export type TimedItem = Schema<'TimedItem'>
export type TimedSession = Schema<'SessionAnswer'>

const LIST = '/api/v1/sessions'

export const sessions = shallowRef<TimedSession[]>([])
export const items = shallowRef<TimedItem[]>([])
export const isRead = shallowRef(false)

const of = (session: TimedSession): { path: { session: string } } => ({ path: { session: session.session } })

/** Read what runs anew. */
export async function read(): Promise<void> {
  const found = await api.ask('GET', LIST)
  sessions.value = found.sessions
  items.value = found.items
  isRead.value = true
}

/** Do something and read anew; false when it was refused. */
async function act(work: () => Promise<unknown>): Promise<boolean> {
  const done = await tried(async () => {
    const answer = await work()
    await read()
    dismiss()
    return answer !== null
  })
  return done ?? false
}

/** Start a session: of an item, at a place, maybe for the member of the basket in hand. */
export function start(item: string, label: string, member: string | null): Promise<boolean> {
  return act(() => api.act('POST', LIST, { body: { item, label: label.trim(), member } }))
}

/** Stop the clock for a while, or let it go on. */
export function toggle(session: TimedSession): Promise<boolean> {
  const path = session.state === 'running' ? '/api/v1/sessions/{session}/pause' : '/api/v1/sessions/{session}/resume'
  return act(() => api.act('POST', path, of(session)))
}

/** Put what a session comes to into the basket in hand. */
export async function bill(session: TimedSession): Promise<boolean> {
  const before = sale.lines.value.length
  const done = await sale.change((basket) => api.act('POST', '/api/v1/sessions/{session}/stop', { ...of(session), body: { basket } }).then(result))
  if (done && sale.lines.value.length === before) inform(t('timed.free'))
  return done
}

/** End a session that nobody pays for. */
export function cancel(session: TimedSession, reason: string, what: string): Promise<boolean> {
  return act(() => approved(what, (approval) => api.act('POST', '/api/v1/sessions/{session}/cancel', { ...of(session), body: { reason, approval } })))
}

/** Hours and minutes of a time in milliseconds, H:MM. */
export function lasted(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`
}
