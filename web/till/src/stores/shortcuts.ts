/** The keys in force: the chain's own over the defaults, and the pages' function keys. */
import { computed } from 'vue'
import { keyOf, merge, type Command } from '../keys'
import { PAGES } from '../pages'
import { setUp } from './setup'

const pageKeys = Object.fromEntries(Object.entries(PAGES).map(([name, page]) => [name, page.key]))

export const keys = computed(() => merge(setUp.value?.shortcuts, pageKeys))

/** How a command's key is shown on its button; '' it has none. */
export function shown(command: Command): string {
  const key = keyOf(keys.value, command)
  return SHORT[key] ?? key
}

const SHORT: Record<string, string> = { ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc', Space: '␣', Delete: 'Del', Insert: 'Ins' }
