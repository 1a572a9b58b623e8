/** All texts of the till, by language. */
import en from './en'
import zhCN from './zh-CN'
import zhTW from './zh-TW'

/** The same keys in every language. */
export type Messages = typeof zhCN

export const messages = { 'zh-CN': zhCN, 'zh-TW': zhTW, en }
