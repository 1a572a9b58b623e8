/** Finding members by whatever the customer gives: card, number, phone, its last four, name or initials. */
import { ref, shallowRef, watch } from 'vue'
import type { MemberFound } from '../types'
import { allowTyping, find } from './member'
import { Refused } from './node'
import { setUp } from './setup'
import { tell } from './tell'

/** How long the typing must rest before it is looked for, in ms. */
const REST_MS = 180

export type Finder = ReturnType<typeof createFinder>

/** Make a search of its own; `typed`: what is in it at first. */
export function createFinder(typed = '') {
  const q = ref(typed)
  const found = shallowRef<MemberFound[]>([])
  /** What `found` answers; '' while nothing was looked for. */
  const answered = ref('')
  const highlight = ref(0)
  /** Why nothing that is typed is looked for, in the node's words; '' nothing is wrong. */
  const barred = ref('')
  /** Nobody types where members are named by card, until a shift lead says so. */
  const byCard = (): boolean => !allowed && (setUp.value?.member_input ?? 'any') !== 'any'
  let allowed = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0

  /** Look now for what is typed; a late answer to an older question is dropped. */
  async function look(read = false): Promise<void> {
    clearTimeout(timer)
    const wanted = q.value.trim()
    const mine = ++asked
    const members = wanted ? await asking(wanted, read) : []
    if (mine !== asked || !members) return
    barred.value = ''
    found.value = members
    answered.value = wanted
    highlight.value = 0
  }
  async function asking(wanted: string, read: boolean): Promise<MemberFound[] | undefined> {
    try {
      return await find(wanted, read)
    } catch (error) {
      if (error instanceof Refused && error.problem.code === 'card_needed') {
        allowed = false
        found.value = []
        barred.value = `${error.problem.message} ${error.problem.next}`.trim()
      } else tell(error)
      return undefined
    }
  }
  /** Have a shift lead allow what is typed, and look for it. */
  async function allow(): Promise<void> {
    allowed = await allowTyping()
    if (allowed) await look()
  }
  /** Move the highlight. */
  function step(by: 1 | -1): void {
    highlight.value = Math.max(0, Math.min(found.value.length - 1, highlight.value + by))
  }
  /** Whom Enter takes, once it is known. */
  async function chosen(): Promise<MemberFound | undefined> {
    if (answered.value !== q.value.trim()) await look()
    return found.value[highlight.value]
  }
  /** Whose card or code was read; undefined when it is nobody's. */
  async function read(code: string): Promise<MemberFound | undefined> {
    q.value = code
    await look(true)
    return found.value[0]
  }

  watch(q, () => {
    clearTimeout(timer)
    // where cards name members a half typed number would only be refused: Enter asks
    if (!byCard()) timer = setTimeout(look, REST_MS)
  })
  return { q, found, answered, barred, highlight, look, allow, step, chosen, read }
}
