/** What becomes of a failure: told in the node's own words, and nothing is lost. */
import { t } from '../i18n'
import { Refused, Unreachable } from './node'
import { refuse } from './notice'

/** Tell a failure to the cashier. What is no refusal and no silence of the node is a fault of ours and is thrown on. */
export function tell(error: unknown): void {
  if (error instanceof Refused) {
    const { code, message, kept, next } = error.problem
    if (code === 'signed_out' || code === 'not_signed_in') refuse(t('notice.signedOut'))
    else refuse(message, kept, next)
  } else if (error instanceof Unreachable) {
    refuse(t('notice.network'), t('notice.networkKept'), t('notice.networkNext'))
  } else throw error
}

/** Do something; tell a failure and return undefined then. */
export async function tried<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    tell(error)
    return undefined
  }
}
