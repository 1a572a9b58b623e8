/** How a branch is, in a word. */
import type { Schema } from '../../api'

export type Health = Schema<'BranchHealth'>
export type State = 'online' | 'silent' | 'never' | 'blocked'

/** HQ notes twice a minute whom it hears; after this many ms without a word a branch is silent. */
const HEARD = 90_000

/** Say how a branch's link is at `now`, ms. */
export function stateOf(one: Health, now: number = Date.now()): State {
  if (!one.heard_at) return 'never'
  if (!one.nodes) return 'blocked'
  return now - one.heard_at <= HEARD ? 'online' : 'silent'
}

/** By how many minutes a clock is ahead; below ten it is not worth a word. */
export function minutesAhead(one: Health): number {
  const minutes = Math.floor(one.ahead / 60_000)
  return minutes >= 10 ? minutes : 0
}

/** Minor units are money in these assets, the others are counted. */
export const MONEY_ASSETS: ReadonlySet<string> = new Set(['principal', 'bonus', 'gift_card', 'credit'])
