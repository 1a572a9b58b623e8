/** A promotion as a form holds it, and which fields each kind reads (commerce/promotions/check.py: USED). */
import type { Schema } from '../../api'
import type { Off } from './OffField.vue'

export type Promotion = Schema<'Promotion'>
export type Kind = Promotion['kind']
export const KINDS = ['discount', 'member_price', 'nth_item', 'bundle', 'gift', 'spend_save', 'coupon'] as const

export type Special =
  | 'prices' | 'pieces' | 'target' | 'off' | 'least_amount' | 'least_pieces' | 'every' | 'of_each' | 'same_item' | 'limit'
  | 'parts' | 'gifts' | 'each' | 'steps' | 'coupon' | 'most'

export const USED: Record<Kind, readonly Special[]> = {
  member_price: ['prices', 'pieces'],
  discount: ['target', 'off', 'least_amount', 'least_pieces', 'pieces'],
  nth_item: ['target', 'off', 'every', 'of_each', 'same_item', 'limit'],
  bundle: ['parts', 'off', 'limit'],
  gift: ['target', 'gifts', 'off', 'of_each', 'least_amount', 'least_pieces', 'each', 'limit'],
  spend_save: ['target', 'steps', 'each', 'limit'],
  coupon: ['target', 'coupon', 'off', 'least_amount', 'least_pieces', 'most', 'pieces', 'limit'],
}

/** Amounts are null while what is typed is none. */
export interface Form {
  code: string
  name: string
  kind: Kind
  priority: number
  stackable: boolean
  members_only: boolean
  tiers: string[]
  first_day: string
  last_day: string
  windows: Schema<'WindowBody'>[]
  target: Schema<'TargetBody'>
  least_amount: number | null
  least_pieces: number
  off: Off
  prices: { item: string; price: number | null }[]
  every: number
  of_each: number
  same_item: boolean
  parts: { target: Schema<'TargetBody'>; milli_qty: number; by_weight: boolean }[]
  steps: { spent: number | null; saved: number | null }[]
  each: boolean
  gifts: string[]
  coupon: string
  most: number | null
  pieces: number
  limit: number
  active: boolean
}

export function blank(kind: Kind = 'discount'): Form {
  return {
    code: '',
    name: '',
    kind,
    priority: 100,
    stackable: false,
    members_only: kind === 'member_price',
    tiers: [],
    first_day: '',
    last_day: '',
    windows: [],
    target: { items: [], categories: [], except_items: [] },
    least_amount: 0,
    least_pieces: 0,
    off: { how: 'per_mille', value: kind === 'gift' ? 1000 : 0 },
    prices: [],
    every: kind === 'nth_item' ? 2 : 0,
    of_each: 1,
    same_item: false,
    parts: [],
    steps: kind === 'spend_save' ? [{ spent: null, saved: null }] : [],
    each: false,
    gifts: [],
    coupon: '',
    most: 0,
    pieces: 0,
    limit: 0,
    active: true,
  }
}

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** A form of what the office holds. */
export function formOf(row: Promotion): Form {
  return { ...blank(row.kind), ...(copy(row) as Partial<Form>) } as Form
}

/** What is sent: fields that the kind does not read keep their defaults, for the office refuses them. */
export function bodyOf(form: Form): Schema<'PromotionBody'> {
  const { code: _, ...rest } = copy(form)
  const used: readonly string[] = USED[form.kind]
  const plain = { ...blank(), every: 0, of_each: 1, off: { how: 'per_mille' as const, value: 0 }, steps: [] }
  const special = new Set(Object.values(USED).flat())
  const kept = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, special.has(name as Special) && !used.includes(name) ? plain[name as keyof Form] : value]))
  return { ...kept, name: form.name.trim() } as Schema<'PromotionBody'>
}

/** Whether every amount of the form is one. */
export function figuresStand(form: Form): boolean {
  const used = USED[form.kind]
  const amounts = [
    ...(used.includes('least_amount') ? [form.least_amount] : []),
    ...(used.includes('most') ? [form.most] : []),
    ...(used.includes('off') ? [form.off.value] : []),
    ...(used.includes('prices') ? form.prices.map(({ price }) => price) : []),
    ...(used.includes('steps') ? form.steps.flatMap(({ spent, saved }) => [spent, saved]) : []),
  ]
  return amounts.every((amount) => amount !== null)
}
