/** All texts of the console: `<language>/<area>.ts` holds what is under the key `<area>.`. */
import type { Language } from '@stayopen/kit'

export type Words = { [key: string]: string | Words }

const files = import.meta.glob<Words>('./*/*.ts', { eager: true, import: 'default' })

function gather(language: Language): Words {
  const found: Words = {}
  for (const [path, words] of Object.entries(files)) {
    const [, folder = '', area = ''] = /^\.\/([^/]+)\/([^/]+)\.ts$/.exec(path) ?? []
    if (folder === language) found[area] = words
  }
  return found
}

export const messages: Record<Language, Words> = { 'zh-CN': gather('zh-CN'), 'zh-TW': gather('zh-TW'), en: gather('en') }
