/** Taking money for something that is no basket: the desk, that a double tap pays nothing, and that it is sent once. */
import { ref, type Ref } from 'vue'
import { play } from '../sounds'
import type { Offer } from '../types'
import { tell } from './tell'
import { createTendering } from './tendering'

/** How long the button rests after it has changed its meaning. */
const REST_MS = 500

export type Taking = ReturnType<typeof createTaking>

/** `send` does the act with all that was offered; a refusal is told here and the money is asked for anew. */
export function createTaking(total: Ref<number>, send: (tenders: Offer[]) => Promise<void>) {
  const desk = createTendering({ total, ready: () => void confirm() })
  const paying = ref(false)
  let openedAt = 0
  let confirming = false

  /** Nothing is taken yet. */
  function begin(): void {
    openedAt = performance.now()
    desk.begin()
  }
  /** Take what is typed; when nothing is left to be paid, send. */
  async function confirm(): Promise<void> {
    if (paying.value || confirming) return
    if (desk.wrong.value) {
      play('refused')
      return
    }
    confirming = true
    try {
      const offers = (await desk.prepare()) ? desk.take() : null
      if (offers) await pay(offers)
    } finally {
      confirming = false
    }
  }
  async function pay(offers: Offer[]): Promise<void> {
    paying.value = true
    try {
      await send(offers)
    } catch (error) {
      tell(error)
      desk.begin()
    } finally {
      paying.value = false
    }
  }
  /** The button: as `confirm`, but not by the second half of a double tap. */
  function confirmByHand(): void {
    if (performance.now() - openedAt > REST_MS) void confirm()
  }
  return { desk, paying, begin, confirm, confirmByHand }
}
