/** Goods taken back out of one sale: which lines, where the money goes, and what came of it. The node works the money out. */
import { computed, ref, shallowRef, watch } from 'vue'
import type { Schema } from '@stayopen/kit'
import { t } from '../i18n'
import { withApproval } from './approval'
import { api, Refused, result } from './node'
import { dismiss } from './notice'
import { sale } from './receipts'
import { tell } from './tell'

export type Refunded = Schema<'Refunded'>
export type Preview = Schema<'RefundPreview'>

/** How long taps must rest before the node is asked what they come to, in ms. */
const REST_MS = 150

/** Thousandths chosen of each line. */
export const chosen = ref<Record<number, number>>({})
export const inCash = ref(false)
export const preview = shallowRef<Preview | null>(null)
export const busy = ref(false)
export const done = shallowRef<Refunded | null>(null)
/** What the node says against the choice, in its own words; '' nothing. */
export const objection = ref('')

/** The lines that something is left of. */
export const open = computed(() => sale.value?.lines.filter((line) => line.left_qty > 0) ?? [])
const lines = computed(() =>
  Object.entries(chosen.value)
    .filter(([, milli]) => milli > 0)
    .map(([line, milli]) => ({ line: Number(line), milli_qty: milli })),
)
export const any = computed(() => lines.value.length > 0)

let timer: ReturnType<typeof setTimeout> | undefined
let asked = 0

/** Begin with nothing chosen. */
export function begin(): void {
  chosen.value = {}
  inCash.value = false
  preview.value = null
  objection.value = ''
  done.value = null
}

/** Take all that is left, or nothing. */
export function takeAll(all: boolean): void {
  chosen.value = all ? Object.fromEntries(open.value.map((line) => [line.line, line.left_qty])) : {}
}

/** Choose so many thousandths of a line, within what is left of it. */
export function take(no: number, milli: number): void {
  const left = open.value.find((line) => line.line === no)?.left_qty ?? 0
  chosen.value = { ...chosen.value, [no]: Math.min(Math.max(0, milli), left) }
}

/** A tap on a line: all that is left of it, or nothing. */
export function toggle(no: number): void {
  take(no, chosen.value[no] ? 0 : Number.MAX_SAFE_INTEGER)
}

/** Ask what the choice gives back; only the last choice's answer counts. */
export async function look(): Promise<void> {
  clearTimeout(timer)
  const mine = ++asked
  if (!sale.value || !any.value) {
    preview.value = null
    objection.value = ''
    return
  }
  const query = { lines: lines.value.map((row) => `${row.line}:${row.milli_qty}`).join(), in_cash: inCash.value }
  try {
    const found = await api.ask('GET', '/api/v1/sales/{sale}/refund', { path: { sale: sale.value.sale }, query })
    if (mine !== asked) return
    preview.value = found
    objection.value = ''
  } catch (error) {
    if (mine !== asked) return
    preview.value = null
    if (error instanceof Refused) objection.value = `${error.problem.message} ${error.problem.next}`.trim()
    else tell(error)
  }
}

watch([chosen, inCash], () => {
  asked += 1
  clearTimeout(timer)
  timer = setTimeout(look, REST_MS)
})

/** Take the goods back, once a shift lead has approved it. */
export async function submit(reason: string): Promise<boolean> {
  if (!sale.value || !any.value || busy.value) return false
  const { sale: id } = sale.value
  const body = { reason, lines: lines.value, in_cash: inCash.value }
  busy.value = true
  try {
    done.value = await withApproval(t('refund.approve'), (approval) =>
      api.act('POST', '/api/v1/sales/{sale}/refund', { path: { sale: id }, body: { ...body, approval } }).then(result),
    )
  } catch (error) {
    tell(error)
  } finally {
    busy.value = false
  }
  if (done.value) dismiss()
  return done.value !== null
}
