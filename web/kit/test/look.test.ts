// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { createKitI18n, installTheme, language, loadLanguage, memoryStore, setLanguage, setTheme, theme } from '../src'
import tokens from '../src/theme/tokens.css?raw'

/** The colours of a theme by their names. */
function colours(name: string): Record<string, string> {
  const block = tokens.split(`:root[data-theme="${name}"] {`)[1]?.split('}')[0] ?? ''
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#\w{6})/g)].map(([, key, value]) => [key, value]))
}

/** Relative luminance of `#rrggbb` (WCAG 2.2). */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

describe('tokens', () => {
  const texts: [string, string[]][] = [
    ['ink', ['paper', 'panel', 'sunken', 'brand-soft', 'amber-soft', 'red-soft', 'green-soft']],
    ['quiet', ['paper', 'panel', 'sunken']],
    ['brand', ['paper', 'panel', 'sunken', 'brand-soft']],
    ['on-brand', ['brand', 'brand-strong']],
    ['amber', ['paper', 'panel', 'amber-soft']],
    ['red', ['paper', 'panel', 'red-soft']],
    ['on-red', ['red']],
    ['green', ['paper', 'panel', 'green-soft']],
    ['on-green', ['green']],
  ]
  const pairs = ['light', 'dark'].flatMap((name) =>
    texts.flatMap(([text, grounds]) => grounds.map((ground) => [name, text, ground] as const)),
  )

  it.each(pairs)('%s: %s can be read on %s (AA)', (name, text, ground) => {
    const known = colours(name)
    expect(contrast(known[text] ?? '', known[ground] ?? '')).toBeGreaterThanOrEqual(4.5)
  })

  it.each(['light', 'dark'])('%s: edges and focus are seen', (name) => {
    const known = colours(name)
    for (const line of ['edge', 'focus-colour'])
      for (const ground of ['paper', 'panel'])
        expect(contrast(known[line] ?? '', known[ground] ?? '')).toBeGreaterThanOrEqual(3)
  })

  it('are the same in both themes', () => {
    expect(Object.keys(colours('dark')).sort()).toEqual(Object.keys(colours('light')).sort())
  })
})

describe('the theme', () => {
  it('follows the machine until somebody chooses, and remembers the choice', () => {
    const store = memoryStore()
    installTheme(store)
    expect(theme.value).toBe('auto')
    expect(document.documentElement.dataset.theme).toBe('light')
    setTheme('dark')
    expect(document.documentElement.dataset.theme).toBe('dark')
    expect(document.documentElement.classList.contains('dark')).toBe(true)
    installTheme(store)
    expect(theme.value).toBe('dark')
    store.set('theme', '"><script>')
    installTheme(store)
    expect(theme.value).toBe('auto')
  })
})

describe('languages', () => {
  const words = { 'zh-CN': { pay: '收款' }, 'zh-TW': { pay: '收款單' }, en: { pay: 'Pay' } }

  it('begin with 简体中文, change at once and are remembered', () => {
    const store = memoryStore()
    const i18n = createKitI18n(words, store)
    expect(i18n.global.t('pay')).toBe('收款')
    expect(document.documentElement.lang).toBe('zh-CN')
    setLanguage('en')
    expect(i18n.global.t('pay')).toBe('Pay')
    expect(document.documentElement.lang).toBe('en')
    expect(language.value).toBe('en')
    expect(createKitI18n(words, store).global.t('pay')).toBe('Pay')
    store.set('language', 'xx')
    expect(createKitI18n(words, store).global.t('pay')).toBe('收款')
    expect(language.value).toBe('zh-CN')
  })

  it('are fetched when they are first spoken, and shown only then', async () => {
    const store = memoryStore()
    const asked: string[] = []
    const give: Record<string, () => void> = {}
    const later = (name: 'zh-CN' | 'zh-TW' | 'en') => () => {
      asked.push(name)
      return new Promise<{ pay: string }>((found) => (give[name] = () => found(words[name])))
    }
    const i18n = createKitI18n({ 'zh-CN': later('zh-CN'), 'zh-TW': later('zh-TW'), en: later('en') }, store)
    const first = loadLanguage()
    give['zh-CN']?.()
    await first
    await loadLanguage('zh-CN')
    expect(asked).toEqual(['zh-CN'])
    const english = setLanguage('en')
    const taiwan = setLanguage('zh-TW')
    expect(i18n.global.t('pay')).toBe('收款')
    give['zh-TW']?.()
    await taiwan
    give['en']?.()
    await english
    expect(i18n.global.t('pay')).toBe('收款單')
    expect(store.get('language')).toBe('zh-TW')
    await setLanguage('en')
    expect(asked).toEqual(['zh-CN', 'en', 'zh-TW'])
  })

  it('stay as they are when the words of another cannot be had, and are asked for again', async () => {
    let away = true
    const english = () => (away ? Promise.reject(new TypeError('no network')) : Promise.resolve(words.en))
    const i18n = createKitI18n({ ...words, en: english }, memoryStore())
    await expect(setLanguage('en')).rejects.toThrow('no network')
    expect(i18n.global.t('pay')).toBe('收款')
    expect(language.value).toBe('zh-CN')
    away = false
    await setLanguage('en')
    expect(i18n.global.t('pay')).toBe('Pay')
  })
})
