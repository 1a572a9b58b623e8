/** Taking the money: the parts taken so far, the one being typed, and what became of it. The node decides what counts. */
import { computed, ref, shallowRef, watch } from 'vue'
import { parseMoney } from '@stayopen/kit'
import { t } from '../i18n'
import { play } from '../sounds'
import type { Offer, Receipt } from '../types'
import { health } from './health'
import { member, spendable } from './member'
import { api, Refused, result } from './node'
import { dismiss, refuse } from './notice'
import * as sale from './sale'
import { tell } from './tell'

export const CASH = 'cash'
export const STORED_VALUE = 'stored_value'
/** The names under which a chain's other tenders are usually set up; a chain that lacks one refuses it in words. */
export const EXTERNAL = ['wechat', 'alipay', 'card']

export const CHECKOUT = '/api/v1/baskets/{basket}/checkout'

export const isOpen = ref(false)
export const paying = ref(false)
export const parts = shallowRef<Offer[]>([])
export const tender = ref(CASH)
export const amount = ref('')
export const reference = ref('')
/** What is typed was only suggested: the first key replaces it. */
export const fresh = ref(true)
export const receipt = shallowRef<Receipt | null>(null)

export const total = computed(() => sale.basket.value?.total ?? 0)
/** What the parts taken so far leave to be paid: shown only, the node works it out anew. */
export const remaining = computed(() => Math.max(0, parts.value.reduce((rest, part) => rest - part.amount, total.value)))
export const typed = computed(() => parseMoney(amount.value))
/** Stored value that can still be taken here in this payment. */
export const available = computed(() => {
  const taken = parts.value.some((part) => part.tender === STORED_VALUE)
  return member.value && !taken ? spendable(member.value.here) : 0
})
/** Why stored value cannot be used, a message's key; '' it can. */
export const storedBar = computed(() => {
  if (!member.value) return 'pay.storedNeedsMember'
  if (member.value.frozen) return 'pay.storedFrozen'
  if (health.value?.stored_value_stopped || member.value.warnings.includes('stopped')) return 'pay.storedStopped'
  return available.value > 0 ? '' : 'pay.storedNone'
})
/** The change that the typed cash would give. */
export const change = computed(() => {
  const over = (typed.value ?? 0) - remaining.value
  return tender.value === CASH && over > 0 ? over : 0
})

/** Round amounts a customer may hand over, made of the notes in use: the amount itself first. */
export function quickAmounts(due: number, denominations: readonly number[], most = 5): number[] {
  if (due <= 0) return []
  const notes = [...denominations].filter((note) => note >= 100).sort((a, b) => a - b)
  const found = new Set([due, ...notes.map((note) => Math.ceil(due / note) * note)])
  return [...found].sort((a, b) => a - b).slice(0, most)
}

/** Choose what the next part is paid with, and suggest as much as it can pay. */
export function choose(name: string): void {
  tender.value = name
  reference.value = ''
  suggest(name === STORED_VALUE ? Math.min(remaining.value, available.value) : remaining.value)
}

/** Put an amount in the field. */
export function suggest(minor: number): void {
  amount.value = minor > 0 ? `${Math.trunc(minor / 100)}.${String(minor % 100).padStart(2, '0')}` : ''
  fresh.value = true
}

/** Open the panel for the basket in hand. */
export function open(): void {
  if (!sale.lines.value.length || sale.basket.value?.problem) return
  dismiss()
  parts.value = []
  isOpen.value = true
  openedAt = performance.now()
  choose(CASH)
}

/** Back to the basket; nothing was paid, nothing is lost. */
export function back(): void {
  if (!paying.value) isOpen.value = false
}

/** Take a part out again. */
export function drop(index: number): void {
  parts.value = parts.value.filter((_, place) => place !== index)
  choose(CASH)
}

/** What is wrong with what is typed, a message's key; '' nothing. */
export const wrong = computed(() => {
  if (remaining.value === 0) return ''
  if (tender.value === STORED_VALUE && storedBar.value) return storedBar.value
  if (typed.value === null || typed.value <= 0) return 'pay.bad'
  const most = tender.value === STORED_VALUE ? Math.min(remaining.value, available.value) : remaining.value
  return tender.value !== CASH && typed.value > most ? 'pay.tooMuch' : ''
})

/** How long the button rests after it has changed its meaning: a double tap on Pay must not finish the payment. */
const REST_MS = 500
let openedAt = 0

/** The button: as `confirm`, but not by the second half of a double tap. */
export function confirmByHand(): void {
  if (performance.now() - openedAt > REST_MS) void confirm()
}

/** Take what is typed; when nothing is left to be paid, sell. */
export async function confirm(): Promise<void> {
  if (paying.value) return
  if (wrong.value) {
    play('refused')
    return
  }
  const offers = remaining.value > 0 ? [...parts.value, offer(typed.value ?? 0)] : parts.value
  if (remaining.value > (typed.value ?? 0)) {
    parts.value = offers
    choose(CASH)
    return
  }
  await pay(offers)
}

function offer(minor: number): Offer {
  return { tender: tender.value, amount: minor, ref: reference.value.trim() }
}

async function pay(offers: Offer[]): Promise<void> {
  const basket = sale.basket.value
  if (!basket) return
  paying.value = true
  try {
    const body = { tenders: offers, total: basket.total }
    finish(await api.act('POST', CHECKOUT, { path: { basket: basket.basket }, body }).then(result))
  } catch (error) {
    tell(error)
    if (error instanceof Refused) await afterRefusal()
  } finally {
    paying.value = false
  }
}

/** The total or the wallet may have changed under the cashier's hands: show them as they are. */
async function afterRefusal(): Promise<void> {
  parts.value = []
  await sale.refresh().catch(() => undefined)
  choose(tender.value)
}

/** A sale is done: show its result. */
export function finish(done: Receipt): void {
  receipt.value = done
  isOpen.value = false
  sale.done()
  dismiss()
  play('paid')
}

/** Begin the next sale. */
export function next(): void {
  receipt.value = null
}

/** A payment code shown by a customer's phone: 18 digits for WeChat (10–15) and 16 to 24 for Alipay (25–30). */
export function isPaymentCode(code: string): boolean {
  return /^1[0-5]\d{16}$/.test(code) || /^(2[5-9]|30)\d{14,22}$/.test(code)
}

/** Take a scan while the panel is open: a payment code belongs to the part being paid, goods go back to the basket. */
export function takeScan(code: string): boolean {
  if (paying.value) {
    refuse(t('notice.busy'))
    return true
  }
  if (receipt.value) next()
  if (!isOpen.value) return false
  if (isPaymentCode(code)) {
    choose(code.startsWith('1') ? 'wechat' : 'alipay')
    reference.value = code
    play('scan')
    return true
  }
  back()
  return false
}

/** Whatever begins a new basket ends the look at the last sale's result. */
watch(sale.basket, (now) => {
  if (now && receipt.value) next()
})

watch(total, () => {
  if (isOpen.value && !paying.value && !parts.value.length && fresh.value) choose(tender.value)
})
