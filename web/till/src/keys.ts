/**
 * The keyboard map of the selling screen: its defaults, and a chain's own keys laid over them.
 *
 * Keys are known by their place, so that they work with a Chinese input method on.
 */
import { characterOf } from './scan/detector'

/** What keys can ask for, with the keys that do it when the chain says nothing; the first one is shown. */
const DEFAULTS = {
  pay: ['F2'], member: ['F3'], 'order-discount': ['F4'], 'walk-in': ['F6'], hold: ['F7'], recall: ['F8'], add: ['F9'], more: ['F10'],
  quantity: ['*'], 'line-discount': ['%', '/'], line: ['Space'], remove: ['Delete'], quick: ['Insert'], coupons: ['End'],
  up: ['ArrowUp'], down: ['ArrowDown'], sheet: ['?'], enter: ['Enter'], back: ['Escape'],
} as const

export type Own = keyof typeof DEFAULTS
/** A command of the screen itself, or the name of a page after `page:`. */
export type Command = Own | `page:${string}`

/** Which key asks for what. */
export type KeyMap = ReadonlyMap<string, Command>

/** Keys that mean the same everywhere; no chain changes them. */
const FIXED = new Set<string>(['Enter', 'Escape'])
const NAMED = /^(F\d{1,2}|Escape|Enter|Delete|Insert|Home|End|PageUp|PageDown|Arrow(Up|Down))$/
/** Keys that no text needs: they work while the search holds one. */
const ALWAYS = /^(F\d{1,2}|Escape)$/

type Pressed = Pick<KeyboardEvent, 'code' | 'key' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey'>

/** A key's name as a chain writes it: `F7`, `Delete`, `*`. */
export function nameOf(event: Pressed): string {
  if (event.code === 'NumpadEnter') return 'Enter'
  if (event.code === 'Space') return 'Space'
  if (NAMED.test(event.code)) return event.code
  if (event.code === '' && NAMED.test(event.key)) return event.key
  // a sign is what the layout makes of it, unless an input method hides that
  if (/^[!-/:-@[-`{-~]$/.test(event.key)) return event.key
  return characterOf({ code: event.code, key: event.key, shift: event.shiftKey })
}

/**
 * Lay a chain's keys (command → key) over the defaults; `pages`: the key of each page by its name.
 *
 * A command given another key loses its own ones, and a key given away no longer does what it did.
 */
export function merge(chain: Record<string, string> = {}, pages: Record<string, string> = {}): KeyMap {
  const map = new Map<string, Command>()
  for (const [command, keys] of Object.entries(DEFAULTS)) for (const key of keys) map.set(key, command as Own)
  for (const [name, key] of Object.entries(pages)) if (key && !map.has(key)) map.set(key, `page:${name}`)
  for (const [name, key] of Object.entries(chain)) {
    const command = name in DEFAULTS ? (name as Own) : name in pages ? (`page:${name}` as const) : null
    if (!command || FIXED.has(key) || FIXED.has(keyOf(map, command))) continue
    for (const [old, of] of [...map]) if (of === command) map.delete(old)
    map.set(key, command)
  }
  return map
}

/** The key shown for a command; '' it has none. */
export function keyOf(map: KeyMap, command: Command): string {
  for (const [key, of] of map) if (of === command) return key
  return ''
}

/** The command of a key; null when it is none. `typing`: a text field holds text. */
export function commandOf(event: Pressed, typing: boolean, map: KeyMap): Command | null {
  if (event.ctrlKey || event.altKey || event.metaKey) return null
  const name = nameOf(event)
  return typing && !ALWAYS.test(name) ? null : (map.get(name) ?? null)
}
