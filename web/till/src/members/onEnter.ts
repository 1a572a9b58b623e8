/** Enter goes on with a page, wherever the cursor is; on a button it presses that button, in a dialog it is the dialog's. */
import { onMounted, onUnmounted } from 'vue'
import { question } from '../stores/approval'
import { dialog } from '../stores/dialogs'

/** Call `next` on Enter as long as the page is open and `wanted`. */
export function onEnter(next: () => void, wanted: () => boolean = () => true): void {
  function key(event: KeyboardEvent): void {
    if (!['Enter', 'NumpadEnter'].includes(event.code) || event.repeat || event.isComposing || event.defaultPrevented) return
    if (!wanted() || dialog.value || question.value || event.target instanceof HTMLButtonElement) return
    event.preventDefault()
    next()
  }
  onMounted(() => window.addEventListener('keydown', key))
  onUnmounted(() => window.removeEventListener('keydown', key))
}
