/** The page's one line to head office: `await api.ask('GET', '/office/v1/branches/{branch}', { path: { branch } })`. */
import { createOffice, language } from '@stayopen/kit'

export { Refused, Unreachable } from '@stayopen/kit'
export type { OfficeAnswer as Answer, OfficePath as Path, OfficeSchema as Schema } from '@stayopen/kit'

let ended: () => void = () => undefined

// the browser's own is looked up at each request, so that tests can stand in for the office
const fetcher = (request: Request) => globalThis.fetch(request)

export const api = createOffice(location.origin, { language: () => language.value, signedOut: () => ended(), fetch: fetcher })

/** Call `act` when the office has ended the sign-in. */
export function onEnded(act: () => void): void {
  ended = act
}
