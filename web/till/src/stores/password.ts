/** The card's password, typed by the customer: asked for only when the node says that it is needed. */
import { shallowRef } from 'vue'

/** The question that is open; `words`: why it is asked. */
export interface PasswordQuestion {
  words: string
  answer: (password: string | null) => void
}

export const passwordQuestion = shallowRef<PasswordQuestion | null>(null)

/** Ask for it; null when none was given. */
export function ask(words: string): Promise<string | null> {
  return new Promise((resolve) => {
    passwordQuestion.value = {
      words,
      answer: (password) => {
        passwordQuestion.value = null
        resolve(password)
      },
    }
  })
}
