import { createApp } from 'vue'
import { installTheme } from '@stayopen/kit'
import '@stayopen/kit/tokens.css'
import 'element-plus/es/components/dialog/style/css'
import './styles/till.css'
import App from './App.vue'
import { i18n } from './i18n'

installTheme()
createApp(App).use(i18n).mount('#app')
