/** Taking the money: of the basket in hand, or of an amount without goods; and what became of it. The node decides what counts. */
import { computed, ref, shallowRef, watch } from 'vue'
import { t } from '../i18n'
import { play } from '../sounds'
import { say } from '../speech'
import type { Offer, Receipt } from '../types'
import * as charges from './charges'
import { open as openDialog } from './dialogs'
import { health, state } from './health'
import { member, spendable } from './member'
import { api, Refused, result } from './node'
import { ask as askPassword } from './password'
import { dismiss, inform, refuse } from './notice'
import * as sale from './sale'
import { setUp } from './setup'
import { tell, tried } from './tell'
import { createTendering, POINTS, STORED_VALUE, type GiftCard, type Points, type Value } from './tendering'

export const CHECKOUT = '/api/v1/baskets/{basket}/checkout'
export const QUICK = '/api/v1/quick-sales'

/** Refusals that a card's password mends. */
const PASSWORD = new Set(['password_needed', 'password_wrong'])

export const isOpen = ref(false)
export const paying = ref(false)
export const receipt = shallowRef<Receipt | null>(null)
/** The amount without goods that is being paid (minor units); 0: the basket in hand is. */
export const quick = ref(0)
/** The change goes into the member's balance instead of into the hand. */
export const keepChange = ref(false)

/** What money has to pay: what card plans pay is not in it. */
export const total = computed(() => quick.value || (sale.basket.value?.due ?? 0))

/** Stored value that can still be taken here in this payment, and why none can. What lies elsewhere may be asked for. */
function value(taken: readonly Offer[]): Value {
  if (!member.value) return { available: 0, bar: 'pay.storedNeedsMember' }
  const used = taken.some((part) => part.tender === STORED_VALUE)
  const available = used ? 0 : spendable(member.value.here)
  if (member.value.frozen) return { available, bar: 'pay.storedFrozen' }
  if (health.value?.stored_value_stopped || member.value.warnings.includes('stopped')) return { available, bar: 'pay.storedStopped' }
  const beyond = !used && state.value !== 'standalone' && (!member.value.chain || spendable(member.value.chain.balances) > available)
  return { available, bar: available > 0 || beyond ? '' : 'pay.storedNone' }
}

/** The member's points, and what they may pay of this. */
function points(taken: readonly Offer[]): Points {
  const rule = setUp.value?.points_redeem ?? null
  if (!member.value) return { rule, available: 0, bar: 'pay.pointsNeedMember' }
  const available = taken.some((part) => part.tender === POINTS) ? 0 : (member.value.here['points'] ?? 0)
  return { rule, available, bar: member.value.frozen ? 'pay.storedFrozen' : '' }
}

/** Look a gift card up; a number that is none is told. */
async function giftCard(number: string): Promise<GiftCard | null> {
  const found = await tried(() => api.ask('GET', '/api/v1/gift-cards', { query: { number } }))
  return found ? { number, ...found } : null
}

/** How it is being paid. */
export const desk = createTendering({ total, value, points, giftCard, ready: () => void confirm() })
export const { parts, tender, amount, reference, fresh, remaining, typed, change, wrong, choose } = desk

/** Whether the change may go into the member's balance: the chain wants it, and there is a member and some change. */
export const canKeepChange = computed(() => !!setUp.value?.change_to_balance && !!member.value && !member.value.frozen && change.value > 0)

/** The basket whose buyer was asked about, where nobody is a walk-in until somebody says so. */
let askedFor = ''

/** Open the panel for the basket in hand. */
export function open(): void {
  if (!sale.lines.value.length || sale.basket.value?.problem || needsMember() || asksMember()) return
  begin(0)
}

/** Open the panel for an amount without goods; a basket with goods is paid or held first. */
export function openQuick(minor: number): void {
  if (sale.lines.value.length) refuse(t('quick.busy'), '', t('quick.busyNext'))
  else if (minor > 0 && !needsMember()) begin(minor)
}

/** Where a chain sells to members alone, who buys is asked first. */
function needsMember(): boolean {
  if (setUp.value?.walk_in_allowed !== false || sale.basket.value?.member) return false
  refuse(t('pay.memberNeeded'), '', t('pay.memberNeededNext'))
  openDialog('member')
  return true
}

