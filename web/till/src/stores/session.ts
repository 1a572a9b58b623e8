/** Who is signed in at which till, and whether its shift is open. */
import { computed, ref, shallowRef } from 'vue'
import { browserStore } from '@stayopen/kit'
import type { Me, Shift } from '../types'
import { api, begin, end, onEnded, Refused, result, storedToken, whoHolds } from './node'

/** A till's name as the node takes it. */
export const TILL = /^[a-z0-9][a-z0-9-]{0,15}$/
/** A PIN as the node takes it. */
export const PIN = /^[0-9]{4,12}$/

const store = browserStore()

export const till = ref(store.get('till') ?? '')
export const me = shallowRef<Me | null>(null)
export const shift = shallowRef<Shift | null>(null)
export const denominations = shallowRef<number[]>([])
export const started = ref(false)

/** The screen that fits. A PIN given by head office is changed there, so only a single shop insists. */
export const screen = computed<'loading' | 'sign-in' | 'pin' | 'open-shift' | 'counted' | 'selling'>(() => {
  if (!started.value) return 'loading'
  if (!me.value) return 'sign-in'
  if (mustChange(me.value)) return 'pin'
  if (!shift.value) return 'open-shift'
  return shift.value.state === 'open' ? 'selling' : 'counted'
})

const mustChange = (who: Me): boolean => who.must_change_pin && who.standalone

/** Remember this screen's name; false when the node would not take it. */
export function nameTill(name: string): boolean {
  if (!TILL.test(name)) return false
  till.value = name
  store.set('till', name)
  return true
}

/** Read the shift anew. */
export async function readShift(): Promise<void> {
  const current = await api.ask('GET', '/api/v1/shift')
  denominations.value = current.denominations
  shift.value = current.shift
}

async function enter(token: string, who: Me): Promise<void> {
  begin(token, who)
  if (!mustChange(who)) await readShift()
  me.value = who
}

/** Take up a sign-in that a reload left; it may have ended meanwhile. */
export async function resume(): Promise<void> {
  const token = storedToken()
  if (token) {
    try {
      await enter(token, await whoHolds(token))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      forget()
    }
  }
  started.value = true
}

/** Sign in by number and PIN. */
export async function signIn(staff: string, pin: string): Promise<void> {
  const done = await api.ask('POST', '/api/v1/sign-in', { body: { staff, pin, till: till.value } })
  await enter(done.token, done.me)
}

/** Change one's own PIN and go on. */
export async function changePin(old: string, fresh: string): Promise<void> {
  await api.act('POST', '/api/v1/me/pin', { body: { old, new: fresh } })
  await enter(storedToken(), await api.ask('GET', '/api/v1/me'))
}

/** Open the shift with the float in the drawer (minor units). */
export async function openShift(day: string, float: number): Promise<void> {
  shift.value = await api.act('POST', '/api/v1/shift', { body: { day, float } }).then(result)
}

function forget(): void {
  end()
  me.value = null
  shift.value = null
}

/** Sign out; open baskets stay in the node. */
export async function signOut(): Promise<void> {
  await api.ask('POST', '/api/v1/sign-out').finally(forget)
}

onEnded(forget)
