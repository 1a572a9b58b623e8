import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { characterOf, MEAN_MS, ScanDetector } from '../src/scan/detector'
import { listenForScans } from '../src/scan/listen'

const codes = (text: string): string[] =>
  [...text].map((c) => (/[0-9]/.test(c) ? `Digit${c}` : /[a-z]/i.test(c) ? `Key${c.toUpperCase()}` : 'Minus'))

function feed(detector: ScanDetector, text: string, gap: number, key = 'Process', from = 1000): string | null {
  let at = from
  for (const code of codes(text)) {
    at += gap
    detector.feed({ code, key, shift: /^Key/.test(code) && /[A-Z]/.test(text), at })
  }
  const end = detector.feed({ code: 'Enter', key: 'Enter', shift: false, at: at + gap })
  return end.kind === 'scan' ? end.code : null
}

describe('the scan detector', () => {
  it('reads a burst that ends in Enter, also while an input method hides the keys', () => {
    expect(feed(new ScanDetector(), '6901234510010', 5)).toBe('6901234510010')
  })
  it('takes a person typing for no scanner', () => {
    expect(feed(new ScanDetector(), '6901234510010', MEAN_MS + 1)).toBeNull()
  })
  it('forgives a busy machine that hands one key over late', () => {
    const detector = new ScanDetector()
    let at = 1000
    for (const [place, code] of codes('6901234510010').entries()) detector.feed({ code, key: '1', shift: false, at: (at += place === 1 ? 110 : 4) })
    expect(detector.feed({ code: 'Enter', key: 'Enter', shift: false, at: at + 4 })).toEqual({ kind: 'scan', code: '6901234510010' })
  })
  it('needs four characters: a quick "12" and Enter is a quantity', () => {
    expect(feed(new ScanDetector(), '12', 5)).toBeNull()
  })
  it('forgets what a person had typed before the burst', () => {
    const detector = new ScanDetector()
    detector.feed({ code: 'Digit9', key: '9', shift: false, at: 0 })
    expect(feed(detector, '80010001', 8)).toBe('80010001')
  })
  it('starts anew after an arrow or function key', () => {
    const detector = new ScanDetector()
    detector.feed({ code: 'Digit9', key: '9', shift: false, at: 1000 })
    detector.feed({ code: 'ArrowUp', key: 'ArrowUp', shift: false, at: 1002 })
    expect(feed(detector, '12345', 3, 'Process', 1003)).toBe('12345')
  })
  it('keeps letters as the scanner shifted them', () => {
    expect(characterOf({ code: 'KeyA', key: 'Process', shift: true })).toBe('A')
    expect(characterOf({ code: 'KeyA', key: 'Process', shift: false })).toBe('a')
    expect(characterOf({ code: 'KeyA', key: 'A', shift: false })).toBe('A')
    expect(characterOf({ code: 'Slash', key: 'Process', shift: true })).toBe('?')
    expect(characterOf({ code: 'Numpad7', key: '7', shift: false })).toBe('7')
  })
  it('lets no Enter pass as a scan that comes long after the code', () => {
    const detector = new ScanDetector()
    let at = 0
    for (const code of codes('123456')) detector.feed({ code, key: '1', shift: false, at: (at += 5) })
    expect(detector.feed({ code: 'Enter', key: 'Enter', shift: false, at: at + 500 }).kind).toBe('none')
  })
})

describe('listening on the page', () => {
  let stop: () => void
  const heard = vi.fn()
  beforeEach(() => {
    heard.mockReset()
    document.body.innerHTML = '<input id="field"><button id="button"></button>'
    stop = listenForScans(heard)
  })
  afterEach(() => stop())

  function type(text: string, gap: number, target: HTMLElement, from: number): boolean {
    let at = from
    let through = true
    for (const code of [...codes(text), 'Enter']) {
      const event = new KeyboardEvent('keydown', { code, key: code === 'Enter' ? 'Enter' : code.slice(-1), bubbles: true, cancelable: true })
      Object.defineProperty(event, 'timeStamp', { value: (at += gap) })
      through = target.dispatchEvent(event)
      if (through && target instanceof HTMLInputElement && code !== 'Enter') {
        target.value += code.slice(-1)
        target.dispatchEvent(new Event('input', { bubbles: true }))
      }
    }
    return through
  }

  it('gives a field its text back after a scan went into it', () => {
    const field = document.getElementById('field') as HTMLInputElement
    field.value = '苹果'
    field.focus()
    type('6901234510010', 5, field, 1000)
    expect(heard).toHaveBeenCalledWith('6901234510010')
    expect(field.value).toBe('苹果')
    expect(document.activeElement).toBe(field)
  })
  it('lets the Enter of a scan press no button', () => {
    const button = document.getElementById('button') as HTMLButtonElement
    button.focus()
    expect(type('80010001', 5, button, 1000)).toBe(false)
    expect(heard).toHaveBeenCalledOnce()
  })
  it('leaves a person typing alone', () => {
    const field = document.getElementById('field') as HTMLInputElement
    field.focus()
    type('12345', 120, field, 1000)
    expect(heard).not.toHaveBeenCalled()
    expect(field.value).toBe('12345')
  })
})
