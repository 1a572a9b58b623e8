/** A shift lead's approval on the spot: asked for only when the node says that it is needed. */
import { shallowRef } from 'vue'
import type { Approval } from '../types'
import { Refused } from './node'

/** The question that is open. `problem`: why the last answer was not good enough. */
export interface Question {
  what: string
  problem: string
  answer: (approval: Approval | null) => void
}

export const question = shallowRef<Question | null>(null)

/** Refusals that are mended by asking for number and PIN once more. */
const AGAIN = new Set(['approval_needed', 'role_needed', 'sign_in_refused', 'pin_locked', 'pin_change_needed'])

function askFor(what: string, problem: string): Promise<Approval | null> {
  return new Promise((resolve) => {
    question.value = {
      what,
      problem,
      answer: (approval) => {
        question.value = null
        resolve(approval)
      },
    }
  })
}

/**
 * Send an act that nobody may do alone: the approval is asked for first, and again while it is not good enough.
 *
 * `what` names the act for whoever approves; null when nobody approved.
 */
export async function withApproval<T>(what: string, send: (approval: Approval) => Promise<T>): Promise<T | null> {
  const first = await askFor(what, '')
  return first && approved(what, (again) => send(again ?? first))
}

/**
 * Send an act, and once more with an approval when the node asks for one; null when nobody approved.
 *
 * `what` names the act for whoever approves.
 */
export async function approved<T>(what: string, send: (approval: Approval | null) => Promise<T>): Promise<T | null> {
  let approval: Approval | null = null
  for (;;) {
    try {
      return await send(approval)
    } catch (error) {
      if (!(error instanceof Refused) || !AGAIN.has(error.problem.code)) throw error
      const first = approval === null && error.problem.code === 'approval_needed'
      approval = await askFor(what, first ? '' : `${error.problem.message} ${error.problem.next}`.trim())
      if (approval === null) return null
    }
  }
}
