/** How a branch is, in a word. */
import type { Schema } from '../../api'
import { t } from '../../i18n'

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

/** A box on the line tells of itself every five minutes; what it told three times as long ago may be different now. */
const TOLD = 15 * 60_000

/** Whether what a box told of itself is too old to be taken for how it is at `now`, ms. */
export function stale(one: Health, now: number = Date.now()): boolean {
  return now - one.told_at > TOLD
}

/** By how many minutes a clock is ahead, behind when negative; below ten it is not worth a word. */
export function minutesAhead(one: Health): number {
  const minutes = Math.trunc((one.told_at ? one.clock : one.ahead) / 60_000)
  return Math.abs(minutes) >= 10 ? minutes : 0
}

/** How a clock goes, in words; "" when nothing is known of it. */
export function clockSaid(one: Health): string {
  if (!one.told_at && !one.said_at) return ''
  const n = minutesAhead(one)
  return n ? t(n > 0 ? 'branches.ahead' : 'branches.behind', { n: Math.abs(n) }) : t('branches.clockOk')
}

/** How a branch's devices are, in words. */
export function devicesSaid(one: Health): string {
  return one.devices ? t('branches.devicesSome', { all: one.devices, down: one.devices_down }) : t('branches.devicesNone')
}

/** Minor units are money in these assets, the others are counted. */
export const MONEY_ASSETS: ReadonlySet<string> = new Set(['principal', 'bonus', 'gift_card', 'credit'])
