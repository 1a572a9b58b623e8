/**
 * Languages: 简体中文 unless somebody chose another on this machine. The words themselves belong to each screen.
 *
 * A screen gives the words of each language, or how they are fetched: then only the language spoken is loaded, and
 * another one when it is chosen. Nothing is shown before its words are there, so no key is ever seen.
 */
import { shallowRef } from 'vue'
import { createI18n, type I18n } from 'vue-i18n'
import { browserStore, type Store } from './store'

export const LANGUAGES = ['zh-CN', 'zh-TW', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** The words of each language, the same keys in all; a function fetches them. */
export type WordSets<Words> = Record<Language, Words | (() => Promise<Words>)>
type KitI18n<Words extends Record<string, unknown>> = I18n<Record<Language, Words>, {}, {}, Language, false>

/** The language at present: of every text, and of the node's refusals. */
export const language = shallowRef<Language>('zh-CN')

let fetchWords = async (_: Language) => {}
let put = async (_: Language) => {}

/** Make the page's vue-i18n. Where words are fetched, await `loadLanguage()` before anything is shown. */
export function createKitI18n<Words extends Record<string, unknown>>(sets: WordSets<Words>, store: Store = browserStore()): KitI18n<Words> {
  const kept = store.get('language')
  const i18n = createI18n({
    legacy: false,
    locale: LANGUAGES.find((known) => known === kept) ?? 'zh-CN',
    fallbackLocale: 'zh-CN',
    messages: Object.fromEntries(Object.entries(sets).filter(([, words]) => typeof words !== 'function')) as never,
  }) as unknown as KitI18n<Words>
  const under: Partial<Record<Language, Promise<void>>> = {}
  let wish: Language

  fetchWords = async (which) => {
    const words = sets[which]
    if (typeof words !== 'function') return
    under[which] ??= words().then((found) => i18n.global.setLocaleMessage(which, found as never))
    // what did not come is asked for again the next time
    await under[which].catch((error: unknown) => {
      delete under[which]
      throw error
    })
  }
  put = async (chosen) => {
    wish = chosen
    if (!(chosen in i18n.global.messages.value)) await fetchWords(chosen)
    if (wish !== chosen) return
    store.set('language', chosen)
    show(i18n, chosen)
  }
  show(i18n, i18n.global.locale.value as Language)
  return i18n
}

/** Fetch the words of a language, of the one at present first of all; rejects when they cannot be had. */
export function loadLanguage(which: Language = language.value): Promise<void> {
  return fetchWords(which)
}

/** Speak another language as soon as its words are here, and after a reload; the last choice counts. */
export function setLanguage(chosen: Language): Promise<void> {
  return put(chosen)
}

function show(i18n: { global: { locale: { value: unknown } } }, chosen: Language): void {
  i18n.global.locale.value = chosen
  language.value = chosen
  document.documentElement.lang = chosen
}
