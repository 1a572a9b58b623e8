/** The member's cards: one more, one lost, one in place of another, their password; and value moved to another member. */
import { formatMoney } from '@stayopen/kit'
import { t } from '../i18n'
import { approved, withApproval } from './approval'
import { begin } from './memberAct'
import { api, result } from './node'
import { at, did, type AtField } from './person'

/** Give the member one more card. */
export async function bindCard(card: string, atField: AtField): Promise<void> {
  await did(() => api.act('POST', '/api/v1/members/{member}/cards', { ...at(), body: { card } }), t('card.bound', { card }), atField)
}

/** Report a card as lost: it finds nobody from now on. */
export async function loseCard(card: string): Promise<void> {
  await did(() => api.act('POST', '/api/v1/members/{member}/cards/lost', { ...at(), body: { card } }), t('card.lost', { card }))
}

/** Give the next number of the branch's range; it is shown, for it has to be written on the card. */
export async function issueCard(): Promise<void> {
  const done = await did(() => api.act('POST', '/api/v1/members/{member}/cards/issue', { ...at(), body: {} }).then(result), '')
  if (done) begin({ kind: 'told', title: t('card.issued'), figure: done.card, words: [t('card.issuedHint')] })
}

/** Put a new card in place of one that is lost or broken; `fresh` null: the next number of the branch's range. */
export async function replaceCard(old: string, fresh: string | null, atField: AtField): Promise<void> {
  const done = await did(() => api.act('POST', '/api/v1/members/{member}/cards/replace', { ...at(), body: { old, new: fresh } }).then(result), '', atField)
  if (done) begin({ kind: 'told', title: t('card.replaced'), figure: done.card, words: [t('card.replacedHint', { card: old })] })
}

/** Set the password of the member's cards, or none (null). The old one, or a shift lead, allows it. */
export async function setPassword(password: string | null, old: string | null, atField: AtField): Promise<void> {
  await did(
    () => approved(t('card.password'), (approval) => api.act('PUT', '/api/v1/members/{member}/password', { ...at(), body: { password, old, approval } })),
    t(password === null ? 'card.passwordGone' : 'card.passwordSet'),
    atField,
  )
}

/** Move all stored value that lies here to another member, with a shift lead's approval; what came of it is shown. */
export async function transfer(to: string, name: string, reason: string): Promise<void> {
  const done = await did(
    () => withApproval(t('value.transfer'), (approval) => api.act('POST', '/api/v1/members/{member}/transfer', { ...at(), body: { approval, to, reason } }).then(result)),
    '',
  )
  if (!done) return
  const words = [t('value.transferred', { name, principal: `¥${formatMoney(done.principal)}`, bonus: `¥${formatMoney(done.bonus)}` })]
  if (done.elsewhere > 0) words.push(t('value.elsewhere', { amount: `¥${formatMoney(done.elsewhere)}` }))
  begin({ kind: 'told', title: t('value.transferDone'), figure: '', words })
}
