/**
 * Money taken through a provider by the code that a customer shows: asked for, waited for, cancelled.
 *
 * The node asks the provider and knows how each payment stands; here is which one the cashier looks at. What was paid
 * and not used yet is never lost: it is listed until it pays something or is given back.
 */
import { computed, shallowRef } from 'vue'
import type { Charge } from '../types'
import { api, result } from './node'
import { setUp } from './setup'
import { tell, tried } from './tell'

export const PAYMENTS = '/api/v1/payments'

/** How often a payment is looked at that nothing was heard of (ms); notices come sooner. */
const LOOK_MS = 1500

/** The payment that is being waited for, or that came to nothing and was not put away yet. */
export const charge = shallowRef<Charge | null>(null)
/** What somebody has paid at this till that pays nothing yet, or of which nobody knows. */
export const open = shallowRef<Charge[]>([])

/** Whether the cashier has to wait, or say what else. */
export const pending = computed(() => charge.value?.state === 'asking' || charge.value?.state === 'unknown')

let woken: () => void = () => undefined

/** A notice says that some payment changed. */
export function wake(): void {
  woken()
}

function rest(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LOOK_MS)
    woken = () => {
      clearTimeout(timer)
      resolve()
    }
  })
}

/** Ask for an amount (minor units) by a code, and wait; the payment's id once it was paid, null when it was not. */
export async function take(tender: string, amount: number, code: string): Promise<string | null> {
  let now: Charge
  try {
    // waiting for the provider is done by looking, so that cancelling is not held up
    now = await api.act('POST', PAYMENTS, { body: { tender, amount, code, wait_ms: 0 } }).then(result)
  } catch (error) {
    tell(error)
    return null
  }
  charge.value = now
  while (now.state === 'asking' || now.state === 'unknown') {
    await rest()
    const seen = charge.value
    if (!seen || seen.payment !== now.payment) return null
    now = (await tried(() => api.ask('GET', '/api/v1/payments/{payment}', { path: { payment: now.payment } }))) ?? now
    if (charge.value?.payment !== now.payment) return null
    charge.value = now
  }
  if (now.state !== 'paid') return null
  charge.value = null
  void readOpen()
  return now.payment
}

/** The customer will not pay by it after all; what was paid meanwhile is given back. */
export async function cancel(): Promise<void> {
  const now = charge.value
  if (!now) return
  const next = await giveBack(now.payment)
  if (next && charge.value?.payment === next.payment) charge.value = next
  woken()
}

/** Stop looking at it: it stays in the list of what is open until it is known. */
export function leave(): void {
  charge.value = null
  woken()
  void readOpen()
}

/** Give a payment back, or stop it. */
export async function giveBack(payment: string): Promise<Charge | undefined> {
  const next = await tried(() => api.act('POST', '/api/v1/payments/{payment}/cancel', { path: { payment }, body: {} }).then(result))
  await readOpen()
  return next
}

/** Read what is open at this till anew. */
export async function readOpen(): Promise<void> {
  const found = await tried(() => api.ask('GET', PAYMENTS, { query: { open: 1 } }))
  if (found) open.value = found.payments.filter((row) => row.till === setUp.value?.till && row.state !== 'refunding')
}
