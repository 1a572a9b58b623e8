/** All texts of the till, by language; each language is a folder of areas with the same keys. */
import en from './en'
import zhCN from './zh-CN'
import zhTW from './zh-TW'

export const messages = { 'zh-CN': zhCN, 'zh-TW': zhTW, en }
