/** The shift's other acts: cash in and out, the figures so far, the blind count and the close with its Z report. */
import { computed, ref, shallowRef } from 'vue'
import type { Schema } from '@stayopen/kit'
import { t } from '../i18n'
import { approved } from './approval'
import { api, Refused, result } from './node'
import { inform } from './notice'
import { denominations, me, readShift } from './session'
import { tell } from './tell'

export type Figures = Schema<'Figures'>
export type Report = Schema<'Report'>

/** Pieces of one denomination that a count takes. */
export const PIECES_MAX = 100_000
const ROLES = new Set(['shift_lead', 'manager'])

/** The Z report of the shift just closed; it stays until somebody goes on. */
export const report = shallowRef<Report | null>(null)
export const figures = shallowRef<Figures | null>(null)
export const busy = ref(false)
/** The difference for which the node wants a reason (minor units); null none. */
export const difference = ref<number | null>(null)

/** Whether who is signed in may see the figures before the drawer is counted. */
export const seesFigures = computed(() => me.value?.roles.some((role) => ROLES.has(role)) ?? false)

/** Pieces of each denomination, as typed. */
export const pieces = ref<Record<number, string>>({})
/** Sums of the slips of other tenders (minor units), as read from what was typed; a tender without one is not counted. */
export const slips = ref<Record<string, number>>({})

/** Read a number of pieces; null for what is none. Nothing typed is none of them. */
export function parsePieces(text: string): number | null {
  const plain = text.trim().replace(/[\uff10-\uff19]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
  if (!plain) return 0
  return /^\d{1,6}$/.test(plain) && Number(plain) <= PIECES_MAX ? Number(plain) : null
}

export const wrongPieces = computed(() => denominations.value.filter((value) => parsePieces(pieces.value[value] ?? '') === null))
/** What the typed pieces come to: shown while counting, the node adds up by itself. */
export const counted = computed(() =>
  denominations.value.reduce((sum, value) => sum + value * (parsePieces(pieces.value[value] ?? '') ?? 0), 0),
)
export const nothingTyped = computed(() => denominations.value.every((value) => !pieces.value[value]?.trim()))

/** Begin a count with nothing typed. */
export function beginCount(): void {
  pieces.value = {}
  slips.value = {}
}

async function attempt<T>(work: () => Promise<T>): Promise<T | null> {
  if (busy.value) return null
  busy.value = true
  try {
    return await work()
  } catch (error) {
    tell(error)
    return null
  } finally {
    busy.value = false
  }
}

/** Put cash in or take it out, approved by a shift lead. Whether it was done. */
export async function moveCash(act: 'cash_in' | 'cash_out', amount: number, reason: string): Promise<boolean> {
  const what = t(act === 'cash_in' ? 'shift.cashIn' : 'shift.cashOut')
  const done = await attempt(() =>
    approved(what, (approval) => api.act('POST', '/api/v1/shift/cash', { body: { act, amount, reason, approval } }).then(result)),
  )
  if (done) inform(t(act === 'cash_in' ? 'shift.doneIn' : 'shift.doneOut'))
  return done !== null
}

/** Print the figures so far, approved by a shift lead. */
export async function printX(): Promise<void> {
  const done = await attempt(() =>
    approved(t('shift.approveX'), (approval) => api.act('POST', '/api/v1/shift/x/print', { body: { approval } }).then(result)),
  )
  if (done) inform(t('shift.xPrinted'))
}

/** Read the figures so far; only for who may see them. */
export async function readFigures(): Promise<void> {
  figures.value = seesFigures.value ? await api.ask('GET', '/api/v1/shift/x') : null
}

/** Write the count down; from then on the shift sells nothing more. Whether it was done. */
export async function count(): Promise<boolean> {
  const cash = denominations.value
    .map((denomination) => ({ denomination, pieces: parsePieces(pieces.value[denomination] ?? '') ?? 0 }))
    .filter((row) => row.pieces > 0)
  const others = Object.entries(slips.value).map(([tender, amount]) => ({ tender, amount }))
  const done = await attempt(async () => {
    await api.act('POST', '/api/v1/shift/count', { body: { cash, others } }).then(result)
    difference.value = null
    await readShift()
    return true
  })
  return done !== null
}

/** Close the counted shift, approved by a shift lead. A difference that wants a reason is told at its field. */
export async function close(reason: string): Promise<void> {
  const done = await attempt(async () => {
    try {
      return await approved(t('shift.approve'), (approval) =>
        api.act('POST', '/api/v1/shift/close', { body: { reason, approval } }).then(result),
      )
    } catch (error) {
      if (!(error instanceof Refused) || error.problem.code !== 'difference_needs_reason') throw error
      difference.value = Number(error.problem.evidence['difference'] ?? 0)
      return null
    }
  })
  if (!done) return
  report.value = done
  difference.value = null
  await readShift().catch(tell)
}
