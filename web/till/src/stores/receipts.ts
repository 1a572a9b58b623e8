/** Sales found again: the latest, one by its number, or the one that the code on its paper names. */
import { ref, shallowRef } from 'vue'
import type { Schema } from '@stayopen/kit'
import { t } from '../i18n'
import type { SaleRow } from '../types'
import { api, Refused, result } from './node'
import { dismiss, inform } from './notice'

export type SaleAnswer = Schema<'SaleAnswer'>
/** A paper of another branch, with the code that was scanned: the node reads its day off it. */
export type ForeignPaper = Schema<'ReceiptPaper'> & { code: string }

/** How many rows one page of the list holds. */
const PAGE = 30
/** What stands before every paper's code, and by which it is told from all other codes. */
const CODE = /^SO1[A-Z2-7]{40,}$/i

export const rows = shallowRef<SaleRow[]>([])
export const next = ref(0)
export const ready = ref(false)
export const sale = shallowRef<SaleAnswer | null>(null)
/** A paper of another branch: its goods come back by a claim. */
export const foreign = shallowRef<ForeignPaper | null>(null)
/** Why what was typed or scanned was not found; '' it was. */
export const problem = ref('')

let wanted = 0

/** Whether a scan is the code of a paper. */
export function isPaperCode(text: string): boolean {
  return CODE.test(text.trim())
}

/** Show the latest sales. */
export async function showLatest(): Promise<void> {
  problem.value = ''
  const found = await api.ask('GET', '/api/v1/sales', { query: { limit: PAGE } })
  rows.value = found.sales
  next.value = found.next
  ready.value = true
}

/** Add the next page. */
export async function showEarlier(): Promise<void> {
  const found = await api.ask('GET', '/api/v1/sales', { query: { before: next.value, limit: PAGE } })
  rows.value = [...rows.value, ...found.sales]
  next.value = found.next
}

/** Open one sale; a late answer about another one is dropped. */
export async function openSale(id: string): Promise<void> {
  const mine = ++wanted
  const found = await api.ask('GET', '/api/v1/sales/{sale}', { path: { sale: id } })
  if (mine === wanted) sale.value = found
}

/** Read the open sale anew, and its row of the list. */
export async function refresh(): Promise<void> {
  if (!sale.value) return
  const { sale: id } = sale.value
  await openSale(id)
  const back = sale.value.lines.some((line) => line.left_qty < line.milli_qty)
  rows.value = rows.value.map((row) => (row.sale === id ? { ...row, refunded: back } : row))
}

/** Find what was typed or scanned: a number, or a paper's code. What is wrong with it is told at the field. */
export async function find(text: string): Promise<void> {
  const wish = text.trim()
  dismiss()
  problem.value = ''
  foreign.value = null
  if (!wish) return showLatest()
  try {
    await (isPaperCode(wish) ? byCode(wish) : byNumber(wish))
  } catch (error) {
    if (!(error instanceof Refused) || !['unknown_sale', 'bad_receipt_code', 'bad_request'].includes(error.problem.code)) throw error
    problem.value = `${error.problem.message} ${error.problem.next}`.trim()
  }
}

async function byNumber(number: string): Promise<void> {
  if (number.length > 40) {
    problem.value = t('sales.badNumber')
    return
  }
  const found = await api.ask('GET', '/api/v1/sales', { query: { number } })
  rows.value = found.sales
  next.value = found.next
  if (found.sales[0]) await openSale(found.sales[0].sale)
}

async function byCode(code: string): Promise<void> {
  const paper = await api.ask('GET', '/api/v1/receipt-codes', { query: { code } })
  if (paper.kind !== 'sale') problem.value = t('sales.otherPaper', { kind: t(`paper.${paper.kind}`) })
  else if (paper.here) await openSale(paper.id)
  else foreign.value = { ...paper, code }
}

/** Print the open sale's receipt once more. */
export async function reprint(reason: string): Promise<void> {
  if (!sale.value) return
  await api.act('POST', '/api/v1/sales/{sale}/print', { path: { sale: sale.value.sale }, body: { reason } }).then(result)
  inform(t('reprint.done'))
}

/** Forget what was looked at. */
export function reset(): void {
  wanted += 1
  rows.value = []
  next.value = 0
  ready.value = false
  sale.value = null
  foreign.value = null
  problem.value = ''
}
