/** Finding members by whatever the customer gives: card, number, phone, its last four, name or initials. */
import { ref, shallowRef, watch } from 'vue'
import type { MemberFound } from '../types'
import { find } from './member'
import { tried } from './tell'

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
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0

  /** Look now for what is typed; a late answer to an older question is dropped. */
  async function look(): Promise<void> {
    clearTimeout(timer)
    const wanted = q.value.trim()
    const mine = ++asked
    const members = wanted ? await tried(() => find(wanted)) : []
    if (mine !== asked || !members) return
    found.value = members
    answered.value = wanted
    highlight.value = 0
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
    await look()
    return found.value[0]
  }

  watch(q, () => {
    clearTimeout(timer)
    timer = setTimeout(look, REST_MS)
  })
  return { q, found, answered, highlight, look, step, chosen, read }
}
