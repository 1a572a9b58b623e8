/** Every test begins with the words of all languages at hand, as a page that has stood for a while. */
import { LANGUAGES } from '@stayopen/kit'
import { loadLanguage } from '../src/i18n'

await Promise.all(LANGUAGES.map(loadLanguage))
