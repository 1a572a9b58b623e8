import { createApp } from 'vue'
import { installTheme } from '@stayopen/kit'
import '@stayopen/kit/tokens.css'
import 'element-plus/es/components/dialog/style/css'
import './styles/till.css'
import { i18n } from './i18n'
import Root from './Root.vue'
import { note } from './stores/fault'
import { keepPage } from './worker'

installTheme()
const app = createApp(Root).use(i18n)
app.config.errorHandler = note
window.addEventListener('unhandledrejection', (event) => note(event.reason))
app.mount('#app')
keepPage()
