import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { messages } from '../src/messages'

function flat(node: object, at = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [name, value] of Object.entries(node)) {
    if (typeof value === 'string') found.set(at + name, value)
    else for (const [key, text] of flat(value as object, `${at}${name}.`)) found.set(key, text)
  }
  return found
}

const root = `${import.meta.dirname}/../src`
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(vue|ts)$/.test(name) && !name.startsWith('messages'))
  .map((name) => ({ name, text: readFileSync(`${root}/${name}`, 'utf8') }))
const chinese = flat(messages['zh-CN'])

describe('the messages', () => {
  it.each(['zh-TW', 'en'] as const)('have the same keys in %s', (language) => {
    expect([...flat(messages[language]).keys()].sort()).toEqual([...chinese.keys()].sort())
  })
  it.each(['zh-CN', 'zh-TW', 'en'] as const)('are nowhere empty in %s', (language) => {
    expect([...flat(messages[language])].filter(([, text]) => !text.trim())).toEqual([])
  })
  it('name the same values in every language', () => {
    const values = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()
    const differ = [...chinese].filter(([key, text]) =>
      (['zh-TW', 'en'] as const).some((language) => {
        const other = flat(messages[language]).get(key) ?? ''
        return values(other).join() !== values(text).join() && !key.startsWith('discount.')
      }),
    )
    expect(differ.map(([key]) => key)).toEqual([])
  })
  it('exist for every key that a screen names', () => {
    const named = sources.flatMap(({ text }) => [...text.matchAll(/(?<![\w.])t\('([\w.-]+)'/g)].map((hit) => hit[1] ?? ''))
    expect(named.filter((key) => !chinese.has(key))).toEqual([])
  })
  it('stand nowhere else: no screen holds a Chinese word of its own', () => {
    const stray = sources.filter(({ name, text }) => name !== 'i18n.ts' && /[\u4e00-\u9fff]/.test(text))
    expect(stray.map(({ name }) => name)).toEqual([])
  })
})
