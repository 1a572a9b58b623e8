/** Card plans: what is sold, one being paid for, what became of it; and what a member holds. */
import { computed, ref, shallowRef } from 'vue'
import { t } from '../i18n'
import { play } from '../sounds'
import type { HeldPlan, Offer, Plan, PlanReceipt } from '../types'
import { withApproval } from './approval'
import { api, result } from './node'
import { dismiss } from './notice'
import { at, did } from './person'
import { createTaking } from './taking'

export const BUY_PLAN = '/api/v1/members/{member}/plans'
/** The kinds in the order in which they are shown. */
export const KINDS = ['count', 'period', 'timed', 'discount', 'stored_value', 'points'] as const

export const plans = shallowRef<Plan[] | null>(null)
export const chosen = shallowRef<Plan | null>(null)
export const step = ref<'choose' | 'pay' | 'done'>('choose')
export const receipt = shallowRef<PlanReceipt | null>(null)
/** The member of the receipt: after a reload nobody else knows. */
export const whose = ref('')
const member = ref('')

export const taking = createTaking(computed(() => chosen.value?.price ?? 0), send)
export const { desk, paying } = taking

/** Plans by kind, the kinds that are sold only. */
export const byKind = computed(() => KINDS.map((kind) => ({ kind, plans: (plans.value ?? []).filter((plan) => plan.kind === kind) })).filter((group) => group.plans.length))

/** Begin anew. */
export async function begin(): Promise<void> {
  step.value = 'choose'
  chosen.value = null
  receipt.value = null
  plans.value = (await api.ask('GET', '/api/v1/plans')).plans
}

/** On to the money of a member, once a plan is chosen. */
export function toPay(of: string): void {
  if (!chosen.value) return
  dismiss()
  member.value = of
  step.value = 'pay'
  taking.begin()
}

/** One step back; false when this is the first one. */
export function back(): boolean {
  if (paying.value) return true
  if (step.value !== 'pay') return false
  step.value = 'choose'
  return true
}

async function send(tenders: Offer[]): Promise<void> {
  if (!chosen.value) return
  const body = { plan: chosen.value.code, tenders, total: chosen.value.price }
  finish(await api.act('POST', BUY_PLAN, { path: { member: member.value }, body }).then(result), member.value)
}

/** A plan is sold: show its result. */
export function finish(done: PlanReceipt, of: string): void {
  receipt.value = done
  whose.value = of
  step.value = 'done'
  dismiss()
  play('paid')
}

/** The result was looked at. */
export function end(): void {
  receipt.value = null
  step.value = 'choose'
}

/** What the member shown holds. */
export async function held(): Promise<HeldPlan[]> {
  return (await api.ask('GET', BUY_PLAN, at())).plans
}

/** Freeze a dated card from today, or let it run on; a shift lead approves. */
export async function setPlanFrozen(card: HeldPlan, frozen: boolean, reason: string): Promise<void> {
  const path = frozen ? '/api/v1/plans/{card}/freeze' : '/api/v1/plans/{card}/thaw'
  await did(
    () => withApproval(t(frozen ? 'plan.freeze' : 'plan.thaw'), (approval) => api.act('POST', path, { path: { card: card.id }, body: { approval, reason } })),
    t(frozen ? 'plan.frozen' : 'plan.thawed', { name: card.name }),
  )
}

/** Take an unused plan back; the money goes back in cash, or by the tenders it came by. */
export async function undoPlan(card: HeldPlan, reason: string, inCash: boolean): Promise<void> {
  await did(
    () => withApproval(t('plan.undo'), (approval) => api.act('POST', '/api/v1/plans/{card}/undo', { path: { card: card.id }, body: { approval, reason, in_cash: inCash } })),
    t('plan.undone', { name: card.name }),
  )
}
