import { describe, expect, it } from 'vitest'
import { commandOf } from '../src/keys'

const pressed = (code: string, key = code, shiftKey = false) => ({ code, key, shiftKey, ctrlKey: false, altKey: false, metaKey: false })

describe('the keyboard map', () => {
  it.each([['F2', 'pay'], ['F6', 'walk-in'], ['F9', 'add'], ['Escape', 'back']])('knows %s at any time', (code, command) => {
    expect(commandOf(pressed(code), true)).toBe(command)
    expect(commandOf(pressed(code, 'Process'), false)).toBe(command)
  })
  it('reads * and ? by their place, whatever an input method makes of them', () => {
    expect(commandOf(pressed('Digit8', 'Process', true), false)).toBe('quantity')
    expect(commandOf(pressed('NumpadMultiply', '*'), false)).toBe('quantity')
    expect(commandOf(pressed('Slash', '?', true), false)).toBe('sheet')
  })
  it('leaves keys to the text that is being typed', () => {
    for (const code of ['Delete', 'ArrowUp', 'Enter', 'NumpadMultiply']) expect(commandOf(pressed(code), true)).toBeNull()
  })
  it('leaves the browser its own keys', () => {
    expect(commandOf({ ...pressed('F5') }, false)).toBeNull()
    expect(commandOf({ ...pressed('KeyR', 'r'), ctrlKey: true }, false)).toBeNull()
  })
})
