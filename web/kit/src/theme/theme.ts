/** Light and dark: `data-theme` on the page's root, which tokens.css gives its colours; class `dark` for Element Plus. */
import { shallowRef } from 'vue'
import { browserStore, type Store } from '../store'

/** `auto`: as the machine is set. */
export type Theme = 'auto' | 'light' | 'dark'

/** What was chosen. */
export const theme = shallowRef<Theme>('auto')

let put = (chosen: Theme) => void (theme.value = chosen)

/** Colour the page as was chosen on this machine, and follow the machine while nothing was. */
export function installTheme(store: Store = browserStore()): void {
  const dusk = matchMedia('(prefers-color-scheme: dark)')
  const show = () => {
    const dark = theme.value === 'dark' || (theme.value === 'auto' && dusk.matches)
    document.documentElement.dataset.theme = dark ? 'dark' : 'light'
    document.documentElement.classList.toggle('dark', dark)
  }
  const kept = store.get('theme')
  theme.value = kept === 'light' || kept === 'dark' ? kept : 'auto'
  dusk.addEventListener('change', show)
  put = (chosen) => {
    theme.value = chosen
    store.set('theme', chosen)
    show()
  }
  show()
}

/** Choose for this machine. */
export function setTheme(chosen: Theme): void {
  put(chosen)
}