/** Where walk-ins are not taken for granted the member is asked for, once a basket: closing the question means none. */
function asksMember(): boolean {
  const { basket, member: buyer } = sale.basket.value ?? {}
  if (setUp.value?.walk_in_default !== false || !basket || buyer || askedFor === basket) return false
  askedFor = basket
  inform(t('pay.memberAsked'))
  openDialog('member')
  return true
}

function begin(minor: number): void {
  dismiss()
  quick.value = minor
  keepChange.value = false
  isOpen.value = true
  openedAt = performance.now()
  desk.begin()
  say('speech.due', total.value)
}

/** Back to the basket; nothing was paid, nothing is lost. */
export function back(): void {
  if (paying.value || charges.pending.value) return
  charges.charge.value = null
  if (parts.value.some((part) => charges.open.value.some((row) => row.payment === part.ref))) inform(t('charge.kept'))
  isOpen.value = false
  quick.value = 0
}

/** How long the button rests after it has changed its meaning: a double tap on Pay must not finish the payment. */
const REST_MS = 500
let openedAt = 0
/** A confirmation is under way: another one waits for nothing. */
let confirming = false

/** The button: as `confirm`, but not by the second half of a double tap. */
export function confirmByHand(): void {
  if (performance.now() - openedAt > REST_MS) void confirm()
}

/** Take what is typed; when nothing is left to be paid, sell. */
export async function confirm(): Promise<void> {
  if (paying.value || confirming) return
  if (wrong.value) {
    play('refused')
    return
  }
  confirming = true
  try {
    const offers = (await desk.prepare()) ? desk.take() : null
    if (offers) await pay(offers)
  } finally {
    confirming = false
  }
}

async function pay(offers: Offer[]): Promise<void> {
  const basket = sale.basket.value
  if (!basket && !quick.value) return
  paying.value = true
  try {
    finish(await send(offers))
  } catch (error) {
    if (error instanceof Refused && PASSWORD.has(error.problem.code)) await payByPassword(error, offers)
    else await refused(error)
  } finally {
    paying.value = false
  }
}

async function payByPassword(error: Refused, offers: Offer[]): Promise<void> {
  try {
    const done = await withPassword(error, offers)
    if (done) finish(done)
    else await afterRefusal()
  } catch (refusal) {
    await refused(refusal)
  }
}

async function refused(error: unknown): Promise<void> {
  if (error instanceof Refused && error.problem.code === 'attendant_needed') askWhoServed(error)
  else tell(error)
  if (error instanceof Refused) await afterRefusal()
}

function send(offers: Offer[], password: string | null = null): Promise<Receipt> {
  const basket = sale.basket.value
  // a body that names a password is never laid down, so one without must not name it
  const more = { change_to_balance: keepChange.value && canKeepChange.value, ...(password !== null && { password }) }
  if (quick.value || !basket) {
    return api.act('POST', QUICK, { body: { amount: quick.value, tenders: offers, member: basket?.member ?? null, attendant: sale.served.value, ...more } }).then(result)
  }
  return api.act('POST', CHECKOUT, { path: { basket: basket.basket }, body: { tenders: offers, total: basket.total, ...more } }).then(result)
}

/** A card's password is asked for, and the payment sent again with it; null: the customer gave none. */
async function withPassword(refusal: Refused, offers: Offer[]): Promise<Receipt | null> {
  for (let error = refusal; ; ) {
    const { message, next } = error.problem
    const password = await askPassword(error.problem.code === 'password_needed' ? message : `${message} ${next}`.trim())
    if (password === null) return null
    try {
      return await send(offers, password)
    } catch (again) {
      if (!(again instanceof Refused) || !PASSWORD.has(again.problem.code)) throw again
      error = again
    }
  }
}

/** The chain wants to know who served: the one question, and then the payment again. */
function askWhoServed(error: Refused): void {
  isOpen.value = false
  refuse(error.problem.message, error.problem.kept, error.problem.next)
  openDialog('served')
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
  dismiss()
  if (quick.value && sale.basket.value) void sale.clear()
  else sale.done()
  quick.value = 0
  play('paid')
  if (done.change) say('speech.change', done.change)
  else say('speech.paid', done.total)
}

/** Begin the next sale. */
export function next(): void {
  receipt.value = null
}

/** Take a scan while the panel is open: a payment code belongs to the part being paid, goods go back to the basket. */
export function takeScan(code: string): boolean {
  if (paying.value || (isOpen.value && charges.pending.value)) {
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
