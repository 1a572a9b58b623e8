/** A top-up: how much and by which rule, then the money, then what became of it. What one gets is the rule's word, not a sum of ours. */
import { computed, ref, shallowRef } from 'vue'
import { parseMoney } from '@stayopen/kit'
import { play } from '../sounds'
import type { Offer, TopUpReceipt, TopUpRule } from '../types'
import { api, result } from './node'
import { dismiss } from './notice'
import { createTaking } from './taking'
import { typedMoney } from './tendering'

export const TOP_UP = '/api/v1/members/{member}/top-ups'

export const rules = shallowRef<TopUpRule[]>([])
export const step = ref<'amount' | 'pay' | 'done'>('amount')
export const text = ref('')
/** What is typed was only suggested by a tile: the first key replaces it. */
export const fresh = ref(false)
/** The rule chosen by hand; null: the node's list decides by the amount, '' none on purpose. */
const chosen = ref<string | null>(null)
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
/** Whose top-up it is. */
const member = ref('')
export const taking = createTaking(amount, send)
export const { desk, paying } = taking

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

/** On to the money of a member, once there is an amount. */
export function toPay(of: string): void {
  if (!amount.value) return
  dismiss()
  member.value = of
  step.value = 'pay'
  taking.begin()
}

/** One step back; false when this is the first one. */
export function back(): boolean {
  if (paying.value) return true
  if (step.value !== 'pay') return false
  step.value = 'amount'
  return true
}

async function send(tenders: Offer[]): Promise<void> {
  const by = rule.value
  const body = { amount: amount.value, rule: by?.code ?? '', tenders }
  finish(await api.act('POST', TOP_UP, { path: { member: member.value }, body }).then(result), member.value, by)
}

/** The result was looked at. */
export function end(): void {
  receipt.value = null
  step.value = 'amount'
}

/** A top-up is done: show its result. */
export function finish(done: TopUpReceipt, of: string, by: TopUpRule | null = null): void {
  receipt.value = done
  whose.value = of
  used.value = by
  step.value = 'done'
  dismiss()
  play('paid')
}
