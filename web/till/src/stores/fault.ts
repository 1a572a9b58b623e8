/** A fault of the page itself: a calm word in place of a white page. What was rung up lies in the node. */
import { ref } from 'vue'
import { Refused, Unreachable } from './node'
import { tell } from './tell'

/** Kind and place of the fault, for the manager; '' there is none. Never its text: that may hold a name. */
export const fault = ref('')
/** Counts how often the page was built anew after a fault. */
export const round = ref(0)

/** Note what nobody foresaw; a refusal or a silence of the node that nobody told is told here. */
export function note(error: unknown): void {
  if (error instanceof Refused || error instanceof Unreachable) return tell(error)
  console.error(error)
  fault.value = describe(error)
}

/** Go on: the page is built anew out of what its stores hold. */
export function goOn(): void {
  fault.value = ''
  round.value += 1
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const place = /([\w.-]+\.(?:js|ts|vue))[^:]*(:\d+:\d+)/.exec(error.stack ?? '')
  return place ? `${error.name} · ${place[1]}${place[2]}` : error.name
}
