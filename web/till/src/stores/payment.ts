/** Taking the money: the parts taken so far, the one being typed, and what became of it. The node decides what counts. */
import { computed, ref, shallowRef, watch } from 'vue'
import { t } from '../i18n'
import { play } from '../sounds'
import type { Offer, Receipt } from '../types'
import { health } from './health'
import { member, spendable } from './member'
import { api, Refused, result } from './node'
import { dismiss, refuse } from './notice'
import * as sale from './sale'
import { tell } from './tell'
import { createTendering, STORED_VALUE } from './tendering'

export { CASH, EXTERNAL, isPaymentCode, quickAmounts, STORED_VALUE } from './tendering'

export const CHECKOUT = '/api/v1/baskets/{basket}/checkout'

export const isOpen = ref(false)
export const paying = ref(false)
export const receipt = shallowRef<Receipt | null>(null)

export const total = computed(() => sale.basket.value?.total ?? 0)

/** Stored value that can still be taken here in this payment, and why none can. */
function value(taken: readonly Offer[]): { available: number; bar: string } {
  if (!member.value) return { available: 0, bar: 'pay.storedNeedsMember' }
  const available = taken.some((part) => part.tender === STORED_VALUE) ? 0 : spendable(member.value.here)
  if (member.value.frozen) return { available, bar: 'pay.storedFrozen' }
  if (health.value?.stored_value_stopped || member.value.warnings.includes('stopped')) return { available, bar: 'pay.storedStopped' }
  return { available, bar: available > 0 ? '' : 'pay.storedNone' }
}

/** How the basket is being paid. */
export const desk = createTendering({ total, value })
export const { parts, tender, amount, reference, fresh, remaining, typed, change, wrong, choose, suggest, drop } = desk

/** Open the panel for the basket in hand. */
export function open(): void {
  if (!sale.lines.value.length || sale.basket.value?.problem) return
  dismiss()
  isOpen.value = true
  openedAt = performance.now()
  desk.begin()
}

/** Back to the basket; nothing was paid, nothing is lost. */
export function back(): void {
  if (!paying.value) isOpen.value = false
}

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
  const offers = desk.take()
  if (offers) await pay(offers)
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

/** Take a scan while the panel is open: a payment code belongs to the part being paid, goods go back to the basket. */
export function takeScan(code: string): boolean {
  if (paying.value) {
    refuse(t('notice.busy'))
    return true
  }
  if (receipt.value) next()
  if (!isOpen.value) return false
  if (desk.takeCode(code)) return true
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
