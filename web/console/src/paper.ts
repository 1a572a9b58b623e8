/** Printing: paper is white, whatever the screen is; charts are drawn anew in its colours before the sheet is made. */
import { setTheme, theme } from '@stayopen/kit'

function light(): void {
  document.documentElement.dataset['theme'] = 'light'
  document.documentElement.classList.remove('dark')
}
const asChosen = () => setTheme(theme.value)
const frame = () => new Promise((done) => requestAnimationFrame(done))

/** Make the page fit for paper from now on, also when the browser's own menu prints it. */
export function installPaper(): void {
  window.addEventListener('beforeprint', light)
  window.addEventListener('afterprint', asChosen)
}

/** Print the page that is shown. */
export async function printPage(): Promise<void> {
  light()
  // one frame for the charts to hear of it, one to be drawn
  await frame()
  await frame()
  window.print()
  asChosen()
}
