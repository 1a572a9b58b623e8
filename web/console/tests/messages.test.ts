import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { JOBS } from '../src/area'
import { messages as sets, type Words } from '../src/messages'

function flat(node: Words, at = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [name, value] of Object.entries(node)) {
    if (typeof value === 'string') found.set(at + name, value)
    else for (const [key, text] of flat(value, `${at}${name}.`)) found.set(key, text)
  }
  return found
}

const root = `${import.meta.dirname}/../src`
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(vue|ts)$/.test(name) && !name.startsWith('messages') && !name.endsWith('.test.ts'))
  .map((name) => ({ name, text: readFileSync(`${root}/${name}`, 'utf8') }))
const messages = { 'zh-CN': await sets['zh-CN'](), 'zh-TW': await sets['zh-TW'](), en: await sets.en() }
const chinese = flat(messages['zh-CN'])
const files = (language: string) => readdirSync(`${root}/messages/${language}`).sort()

describe('the messages', () => {
  it.each(['zh-TW', 'en'] as const)('have the same keys in %s', (language) => {
    expect(files(language)).toEqual(files('zh-CN'))
    expect([...flat(messages[language]).keys()].sort()).toEqual([...chinese.keys()].sort())
  })
  it.each(['zh-CN', 'zh-TW', 'en'] as const)('are nowhere empty in %s', (language) => {
    expect([...flat(messages[language])].filter(([, text]) => !text.trim())).toEqual([])
  })
  it('name the same values in every language', () => {
    const values = (text: string): string => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join()
    const others = (['zh-TW', 'en'] as const).map((language) => flat(messages[language]))
    const differ = [...chinese].filter(([key, text]) => others.some((other) => values(other.get(key) ?? '') !== values(text)))
    expect(differ.map(([key]) => key)).toEqual([])
  })
  it('exist for every key that a page names', () => {
    const named = sources.flatMap(({ name, text }) =>
      [...text.matchAll(/(?:(?<![\w.])t\(|\btitle: )'([a-z]\w*(?:\.[\w-]+)+)'/g)].map((hit) => ({ name, key: hit[1] ?? '' })),
    )
    expect(named.length).toBeGreaterThan(50)
    expect(named.filter(({ key }) => !chinese.has(key))).toEqual([])
  })
  it('say the name of every job', () => {
    expect([...JOBS, 'label'].map((job) => `app.nav.${job}`).filter((key) => !chinese.has(key))).toEqual([])
  })
  it('stand nowhere else: no page holds a Chinese word of its own', () => {
    const stray = sources.filter(({ name, text }) => name !== 'i18n.ts' && /[\u4e00-\u9fff]/.test(text))
    expect(stray.map(({ name }) => name)).toEqual([])
  })
})

describe('the pages', () => {
  it('never write HTML: a name that holds a tag stays a name', () => {
    const writes = sources.filter(({ text }) => /v-html|innerHTML|insertAdjacentHTML|document\.write/.test(text))
    expect(writes.map(({ name }) => name)).toEqual([])
  })
  it('bear no styles within the HTML: the page forbids them', () => {
    const styled = sources.filter(({ name, text }) => name.endsWith('.vue') && /<[^>]*\sstyle="/.test(text))
    expect(styled.map(({ name }) => name)).toEqual([])
  })
})
