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

installTheme()
installPaper()
const app = createApp(App).use(i18n).use(router)
app.config.errorHandler = note
router.onError(note)
window.addEventListener('unhandledrejection', (event) => note(event.reason))
// not awaited at the top: the words' own file may need this one, which would then wait for itself
void loadLanguage().then(() => {
  app.mount('#app')
  // the other languages too, when there is time: a choice then needs no network
  setTimeout(() => void Promise.allSettled(LANGUAGES.map(loadLanguage)), REST_MS)
})
