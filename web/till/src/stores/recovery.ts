/** What became of an act that a reload had left without an answer. */
import { t } from '../i18n'
import type { PlanReceipt, Receipt, TopUpReceipt } from '../types'
import * as giftCards from './giftCards'
import { api, Refused } from './node'
import { inform, refuse } from './notice'
import { openPage } from './pages'
import { CHECKOUT, finish, QUICK } from './payment'
import * as plans from './plans'
import { tell, tried } from './tell'
import * as topUp from './topUp'

/** Acts that take money, and how the result of each is shown; `member`: whose it is. */
const SHOWN: Record<string, (result: unknown, member: string) => void> = {
  [CHECKOUT]: (result) => finish(result as Receipt),
  [QUICK]: (result) => finish(result as Receipt),
  [topUp.TOP_UP]: (result, member) => {
    topUp.finish(result as TopUpReceipt, member)
    openPage('topUp', member)
  },
  [plans.BUY_PLAN]: (result, member) => {
    plans.finish(result as PlanReceipt, member)
    openPage('plan', member)
  },
  // the number of a gift card is printed, and shown once only
  [giftCards.SELL]: () => undefined,
}

/** Whether an act takes money: its outcome must be known before anything else is done. */
export function takesMoney(path: string): boolean {
  return path in SHOWN
}

/** Ask for it under its own key; a payment that went through shows its result, as if the page had never been away. */
export async function recover(): Promise<void> {
  const found = await tried(() => api.recover())
  if (!found || !takesMoney(found.act.path)) return
  if (found.outcome === 'done') {
    SHOWN[found.act.path]?.((found.answer as { result: unknown }).result, found.act.params['member'] ?? '')
    inform(t('unknown.found'))
  } else if (found.outcome === 'refused') {
    const { message, next } = found.refusal.problem
    refuse(message, t('unknown.notDone'), next)
  } else if (found.act.path === CHECKOUT) await look(found.act.params['basket'] ?? '')
  else refuse(t('unknown.lookUp'), '', t('unknown.lookUpNext'))
}

/** It was somebody else's payment, whose answer is not ours to hear: a basket that is paid is gone. */
async function look(basket: string): Promise<void> {
  try {
    await api.ask('GET', '/api/v1/baskets/{basket}', { path: { basket } })
    inform(t('unknown.notDone'))
  } catch (error) {
    if (error instanceof Refused && error.problem.code === 'unknown_basket') inform(t('unknown.found'))
    else tell(error)
  }
}
