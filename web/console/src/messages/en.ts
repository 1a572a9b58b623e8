/** All words of this language, and Element Plus's own; fetched in one piece when it is spoken. */
import parts from 'element-plus/es/locale/lang/en.mjs'
import { gather, type Words } from './gather'

export default { parts, words: gather(import.meta.glob<Words>('./en/*.ts', { eager: true, import: 'default' })) }
