/**
 * Who is signed in.
 *
 * The token lies in sessionStorage: it goes with the browser's tab, no other site can send it, and each sign-in is given
 * a new one by the office.
 */
import { shallowRef } from 'vue'
import { api, onEnded, Refused, type Schema } from './api'
import { allows, type Duty } from './duties'

export type User = Schema<'User'>

const TOKEN = 'stayopen.office.token'

/** Who is signed in; null nobody. With `must_change` only the password may be changed. */
export const me = shallowRef<User | null>(null)

let started: Promise<void> | null = null
let leave: () => void = () => undefined

/** Whether the signed-in person may do something: `v-if="may('settle')"`. */
export const may = (duty: Duty): boolean => allows(me.value, duty)

/** Call `act` when the office has ended the sign-in while somebody was working. */
export function onSignedOut(act: () => void): void {
  leave = act
}

/** Take up, once, the sign-in that a reload left; it may have ended meanwhile. Throws `Unreachable`. */
export function resume(): Promise<void> {
  return (started ??= takeUp().catch((error: unknown) => {
    started = null
    throw error
  }))
}

async function takeUp(): Promise<void> {
  const token = sessionStorage.getItem(TOKEN)
  if (!token) return
  api.begin(token)
  try {
    me.value = await api.ask('GET', '/office/v1/me')
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    forget()
  }
}

/** Sign in by name and password. */
export async function signIn(name: string, password: string): Promise<void> {
  const done = await api.ask('POST', '/office/v1/sign-in', { body: { name, password } })
  sessionStorage.setItem(TOKEN, done.token)
  api.begin(done.token)
  me.value = done.user
}

/** Change one's own password: all sign-ins end with it, so sign in anew by the new one. */
export async function changePassword(old: string, fresh: string): Promise<void> {
  const name = me.value?.name ?? ''
  await api.ask('POST', '/office/v1/password', { body: { old, new: fresh } })
  await signIn(name, fresh)
}

/** Sign out; what is not reached is forgotten here at least. */
export async function signOut(): Promise<void> {
  await api.ask('POST', '/office/v1/sign-out').catch(() => undefined)
  forget()
}

function forget(): void {
  sessionStorage.removeItem(TOKEN)
  api.end()
  me.value = null
}

onEnded(() => {
  forget()
  leave()
})
