/** Which act on the member shown is being asked about: one dialog at a time. */
import { shallowRef, watch } from 'vue'
import type { HeldPlan, TopUpRow } from '../types'
import { dialog, open } from './dialogs'

/** An act, with what it is done to. */
export type Act =
  | { kind: 'bind' }
  | { kind: 'lose'; card: string }
  | { kind: 'freeze' }
  | { kind: 'points' }
  | { kind: 'gift' }
  | { kind: 'undo-top-up'; row: TopUpRow }
  | { kind: 'replace'; card: string }
  | { kind: 'password' }
  | { kind: 'transfer' }
  | { kind: 'coupons' }
  | { kind: 'freeze-plan'; card: HeldPlan }
  | { kind: 'undo-plan'; card: HeldPlan }
  /** What came of an act, to be read before it goes: `figure` in large type, '' none. */
  | { kind: 'told'; title: string; figure: string; words: string[] }

export const act = shallowRef<Act | null>(null)

/** Ask about an act. */
export function begin(next: Act): void {
  act.value = next
  open('page')
}

watch(dialog, (now) => {
  if (now !== 'page') act.value = null
})
