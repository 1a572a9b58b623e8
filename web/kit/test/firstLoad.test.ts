import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { boundFirstLoad, type Built, firstLoad } from '../build/firstLoad'

const chunk = (code: string, imports: string[] = [], more: object = {}) => ({ type: 'chunk' as const, code, imports, isEntry: false, facadeModuleId: null as string | null, ...more })
const BUILT: Built = {
  'index.js': chunk('entry', ['shared.js'], { isEntry: true, viteMetadata: { importedCss: new Set(['index.css']) } }),
  'shared.js': chunk('shared by all', ['index.js']),
  'index.css': { type: 'asset', source: 'main { color: red }' },
  'Page.js': chunk('a page that is opened later', ['shared.js', 'index.js']),
  'en.js': chunk('words', ['shared.js'], { facadeModuleId: '/src/messages/en.ts' }),
  'zh.js': chunk('many more words than in the other', [], { facadeModuleId: '/src/messages/zh.ts' }),
}
const gz = (...texts: string[]) => texts.reduce((sum, text) => sum + gzipSync(text).length, 0)
const words = (module: string) => module.includes('/messages/')

describe('the first load', () => {
  it('is the entry with all it imports, each once, its styles, and the heaviest language', () => {
    expect(firstLoad(BUILT, () => false)).toBe(gz('entry', 'shared by all', 'main { color: red }'))
    expect(firstLoad(BUILT, words)).toBe(gz('entry', 'shared by all', 'main { color: red }', 'many more words than in the other'))
  })

  it('fails a build that goes beyond its bound', () => {
    const told: string[] = []
    const build = (bound: number) =>
      boundFirstLoad(bound, words).generateBundle.call({ error: (text: string): never => { throw new Error(told[told.push(text) - 1]) } }, {}, BUILT)
    const bytes = firstLoad(BUILT, words)
    expect(() => build(bytes)).not.toThrow()
    expect(() => build(bytes - 1)).toThrow(`${bytes} bytes gzipped, more than ${bytes - 1}`)
  })
})
