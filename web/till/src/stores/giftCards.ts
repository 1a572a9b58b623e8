/** Gift cards: one sold for money, or looked at by its number. The number is the card: it is shown once, and printed. */
import { computed, ref, shallowRef } from 'vue'
import { parseMoney, type Schema } from '@stayopen/kit'
import { play } from '../sounds'
import type { Offer } from '../types'
import { api, result } from './node'
import { dismiss } from './notice'
import { ask } from './rights'
import { createTaking } from './taking'
import { tried } from './tell'

export type GiftCardReceipt = Schema<'GiftCardReceipt'>

export const SELL = '/api/v1/gift-cards'

export const step = ref<'amount' | 'pay' | 'done'>('amount')
export const text = ref('')
export const fresh = ref(false)
export const receipt = shallowRef<GiftCardReceipt | null>(null)
export const amount = computed(() => parseMoney(text.value) ?? 0)
export const taking = createTaking(amount, send)

/** The card looked at: what it can pay here, and under whom head office is asked for more. */
export const looked = shallowRef<(Schema<'GiftCardAnswer'> & { number: string }) | null>(null)

/** A number as it may be one: sixteen digits, blanks between them. */
export const plain = (number: string): string => number.replace(/\s+/g, '')

/** Begin anew. */
export function begin(): void {
  step.value = 'amount'
  text.value = ''
  fresh.value = false
  receipt.value = null
  looked.value = null
}

/** On to the money, once there is an amount. */
export function toPay(): void {
  if (!amount.value) return
  dismiss()
  step.value = 'pay'
  taking.begin()
}

/** One step back; false when this is the first one. */
export function back(): boolean {
  if (taking.paying.value) return true
  if (step.value !== 'pay') return false
  step.value = 'amount'
  return true
}

async function send(tenders: Offer[]): Promise<void> {
  receipt.value = await api.act('POST', SELL, { body: { amount: amount.value, tenders } }).then(result)
  step.value = 'done'
  dismiss()
  play('paid')
}

/** Look at a card by its number; a refusal is told. */
export async function look(number: string): Promise<void> {
  const found = await tried(() => api.ask('GET', SELL, { query: { number: plain(number) } }))
  looked.value = found ? { ...found, number: plain(number) } : null
}

/** Ask head office for so much of the card more (minor units); true when it can pay that here now. */
export async function fetchMore(minor: number): Promise<boolean> {
  const card = looked.value
  if (!card || !(await ask(card.owner, minor, 'gift_card'))) return false
  await look(card.number)
  return true
}
