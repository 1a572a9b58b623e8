/** How an amount is paid: the parts taken so far, and the one being typed. One such desk each for sales, top-ups and plans. */
import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import { parseMoney } from '@stayopen/kit'
import { t } from '../i18n'
import { mostOf, pointsFor, valueOf, type PointsRule } from '../points'
import { play } from '../sounds'
import { tenderName } from '../tenders'
import type { Offer } from '../types'
import * as charges from './charges'
import { refuse } from './notice'
import { externals } from './setup'

export const CASH = 'cash'
export const STORED_VALUE = 'stored_value'
export const POINTS = 'points'
export const GIFT_CARD = 'gift_card'

/** Value of the member that can pay: how much can still be taken (minor units), and why none can, a message's key ('' it can). */
export interface Value {
  available: number
  bar: string
}

/** The member's points and what they may pay by the chain's rule; `bar`: why they cannot, a message's key. */
export interface Points {
  rule: PointsRule | null
  available: number
  bar: string
}

/** A gift card that was shown: what it can pay here (minor units). `owner`: as head office is asked for more of it. */
export interface GiftCard {
  number: string
  owner: string
  known: boolean
  here: number
}

/** What the desk is set up for; `value`, `points` of the member, and looking gift cards up: left out where they cannot pay. */
export interface Setup {
  total: Ref<number>
  value?: (parts: readonly Offer[]) => Value
  points?: (parts: readonly Offer[]) => Points
  giftCard?: (number: string) => Promise<GiftCard | null>
  /** A payment code was scanned, and nothing more is to be said. */
  ready?: () => void
}

export type Tendering = ReturnType<typeof createTendering>

const NO_POINTS: Points = { rule: null, available: 0, bar: '' }

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

/** Whose payment code a customer's phone shows: 18 digits for WeChat (10–15) and 16 to 24 for Alipay (25–30); '' nobody's. */
export function codeOf(code: string): '' | 'wechat' | 'alipay' {
  if (/^1[0-5]\d{16}$/.test(code)) return 'wechat'
  return /^(2[5-9]|30)\d{14,22}$/.test(code) ? 'alipay' : ''
}

/** Whether a slip's reference is one that the node takes: letters, digits and hyphens, so many at least. */
export function isReference(text: string, least: number): boolean {
  return text.length >= least && /^(?=.*[A-Za-z0-9])[A-Za-z0-9-]{1,32}$/.test(text)
}

