/** The keyboard map, by a key's place, so that it works with a Chinese input method on. */

/** What a key asks for on the selling screen. */
export type Command =
  | 'pay' | 'member' | 'order-discount' | 'line-discount' | 'walk-in' | 'hold' | 'recall' | 'add' | 'quantity' | 'remove'
  | 'up' | 'down' | 'back' | 'sheet' | 'enter' | 'more'

type Pressed = Pick<KeyboardEvent, 'code' | 'key' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey'>

const ALWAYS: Record<string, Command> = {
  F2: 'pay', F3: 'member', F4: 'order-discount', F6: 'walk-in', F7: 'hold', F8: 'recall', F9: 'add', F10: 'more',
  Escape: 'back',
}
/** Only while the search holds no text: there they belong to the text. */
const WHEN_EMPTY: Record<string, Command> = {
  NumpadMultiply: 'quantity', NumpadDivide: 'line-discount', Delete: 'remove', ArrowUp: 'up', ArrowDown: 'down', Enter: 'enter', NumpadEnter: 'enter',
}

/** The command of a key; null when it is none. `typing`: a text field holds text. */
export function commandOf(event: Pressed, typing: boolean): Command | null {
  if (event.ctrlKey || event.altKey || event.metaKey) return null
  const always = ALWAYS[event.code] ?? ALWAYS[event.key]
  if (always) return always
  if (typing) return null
  if (event.shiftKey && event.code === 'Digit8') return 'quantity'
  if (event.shiftKey && event.code === 'Digit5') return 'line-discount'
  if (event.key === '?' || (event.shiftKey && event.code === 'Slash')) return 'sheet'
  if (event.key === '*') return 'quantity'
  return WHEN_EMPTY[event.code] ?? null
}
