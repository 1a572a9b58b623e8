import { describe, expect, it } from 'vitest'
import { commandOf as of, keyOf, merge } from '../src/keys'

const commandOf = (event: Parameters<typeof of>[0], typing: boolean) => of(event, typing, merge())
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
    expect(commandOf(pressed('Minus', '?'), false)).toBe('sheet')
  })
  it('leaves keys to the text that is being typed', () => {
    for (const code of ['Delete', 'ArrowUp', 'Enter', 'NumpadMultiply']) expect(commandOf(pressed(code), true)).toBeNull()
  })
  it('leaves the browser its own keys', () => {
    expect(commandOf({ ...pressed('F5') }, false)).toBeNull()
    expect(commandOf({ ...pressed('KeyR', 'r'), ctrlKey: true }, false)).toBeNull()
  })
})

describe('a chain’s own keys', () => {
  const pages = { sales: 'F11', shifts: '' }

  it('take the place of the command’s own, and what had the key does without', () => {
    const map = merge({ hold: 'F8' }, pages)
    expect([map.get('F8'), map.get('F7'), keyOf(map, 'recall'), keyOf(map, 'hold')]).toEqual(['hold', undefined, '', 'F8'])
  })
  it('open pages by their names', () => {
    expect(merge({}, pages).get('F11')).toBe('page:sales')
    const map = merge({ sales: 'F5', shifts: 'F11' }, pages)
    expect([map.get('F5'), map.get('F11')]).toEqual(['page:sales', 'page:shifts'])
  })
  it('leave Enter and Escape what they are, and are passed over when nobody knows their command', () => {
    const map = merge({ pay: 'Enter', back: 'F2', dance: 'F3' }, pages)
    expect([map.get('Enter'), map.get('Escape'), map.get('F2'), map.get('F3')]).toEqual(['enter', 'back', 'pay', 'member'])
  })
  it('are known by their place, also letters under an input method', () => {
    const map = merge({ quick: 'q' }, {})
    expect(of(pressed('KeyQ', 'Process'), false, map)).toBe('quick')
    expect(of(pressed('KeyQ', 'Process'), true, map)).toBeNull()
  })
})
