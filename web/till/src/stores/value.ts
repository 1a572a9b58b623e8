/** What is done to a member's value beside selling and topping up: points by hand, gifts, undo of a top-up, freezing. */
import { t } from '../i18n'
import type { Gift, TopUpRow } from '../types'
import { approved, withApproval } from './approval'
import { api, result } from './node'
import { at, did, person } from './person'

/** Give points (above zero) or take them, with a shift lead's approval. */
export async function movePoints(points: number, reason: string): Promise<void> {
  await did(
    () => withApproval(t('value.points'), (approval) => api.act('POST', '/api/v1/members/{member}/points', { ...at(), body: { approval, points, reason } })),
    t('value.pointsDone', { n: points > 0 ? `+${points}` : points }),
  )
}

/** What can be had for points. */
export async function gifts(): Promise<Gift[]> {
  return (await api.ask('GET', '/api/v1/gifts')).gifts
}

/** Hand out a gift for points. */
export async function takeGift(gift: Gift, count: number): Promise<void> {
  await did(
    () => api.act('POST', '/api/v1/members/{member}/gifts', { ...at(), body: { gift: gift.code, count } }).then(result),
    t('value.giftDone', { name: gift.name, n: count }),
  )
}

/** Take a top-up back, with a shift lead's approval; the money goes back in cash, or by the tenders it came by. */
export async function undoTopUp(row: TopUpRow, reason: string, inCash: boolean): Promise<boolean> {
  const done = await did(
    () => withApproval(t('value.undo'), (approval) => api.act('POST', '/api/v1/top-ups/{issue}/undo', { path: { issue: row.issue }, body: { approval, reason, in_cash: inCash } }).then(result)),
    t('value.undone', { number: row.number }),
  )
  return done !== null
}

/** Freeze the member's value, or let it be used again; a shift lead allows it. */
export async function setFrozen(frozen: boolean): Promise<void> {
  const path = frozen ? '/api/v1/members/{member}/freeze' : '/api/v1/members/{member}/thaw'
  const what = t(frozen ? 'value.freeze' : 'value.thaw')
  await did(() => approved(what, (approval) => api.act('POST', path, { ...at(), body: { approval } })), t(frozen ? 'value.frozen' : 'value.thawed'))
}

/** How many of a gift the member's points are enough for here, as far as the till knows. */
export function enoughFor(gift: Gift): number {
  return Math.floor((person.value?.here['points'] ?? 0) / gift.points)
}
