/** The page's one line to its edge node. */
import { browserStore, createApi, language, type Problem, Refused, type Schema, Unreachable } from '@stayopen/kit'

import { base, training } from './training'

export { Refused, Unreachable } from '@stayopen/kit'

/** What belongs to one world is kept apart from the other's: sign-in, and the numbers of acts. */
const PREFIX = training ? 'stayopen.training.' : 'stayopen.'
const TOKEN = `${PREFIX}token`

let ended: () => void = () => undefined

export const api = createApi(base, { language: () => language.value, signedOut: () => ended(), store: browserStore(PREFIX) })

/** Call `act` when the node has ended the sign-in. */
export function onEnded(act: () => void): void {
  ended = act
}

/** Where a picture lies, by its hash; the browser keeps it for good. */
export const pictureAt = (hash: string): string => `/api/v1/pictures/${hash}`

/** What an act brought about, without what only a till's log needs. */
export const result = <T>(done: { result: T }): T => done.result

/** The token of a sign-in that a reload left; it goes with the browser's window. */
export const storedToken = (): string => sessionStorage.getItem(TOKEN) ?? ''

/** Ask who holds a token that was kept. */
export async function whoHolds(token: string): Promise<Schema<'Me'>> {
  const headers = { Authorization: `Bearer ${token}` }
  const answer = await api.GET('/api/v1/me', { headers }).catch(() => {
    throw new Unreachable()
  })
  if (answer.data) return answer.data
  throw answer.error ? new Refused(answer.error as Problem, answer.response.status) : new Unreachable()
}

/** Somebody is signed in. */
export function begin(token: string, me: Schema<'Me'>): void {
  sessionStorage.setItem(TOKEN, token)
  api.begin(token, me)
}

/** Nobody is signed in any more. */
export function end(): void {
  sessionStorage.removeItem(TOKEN)
  api.end()
}
