/**
 * Tells a scanner's burst of keys from a person's typing, wherever the focus is and with any input method on.
 *
 * A keyboard-wedge scanner types a code in a few milliseconds a key and ends it with Enter or Tab. Characters are read
 * from `KeyboardEvent.code`, because an input method reports every letter and digit as `Process` (keyCode 229).
 */

/** The mean pause of a scan's keys, in ms: slow Bluetooth scanners take 30, the fastest typists 60 and more. */
export const MEAN_MS = 45
/** The longest single pause within a scan, in ms: a busy machine hands a key over late now and then. */
export const GAP_MS = 150
/** The shortest code that counts as a scan: EAN-8 has 8 digits, shops' own numbers fewer. */
export const SHORTEST = 4
/** The longest code there is: a receipt's. What the node takes for goods is shorter, and refused by it in words. */
export const LONGEST = 400

/** What the detector needs of a keyboard event; `at` in ms. */
export interface Stroke {
  code: string
  key: string
  shift: boolean
  at: number
}

/** `first`: a burst may begin here. `burst`: surely a scanner by now. `scan`: the code is complete. `none`: a person. */
export type Verdict = { kind: 'none' } | { kind: 'first' } | { kind: 'burst' } | { kind: 'scan'; code: string }

const SHIFTED: Record<string, string> = {
  Digit1: '!', Digit2: '@', Digit3: '#', Digit4: '$', Digit5: '%', Digit6: '^', Digit7: '&', Digit8: '*', Digit9: '(',
  Digit0: ')', Minus: '_', Equal: '+', Slash: '?', Period: '>', Comma: '<', Semicolon: ':', Quote: '"', Backslash: '|',
  BracketLeft: '{', BracketRight: '}', Backquote: '~',
}
const PLAIN: Record<string, string> = {
  Minus: '-', Equal: '=', Slash: '/', Period: '.', Comma: ',', Semicolon: ';', Quote: "'", Backslash: '\\',
  BracketLeft: '[', BracketRight: ']', Backquote: '`', Space: ' ', NumpadAdd: '+', NumpadSubtract: '-',
  NumpadMultiply: '*', NumpadDivide: '/', NumpadDecimal: '.',
}
const MODIFIERS = new Set(['ShiftLeft', 'ShiftRight', 'CapsLock', 'NumLock'])

/** The character of a key by its place on the keyboard, '' for a key that types none. */
export function characterOf(stroke: Pick<Stroke, 'code' | 'key' | 'shift'>): string {
  const { code, key, shift } = stroke
  if (/^Key[A-Z]$/.test(code)) {
    const letter = code.slice(3)
    if (/^[a-zA-Z]$/.test(key)) return key // Caps Lock is told by the key when no input method hides it
    return shift ? letter : letter.toLowerCase()
  }
  if (/^Numpad[0-9]$/.test(code)) return code.slice(6)
  if (shift && code in SHIFTED) return SHIFTED[code] as string
  if (/^Digit[0-9]$/.test(code)) return code.slice(5)
  if (code in PLAIN) return PLAIN[code] as string
  if (code === '' && key.length === 1) return key // an on-screen or remote keyboard that names no place
  return ''
}

/** Collects strokes; one for the whole page. */
export class ScanDetector {
  private text = ''
  private first = 0
  private last = -Infinity

  /** How many characters are collected. */
  get length(): number {
    return this.text.length
  }

  /** Judge one key going down. */
  feed(stroke: Stroke): Verdict {
    if (MODIFIERS.has(stroke.code)) return { kind: 'none' }
    const goesOn = stroke.at - this.last <= GAP_MS
    if (stroke.code === 'Enter' || stroke.code === 'NumpadEnter' || stroke.code === 'Tab') {
      const code = this.text.trim()
      const scanned = goesOn && this.sure()
      this.reset()
      return scanned ? { kind: 'scan', code } : { kind: 'none' }
    }
    const character = characterOf(stroke)
    if (character === '') {
      this.reset()
      return { kind: 'none' }
    }
    if (!goesOn || this.text.length >= LONGEST) {
      this.text = ''
      this.first = stroke.at
    }
    this.text += character
    this.last = stroke.at
    return { kind: this.sure() ? 'burst' : 'first' }
  }

  /** Forget what was collected. */
  reset(): void {
    this.text = ''
    this.last = -Infinity
  }

  /** Whether no person types what is collected. */
  private sure(): boolean {
    const pauses = this.text.length - 1
    return this.text.trim().length >= SHORTEST && (this.last - this.first) / pauses <= MEAN_MS
  }
}
