/** A top-up: how much and by which rule, then the money, then what became of it. What one gets is the rule's word, not a sum of ours. */
import { computed, ref, shallowRef } from 'vue'
import { parseMoney } from '@stayopen/kit'
import { play } from '../sounds'
import type { Offer, TopUpReceipt, TopUpRule } from '../types'
import { api, result } from './node'
import { dismiss } from './notice'
import { tell } from './tell'
import { createTendering, typedMoney } from './tendering'

export const TOP_UP = '/api/v1/members/{member}/top-ups'

export const rules = shallowRef<TopUpRule[]>([])
export const step = ref<'amount' | 'pay' | 'done'>('amount')
export const text = ref('')
/** What is typed was only suggested by a tile: the first key replaces it. */
export const fresh = ref(false)
/** The rule chosen by hand; null: the node's list decides by the amount, '' none on purpose. */
const chosen = ref<string | null>(null)
export const paying = ref(false)
export const receipt = shallowRef<TopUpReceipt | null>(null)
/** The rule by which the receipt's top-up was made. */
export const used = shallowRef<TopUpRule | null>(null)
/** The member of the receipt: after a reload nobody else knows. */
export const whose = ref('')

export const amount = computed(() => parseMoney(text.value) ?? 0)
/** Rules that take the amount; the one with the highest least amount first. */
export const fitting = computed(() => (amount.value ? rules.value.filter((rule) => fits(rule, amount.value)).reverse() : []))
/** The rule that will be asked for. */
export const rule = computed<TopUpRule | null>(() => {
  if (chosen.value === '') return null
  return fitting.value.find((row) => row.code === chosen.value) ?? fitting.value[0] ?? null
})
export const desk = createTendering({ total: amount })

/** Whether a rule takes an amount. */
export function fits(row: TopUpRule, minor: number): boolean {
  return row.min_amount <= minor && minor <= row.max_amount
}

/** Begin anew. */
export async function begin(): Promise<void> {
  step.value = 'amount'
  text.value = ''
  fresh.value = false
  chosen.value = null
  receipt.value = null
  rules.value = (await api.ask('GET', '/api/v1/top-up-rules')).rules
}

/** Take a rule's tile: its least amount, unless what is typed fits it already. */
export function take(row: TopUpRule): void {
  if (!fits(row, amount.value)) {
    text.value = typedMoney(row.min_amount)
    fresh.value = true
  }
  chosen.value = row.code
}

/** Give no bonus, on purpose. */
export function takeNone(): void {
  chosen.value = ''
}

/** On to the money; false when there is no amount yet. */
export function toPay(): boolean {
  if (!amount.value) return false
  dismiss()
  step.value = 'pay'
  openedAt = performance.now()
  desk.begin()
  return true
}

/** One step back; false when this is the first one. */
export function back(): boolean {
  if (paying.value) return true
  if (step.value !== 'pay') return false
  step.value = 'amount'
  return true
}

/** Take what is typed; when nothing is left to be paid, top up. */
export async function confirm(member: string): Promise<void> {
  if (paying.value) return
  if (desk.wrong.value) {
    play('refused')
    return
  }
  const offers = desk.take()
  if (offers) await send(member, offers)
}

async function send(member: string, tenders: Offer[]): Promise<void> {
  paying.value = true
  const by = rule.value
  try {
    const body = { amount: amount.value, rule: by?.code ?? '', tenders }
    finish(await api.act('POST', TOP_UP, { path: { member }, body }).then(result), member, by)
  } catch (error) {
    tell(error)
    desk.begin()
  } finally {
    paying.value = false
  }
}

/** How long the button rests after it has changed its meaning: a double tap must not finish the payment. */
const REST_MS = 500
let openedAt = 0

/** The button: as `confirm`, but not by the second half of a double tap. */
export function confirmByHand(member: string): void {
  if (performance.now() - openedAt > REST_MS) void confirm(member)
}

/** The result was looked at. */
export function end(): void {
  receipt.value = null
  step.value = 'amount'
}

/** A top-up is done: show its result. */
export function finish(done: TopUpReceipt, member: string, by: TopUpRule | null = null): void {
  receipt.value = done
  whose.value = member
  used.value = by
  step.value = 'done'
  dismiss()
  play('paid')
}
