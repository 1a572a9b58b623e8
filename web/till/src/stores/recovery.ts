/** What became of an act that a reload had left without an answer. */
import { t } from '../i18n'
import type { Receipt } from '../types'
import { api } from './node'
import { inform, refuse } from './notice'
import { CHECKOUT, finish } from './payment'
import { tried } from './tell'

/** Ask for it under its own key; a payment that went through shows its result, as if the page had never been away. */
export async function recover(): Promise<void> {
  const found = await tried(() => api.recover())
  if (found?.act.path !== CHECKOUT) return
  if (found.outcome === 'done') {
    finish((found.answer as { result: Receipt }).result)
    inform(t('unknown.found'))
  } else if (found.outcome === 'refused') {
    const { message, next } = found.refusal.problem
    refuse(message, t('unknown.notDone'), next)
  }
}
