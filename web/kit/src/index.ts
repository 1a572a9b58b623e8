export { createApi, type Api, type ApiOptions } from './api/client'
export type { Asking, Recovered } from './api/acts'
export type { Act } from './api/key_book'
export {
  createOffice,
  type Office,
  type OfficeAnswer,
  type OfficeFile,
  type OfficeOptions,
  type OfficePath,
  type OfficeSchema,
} from './api/office'
export { Refused, Unreachable } from './api/problem'
export type { Answer, components, Method, paths, Problem, Schema } from './api/types'
export { createKitI18n, language, LANGUAGES, loadLanguage, setLanguage, type Language, type WordSets } from './i18n'
export { formatMoney, formatQuantity, parseMoney, parseQuantity } from './money'
export { createNotices, useNotices, type Notice, type Notices } from './notices'
export { browserStore, memoryStore, type Store } from './store'
export { gramsOf, quantityOf } from './weights'
export { installTheme, setTheme, theme, type Theme } from './theme/theme'
