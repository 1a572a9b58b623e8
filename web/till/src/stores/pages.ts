/** Which full page lies over the selling screen: one at a time; the basket stays in the node meanwhile. */
import { ref } from 'vue'
import { close } from './dialogs'

export const page = ref('')
/** What a page was opened for, e.g. a member's id or a receipt's number; '' nothing. */
export const subject = ref('')

/** Open a page of `pages.ts` in place of any other. */
export function openPage(name: string, about = ''): void {
  close()
  subject.value = about
  page.value = name
}

/** Back to selling; nothing is lost by it. */
export function closePage(): void {
  page.value = ''
  subject.value = ''
}
