/** Whether a reason will do: something is said, and not more than the node takes. */
export function goodReason(text: string): boolean {
  return text.trim() !== '' && text.length <= 200
}
