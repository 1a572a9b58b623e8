/** What the member of the basket in hand holds beside money: card plans that cover lines, and coupons. */
import { shallowRef, watch } from 'vue'
import type { CouponsHeld, HeldPlan, Line } from '../types'
import { api, result } from './node'
import * as sale from './sale'
import { tried } from './tell'

export const plans = shallowRef<HeldPlan[]>([])
export const coupons = shallowRef<CouponsHeld[]>([])

/** Read them anew; a late answer about somebody else is dropped. */
export async function read(id = sale.basket.value?.member ?? null): Promise<void> {
  if (!id) {
    plans.value = []
    coupons.value = []
    return
  }
  const at = { path: { member: id } }
  const [held, given] = await Promise.all([api.ask('GET', '/api/v1/members/{member}/plans', at), api.ask('GET', '/api/v1/members/{member}/coupons', at)])
  if (sale.basket.value?.member !== id) return
  plans.value = held.plans
  coupons.value = given.coupons
}

watch(
  () => sale.basket.value?.member ?? null,
  (id) => {
    plans.value = []
    coupons.value = []
    if (id) void tried(() => read(id))
  },
)

/** What a plan is called; its code while nobody knows. */
export function planName(code: string): string {
  return plans.value.find((held) => held.plan === code)?.name ?? code
}

/** Let a plan pay a line, or (null) let it be paid as any other. */
export function cover(no: number, plan: string | null): Promise<boolean> {
  return sale.change((id) => api.act('PUT', '/api/v1/baskets/{basket}/lines/{line}/plan', { ...sale.row(id, no), body: { plan } }).then(result))
}

/** The lines that a plan could pay and nothing pays yet. */
export const coverable = (plan: string): Line[] => sale.lines.value.filter((line) => !line.cover && (line.covers ?? []).includes(plan))

/** Let a plan pay every line that it can; the node says when its uses are over. */
export async function coverAll(plan: string): Promise<boolean> {
  for (const { line } of coverable(plan)) if (!(await cover(line, plan))) return false
  return true
}

/** How many coupons of a template the basket takes. */
export const taken = (template: string): number => (sale.basket.value?.coupons ?? []).filter((one) => one === template).length

/** Hand so many coupons of a template over with the basket. */
export function handOver(template: string, many: number): Promise<boolean> {
  const others = (sale.basket.value?.coupons ?? []).filter((one) => one !== template)
  const all = [...others, ...Array.from({ length: many }, () => template)]
  return sale.change((id) => api.act('PUT', '/api/v1/baskets/{basket}/coupons', { ...sale.at(id), body: { coupons: all } }).then(result))
}
