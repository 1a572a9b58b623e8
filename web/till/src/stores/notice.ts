/** The one banner that tells a refusal (what happened, what was kept, what to do) or a short good word. */
import { shallowRef } from 'vue'
import { play } from '../sounds'

/** `kind` refused: red, stays until closed or until something succeeds. info: goes by itself. */
export interface Notice {
  kind: 'refused' | 'info'
  message: string
  kept: string
  next: string
}

const INFO_MS = 3500

export const notice = shallowRef<Notice | null>(null)
let timer: ReturnType<typeof setTimeout> | undefined

function show(value: Notice | null, ms = 0): void {
  clearTimeout(timer)
  notice.value = value
  if (ms) timer = setTimeout(() => (notice.value = null), ms)
}

/** Tell a refusal. */
export function refuse(message: string, kept = '', next = ''): void {
  play('refused')
  show({ kind: 'refused', message, kept, next })
}

/** Say a short word that needs no answer. */
export function inform(message: string): void {
  show({ kind: 'info', message, kept: '', next: '' }, INFO_MS)
}

/** Take the banner away. */
export function dismiss(): void {
  show(null)
}
