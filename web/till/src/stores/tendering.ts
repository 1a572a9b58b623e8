/** How an amount is paid: the parts taken so far, and the one being typed. One such desk each for sales, top-ups and plans. */
import { computed, ref, shallowRef, type Ref } from 'vue'
import { parseMoney } from '@stayopen/kit'
import { play } from '../sounds'
import type { Offer } from '../types'

export const CASH = 'cash'
export const STORED_VALUE = 'stored_value'
/** The names under which a chain's other tenders are usually set up; a chain that lacks one refuses it in words. */
export const EXTERNAL = ['wechat', 'alipay', 'card']

/** Value of the member that can pay: how much can still be taken (minor units), and why none can, a message's key ('' it can). */
export interface Value {
  available: number
  bar: string
}

/** What the desk is set up for; `value`: the member's stored value, left out where it cannot pay. */
export interface Setup {
  total: Ref<number>
  value?: (parts: readonly Offer[]) => Value
}

export type Tendering = ReturnType<typeof createTendering>

/** A round amount of money as it is typed: 1250 is `12.50`. */
export function typedMoney(minor: number): string {
  return `${Math.trunc(minor / 100)}.${String(minor % 100).padStart(2, '0')}`
}

/** Round amounts a customer may hand over, made of the notes in use: the amount itself first. */
export function quickAmounts(due: number, denominations: readonly number[], most = 5): number[] {
  if (due <= 0) return []
  const notes = [...denominations].filter((note) => note >= 100).sort((a, b) => a - b)
  const found = new Set([due, ...notes.map((note) => Math.ceil(due / note) * note)])
  return [...found].sort((a, b) => a - b).slice(0, most)
}

/** A payment code shown by a customer's phone: 18 digits for WeChat (10–15) and 16 to 24 for Alipay (25–30). */
export function isPaymentCode(code: string): boolean {
  return /^1[0-5]\d{16}$/.test(code) || /^(2[5-9]|30)\d{14,22}$/.test(code)
}

/** Make a desk for one kind of payment. */
export function createTendering({ total, value }: Setup) {
  const parts = shallowRef<Offer[]>([])
  const tender = ref(CASH)
  const amount = ref('')
  const reference = ref('')
  /** What is typed was only suggested: the first key replaces it. */
  const fresh = ref(true)
  const tenders = value ? [CASH, STORED_VALUE, ...EXTERNAL] : [CASH, ...EXTERNAL]

  /** What the parts taken so far leave to be paid: shown only, the node works it out anew. */
  const remaining = computed(() => Math.max(0, parts.value.reduce((rest, part) => rest - part.amount, total.value)))
  const typed = computed(() => parseMoney(amount.value))
  const stored = computed<Value>(() => value?.(parts.value) ?? { available: 0, bar: '' })
  /** The most that the chosen tender may pay; cash may be more, the rest is change. */
  const most = computed(() => (tender.value === STORED_VALUE ? Math.min(remaining.value, stored.value.available) : remaining.value))
  /** The change that the typed cash would give. */
  const change = computed(() => {
    const over = (typed.value ?? 0) - remaining.value
    return tender.value === CASH && over > 0 ? over : 0
  })
  /** What is wrong with what is typed, a message's key; '' nothing. */
  const wrong = computed(() => {
    if (remaining.value === 0) return ''
    if (tender.value === STORED_VALUE && stored.value.bar) return stored.value.bar
    if (typed.value === null || typed.value <= 0) return 'pay.bad'
    return tender.value !== CASH && typed.value > most.value ? 'pay.tooMuch' : ''
  })
  /** Whether what is typed pays all that is left. */
  const finishes = computed(() => (typed.value ?? 0) >= remaining.value)

  /** Put an amount in the field. */
  function suggest(minor: number): void {
    amount.value = minor > 0 ? typedMoney(minor) : ''
    fresh.value = true
  }
  /** Choose what the next part is paid with, and suggest as much as it can pay. */
  function choose(name: string): void {
    tender.value = name
    reference.value = ''
    suggest(most.value)
  }
  /** Take a payment code that was scanned for the part being paid; false when the code is none. */
  function takeCode(code: string): boolean {
    if (!isPaymentCode(code)) return false
    choose(code.startsWith('1') ? 'wechat' : 'alipay')
    reference.value = code
    play('scan')
    return true
  }
  /** Begin anew: nothing is taken. */
  function begin(): void {
    parts.value = []
    choose(CASH)
  }
  /** Take a part out again. */
  function drop(index: number): void {
    parts.value = parts.value.filter((_, place) => place !== index)
    choose(CASH)
  }
  /** Take what is typed: all parts once nothing is left to be paid, else null and the next part's turn. */
  function take(): Offer[] | null {
    if (remaining.value === 0) return parts.value
    const offers = [...parts.value, { tender: tender.value, amount: typed.value ?? 0, ref: reference.value.trim() }]
    if (finishes.value) return offers
    parts.value = offers
    choose(CASH)
    return null
  }
  return { total, tenders, parts, tender, amount, reference, fresh, remaining, typed, stored, most, change, wrong, finishes, suggest, choose, takeCode, begin, drop, take }
}
