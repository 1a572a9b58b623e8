/** All words of this language, and Element Plus's own; fetched in one piece when it is spoken. */
import parts from 'element-plus/es/locale/lang/zh-tw.mjs'
import { gather, type Words } from './gather'

export default { parts, words: gather(import.meta.glob<Words>('./zh-TW/*.ts', { eager: true, import: 'default' })) }
