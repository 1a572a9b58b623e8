/** What becomes of a failure: told in the office's own words, and nothing is lost. */
import { ElMessage } from 'element-plus'
import 'element-plus/es/components/message/style/css'
import { Refused, Unreachable } from './api'
import { t } from './i18n'

/** Say a failure in one paragraph: what happened, what was kept, what to do. */
export function said(error: unknown): string {
  if (error instanceof Refused) {
    const { message, kept, next } = error.problem
    return [message, kept, next].filter(Boolean).join(t('app.stop'))
  }
  if (error instanceof Unreachable) return t('app.unreachable')
  throw error
}

/** Tell a failure. What is no refusal and no silence of the office is a fault of ours and is thrown on. */
export function tell(error: unknown): void {
  // whoever was signed out sees the sign-in instead
  if (error instanceof Refused && error.status === 401) return
  fail(said(error))
}

/** Say that something came to nothing. */
export function fail(text: string): void {
  ElMessage({ type: 'error', message: text, duration: 8000, showClose: true })
}

/** Say that something was done. */
export function done(text: string): void {
  ElMessage({ type: 'success', message: text, duration: 3000 })
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
