/** Languages: 简体中文 unless somebody chose another on this machine. The words themselves belong to each screen. */
import { shallowRef } from 'vue'
import { createI18n, type I18n } from 'vue-i18n'
import { browserStore, type Store } from './store'

export const LANGUAGES = ['zh-CN', 'zh-TW', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** The language at present: of every text, and of the node's refusals. */
export const language = shallowRef<Language>('zh-CN')

let put = (_: Language) => {}

/** Make the page's vue-i18n, with the same keys in each language. */
export function createKitI18n<Words extends Record<string, unknown>>(
  messages: Record<Language, Words>,
  store: Store = browserStore(),
): I18n<Record<Language, Words>, {}, {}, Language, false> {
  const kept = store.get('language')
  const i18n = createI18n({
    legacy: false,
    locale: LANGUAGES.find((known) => known === kept) ?? 'zh-CN',
    fallbackLocale: 'zh-CN',
    messages: messages as never,
  }) as unknown as I18n<Record<Language, Words>, {}, {}, Language, false>
  put = (chosen) => {
    store.set('language', chosen)
    show(i18n, chosen)
  }
  show(i18n, i18n.global.locale.value as Language)
  return i18n
}

/** Speak another language from now on, and after a reload. */
export function setLanguage(chosen: Language): void {
  put(chosen)
}

function show(i18n: { global: { locale: { value: unknown } } }, chosen: Language): void {
  i18n.global.locale.value = chosen
  language.value = chosen
  document.documentElement.lang = chosen
}
