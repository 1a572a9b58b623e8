import { createApp } from 'vue'
import { installTheme } from '@stayopen/kit'
import '@stayopen/kit/tokens.css'
import './styles/console.css'
import { i18n } from './i18n'
import { note } from './fault'
import { router } from './router'
import App from './App.vue'

installTheme()
const app = createApp(App).use(i18n).use(router)
app.config.errorHandler = note
router.onError(note)
window.addEventListener('unhandledrejection', (event) => note(event.reason))
app.mount('#app')
