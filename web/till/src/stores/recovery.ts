/** What became of an act that a reload had left without an answer. */
import { t } from '../i18n'
import type { Receipt } from '../types'
import { api, Refused } from './node'
import { inform, refuse } from './notice'
import { CHECKOUT, finish, QUICK } from './payment'
import { tell, tried } from './tell'

/** Ask for it under its own key; a payment that went through shows its result, as if the page had never been away. */
export async function recover(): Promise<void> {
  const found = await tried(() => api.recover())
  if (!found || ![CHECKOUT, QUICK].includes(found.act.path)) return
  if (found.outcome === 'done') {
    finish((found.answer as { result: Receipt }).result)
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
