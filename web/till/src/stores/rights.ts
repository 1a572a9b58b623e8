/** Asking head office for value that lies elsewhere in the chain; the cashier may leave at any time, nothing is lost by it. */
import { shallowRef } from 'vue'
import { t } from '../i18n'
import * as member from './member'
import { api, Refused, result, Unreachable } from './node'
import { tried } from './tell'

/** How long a customer is let wait for head office (ms). */
const PATIENCE_MS = 6_000

/** A question to head office. `words`: what came of it, told once it is not waiting. */
export interface Question {
  member: string
  amount: number
  state: 'waiting' | 'granted' | 'refused'
  words: string
}

export const question = shallowRef<Question | null>(null)

/** Ask for so much of a member's value (minor units of money, uses of a card); true when it can be used here now. */
export async function ask(id: string, amount: number, asset = 'principal'): Promise<boolean> {
  const mine: Question = { member: id, amount, state: 'waiting', words: '' }
  question.value = mine
  const answer = await send(id, amount, asset)
  // what comes after the till has left stays here as rights: the balance shows it
  await tried(() => member.read())
  if (question.value !== mine) return false
  question.value = answer.granted ? { ...mine, state: 'granted', words: '' } : { ...mine, state: 'refused', words: answer.words }
  return answer.granted
}

async function send(id: string, amount: number, asset: string): Promise<{ granted: boolean; words: string }> {
  try {
    const body = { member: id, amount, asset, deadline_ms: PATIENCE_MS }
    const { state, told } = await api.aside('POST', '/api/v1/rights-requests', { body }).then(result)
    return { granted: state === 'granted', words: told ? `${told.message} ${told.next}`.trim() : t('rights.silent') }
  } catch (error) {
    if (error instanceof Refused) return { granted: false, words: `${error.problem.message} ${error.problem.next}`.trim() }
    if (error instanceof Unreachable) return { granted: false, words: t('rights.silent') }
    throw error
  }
}

/** Stop waiting, or put the answer away. */
export function leave(): void {
  question.value = null
}
