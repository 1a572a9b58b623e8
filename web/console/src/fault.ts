/** A fault of the page itself: a calm word in place of a white page. What was written lies at head office. */
import { ref } from 'vue'
import { Refused, Unreachable } from './api'
import { tell } from './tell'

/** What is in the way of the whole page: '' nothing, 'unreachable', or kind and place of a fault, never its text. */
export const fault = ref('')

/** Note what nobody foresaw; a refusal or a silence of the office that nobody told is told here. */
export function note(error: unknown): void {
  if (error instanceof Refused) return tell(error)
  if (error instanceof Unreachable) {
    fault.value = 'unreachable'
    return
  }
  console.error(error)
  fault.value = describe(error)
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const place = /([\w.-]+\.(?:js|ts|vue))[^:]*(:\d+:\d+)/.exec(error.stack ?? '')
  return place ? `${error.name} · ${place[1]}${place[2]}` : error.name
}
