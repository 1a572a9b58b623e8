/** The console's words in the language chosen; texts live in `messages/` alone. */
import { createKitI18n, language, type Language } from '@stayopen/kit'
import { messages } from './messages'

export { language, loadLanguage, setLanguage } from '@stayopen/kit'

/** Each language by its own name. */
export const languages: Record<Language, string> = { 'zh-CN': '简体中文', 'zh-TW': '繁體中文', en: 'English' }

export const i18n = createKitI18n(messages)

/** The text of a key; `n` among the values chooses the plural. */
export function t(key: string, values: Record<string, unknown> = {}): string {
  return typeof values['n'] === 'number' ? i18n.global.t(key, values, values['n']) : i18n.global.t(key, values)
}

/** Whether a text exists: names that the office sends may be newer than this page. */
export function has(key: string): boolean {
  return i18n.global.te(key, language.value)
}

/** The text of one of the office's code words: `words` is the part of the messages that holds it, else the word itself. */
export function worded(words: string, code: unknown): string {
  const key = `${words}.${String(code)}`
  return code === '' || code === null || code === undefined ? '' : has(key) ? t(key) : String(code)
}
