/** All texts of the console, a language at a time: what is spoken is fetched, the others are not. */
import { shallowReactive } from 'vue'
import type { Language, WordSets } from '@stayopen/kit'
import type { Language as PartsWords } from 'element-plus/es/locale'
import type { Words } from './gather'

export type { Words } from './gather'

/** The words of Element Plus's parts, of the languages that were fetched. */
export const partsWords = shallowReactive<Partial<Record<Language, PartsWords>>>({})

type Fetched = Promise<{ default: { parts: PartsWords; words: Words } }>

const fetched = (language: Language, file: () => Fetched) => async (): Promise<Words> => {
  const { parts, words } = (await file()).default
  partsWords[language] = parts
  return words
}

export const messages = {
  'zh-CN': fetched('zh-CN', () => import('./zh-CN')),
  'zh-TW': fetched('zh-TW', () => import('./zh-TW')),
  en: fetched('en', () => import('./en')),
} satisfies WordSets<Words>