/** Make a desk for one kind of payment. */
export function createTendering({ total, value, points, giftCard, ready }: Setup) {
  const parts = shallowRef<Offer[]>([])
  const tender = ref(CASH)
  const amount = ref('')
  const reference = ref('')
  /** What is typed was only suggested: the first key replaces it. */
  const fresh = ref(true)
  /** What can be paid with, in the order of its keys: F2, F3 … */
  const tenders = computed(() => {
    const own = value ? [CASH, STORED_VALUE] : [CASH]
    const cards = giftCard ? [GIFT_CARD] : []
    const redeems = points?.(parts.value).rule ? [POINTS] : []
    return [...own, ...externals.value.map((one) => one.code), ...cards, ...redeems]
  })

  /** Whether the chosen tender is taken through a provider, by the code that the customer shows. */
  const hasProvider = computed(() => externals.value.some((one) => one.code === tender.value && one.provider !== ''))
  /** Fewest characters of the reference that the chosen tender takes, 0: it needs none. */
  const least = computed(() => externals.value.find((one) => one.code === tender.value)?.reference ?? 0)
  /** The gift card whose number stands in the field, once it was looked up. */
  const shown = shallowRef<GiftCard | null>(null)
  const card = computed(() => (shown.value?.number === reference.value.trim() ? shown.value : null))

  /** What the parts taken so far leave to be paid: shown only, the node works it out anew. */
  const remaining = computed(() => Math.max(0, parts.value.reduce((rest, part) => rest - part.amount, total.value)))
  const typed = computed(() => parseMoney(amount.value))
  const stored = computed<Value>(() => value?.(parts.value) ?? { available: 0, bar: '' })
  /** What points may pay: how many, what they are worth, and why none may. */
  const redeem = computed(() => {
    const { rule, available, bar } = points?.(parts.value) ?? NO_POINTS
    const most = rule && !bar ? mostOf(Math.min(remaining.value, total.value), available, rule) : { points: 0, worth: 0 }
    return { rule, available, ...most, bar: bar || (most.worth ? '' : 'pay.pointsNone') }
  })
  /** Points that the typed amount takes. */
  const pointsTyped = computed(() => (redeem.value.rule && typed.value ? pointsFor(typed.value, redeem.value.rule) : 0))
  /** The most that the chosen tender may pay; cash may be more, the rest is change. */
  const most = computed(() => {
    if (tender.value === STORED_VALUE) return Math.min(remaining.value, stored.value.available)
    if (tender.value === GIFT_CARD) return Math.min(remaining.value, card.value ? card.value.here - onCard(card.value.number) : remaining.value)
    return tender.value === POINTS ? redeem.value.worth : remaining.value
  })
  /** What parts taken before draw on the same gift card. */
  const onCard = (number: string): number => parts.value.reduce((sum, part) => sum + (part.ref === number ? part.amount : 0), 0)
  /** The change that the typed cash would give. */
  const change = computed(() => {
    const over = (typed.value ?? 0) - remaining.value
    return tender.value === CASH && over > 0 ? over : 0
  })
  /** What is wrong with what is typed, a message's key; '' nothing. */
  const wrong = computed(() => {
    if (remaining.value === 0) return ''
    if (tender.value === STORED_VALUE && stored.value.bar) return stored.value.bar
    if (tender.value === POINTS && redeem.value.bar) return redeem.value.bar
    if (tender.value === GIFT_CARD && !card.value) return reference.value.trim() ? '' : 'pay.giftNeeded'
    if (tender.value === GIFT_CARD && most.value <= 0) return 'pay.giftEmpty'
    if (typed.value === null || typed.value <= 0) return 'pay.bad'
    if (tender.value !== CASH && typed.value > most.value) return tender.value === STORED_VALUE ? 'pay.storedShort' : 'pay.tooMuch'
    if (tender.value === POINTS && inexact(typed.value)) return 'pay.pointsInexact'
    if (hasProvider.value && !reference.value.trim()) return 'pay.codeNeeded'
    if (least.value && !isReference(reference.value.trim(), least.value)) return 'pay.refNeeded'
    return ''
  })
  /** Amounts nearest to what is typed that whole points can make; minor units. */
  const nearest = computed(() => {
    const { rule } = redeem.value
    return rule ? { below: valueOf(Math.max(0, pointsTyped.value - 1), rule), above: valueOf(pointsTyped.value, rule) } : { below: 0, above: 0 }
  })
  /** Whether what is typed pays all that is left. */
  const finishes = computed(() => (typed.value ?? 0) >= remaining.value)

  function inexact(minor: number): boolean {
    const { rule } = redeem.value
    return rule !== null && (valueOf(pointsFor(minor, rule), rule) !== minor || pointsFor(minor, rule) < rule.least)
  }
  /** Put an amount in the field. */
  function suggest(minor: number): void {
    amount.value = minor > 0 ? typedMoney(minor) : ''
    fresh.value = true
  }
  /** Choose what the next part is paid with, and suggest as much as it can pay. */
  function choose(name: string): void {
    tender.value = name
    reference.value = ''
    shown.value = null
    suggest(most.value)
  }
  /**
   * Do what has to come before the part is taken; false when that was all for now.
   *
   * A gift card is looked up first. What a provider takes is waited for, and its part then stands among the parts.
   */
  async function prepare(): Promise<boolean> {
    if (remaining.value === 0) return true
    if (hasProvider.value) return charge()
    if (tender.value !== GIFT_CARD || card.value) return true
    await readCard()
    return false
  }
  async function charge(): Promise<boolean> {
    const [by, minor, code] = [tender.value, typed.value ?? 0, reference.value.trim()]
    // a code pays once, whatever becomes of it
    reference.value = ''
    const payment = await charges.take(by, minor, code)
    return payment !== null && addPaid({ tender: by, amount: minor, payment })
  }
  /** Add what a provider has taken as a part; true when nothing is left to be paid. */
  function addPaid(paid: { tender: string; amount: number; payment: string }): boolean {
    parts.value = [...parts.value, { tender: paid.tender, amount: paid.amount, ref: paid.payment }]
    choose(CASH)
    return remaining.value === 0
  }
  /** Look the gift card up whose number stands in the field, and suggest what it can pay. */
  async function readCard(): Promise<void> {
    const number = reference.value.trim()
    const found = number && giftCard ? await giftCard(number) : null
    if (reference.value.trim() !== number) return
    shown.value = found
    if (found) suggest(most.value)
  }
  /** Take a payment code or a gift card that was scanned for the part being paid; false when the code is none. */
  function takeCode(code: string): boolean {
    if (tender.value === GIFT_CARD) {
      reference.value = code
      void readCard()
      return true
    }
    const of = codeOf(code)
    if (!of) return false
    if (!tenders.value.includes(of)) {
      refuse(t('pay.noTender', { name: tenderName(of) }), '', t('pay.noTenderNext'))
      return true
    }
    if (charges.pending.value) return true
    if (tender.value !== of) choose(of)
    reference.value = code
    play('scan')
    if (hasProvider.value && !wrong.value) ready?.()
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
  // value that arrives while the part is looked at, from head office or another branch, is suggested at once
  watch(most, (now) => {
    if (fresh.value && tender.value === STORED_VALUE) suggest(now)
  })
  return {
    total, tenders, parts, tender, amount, reference, fresh, remaining, typed, stored, redeem, pointsTyped, nearest, most, change, wrong, finishes, card,
    hasProvider, least, suggest, prepare, readCard, addPaid, choose, takeCode, begin, drop, take,
  }
}
