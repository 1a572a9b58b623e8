import { createApp } from 'vue'
import { installTheme, LANGUAGES } from '@stayopen/kit'
import '@stayopen/kit/tokens.css'
import './styles/console.css'
import { i18n, loadLanguage } from './i18n'
import { note } from './fault'
import { installPaper } from './paper'
import { router } from './router'
import App from './App.vue'

/** How long the first page has the network for itself (ms). */
const REST_MS = 5_000
/** How long to wait when head office went away while the page was loading (ms). */
const AGAIN_MS = 3_000

installTheme()
installPaper()
const app = createApp(App).use(i18n).use(router)
app.config.errorHandler = note
router.onError(note)
window.addEventListener('unhandledrejection', (event) => note(event.reason))
function show(): void {
  app.mount('#app')
  // the other languages too, when there is time: a choice then needs no network
  setTimeout(() => void Promise.allSettled(LANGUAGES.map(loadLanguage)), REST_MS)
}
// not awaited at the top: the words' own file may need this one, which would then wait for itself. A browser may
// remember that a file could not be had, so the page is loaded anew
loadLanguage().then(show, () => setTimeout(() => location.reload(), AGAIN_MS))
