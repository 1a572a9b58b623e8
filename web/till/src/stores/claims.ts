/** Goods that another branch sold, taken back here: the claim, how it stands, and its money once the seller released it. */
import { computed, ref, shallowRef } from 'vue'
import { parseQuantity, type Schema } from '@stayopen/kit'
import { t } from '../i18n'
import { withApproval } from './approval'
import { api, result } from './node'
import { dismiss } from './notice'
import type { ForeignPaper } from './receipts'
import { tell } from './tell'

export type ClaimAnswer = Schema<'ClaimAnswer'>
export type PaidOut = Schema<'PaidOut'>

/** A receipt has no more lines. */
export const LINES_MAX = 500

/** One line of the receipt as the cashier types it: its place counted from 1, and how much. */
export interface ClaimLine {
  line: string
  quantity: string
}

export const rows = shallowRef<ClaimAnswer[] | null>(null)
export const lines = ref<ClaimLine[]>([])
export const busy = ref(false)

/** What is wrong with each line, a message's key; '' nothing. */
export const wrong = computed(() =>
  lines.value.map((row, place) => {
    const no = row.line.trim()
    if (!/^\d{1,3}$/.test(no) || Number(no) < 1 || Number(no) > LINES_MAX) return 'claim.lineBad'
    if (lines.value.findIndex((other) => Number(other.line) === Number(no)) < place) return 'claim.twice'
    return (parseQuantity(row.quantity) ?? 0) > 0 ? '' : 'claim.quantityBad'
  }),
)

/** Begin a claim with one line, the first. */
export function begin(): void {
  lines.value = [{ line: '1', quantity: '1' }]
}

/** One more line: the next of the receipt. */
export function add(): void {
  const last = Number(lines.value.at(-1)?.line ?? 0)
  lines.value = [...lines.value, { line: String(Number.isInteger(last) ? last + 1 : ''), quantity: '1' }]
}

/** Without one of the lines. */
export function drop(place: number): void {
  lines.value = lines.value.filter((_, at) => at !== place)
}

/** Take the goods, once a shift lead has approved it; the claim's id, or null. */
export async function make(paper: ForeignPaper, reason: string): Promise<string | null> {
  if (busy.value || wrong.value.some(Boolean) || !lines.value.length) return null
  const asked = lines.value.map((row) => ({ line: Number(row.line) - 1, milli_qty: parseQuantity(row.quantity) ?? 0 }))
  busy.value = true
  try {
    const made = await withApproval(t('claim.approve'), (approval) =>
      api
        .act('POST', '/api/v1/claims', { body: { sale: paper.id, seller: paper.seller, lines: asked, reason, code: paper.code, approval } })
        .then(result),
    )
    if (made) dismiss()
    return made?.claim ?? null
  } catch (error) {
    tell(error)
    return null
  } finally {
    busy.value = false
  }
}

/** Read the claims that are not settled. */
export async function read(): Promise<void> {
  rows.value = (await api.ask('GET', '/api/v1/claims')).claims
}

/** Hand a released claim's money out; what was handed out, or null. */
export async function pay(claim: string, inCash: boolean): Promise<PaidOut | null> {
  if (busy.value) return null
  busy.value = true
  try {
    const paid = await api.act('POST', '/api/v1/claims/{claim}/pay', { path: { claim }, body: { in_cash: inCash } }).then(result)
    dismiss()
    await read()
    return paid
  } catch (error) {
    tell(error)
    return null
  } finally {
    busy.value = false
  }
}
