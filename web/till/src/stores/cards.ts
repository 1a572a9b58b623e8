/** The member's cards: one more, or one reported as lost. */
import { t } from '../i18n'
import { api } from './node'
import { at, did, type AtField } from './person'

/** Give the member one more card. */
export async function bindCard(card: string, atField: AtField): Promise<void> {
  await did(() => api.act('POST', '/api/v1/members/{member}/cards', { ...at(), body: { card } }), t('card.bound', { card }), atField)
}

/** Report a card as lost: it finds nobody from now on. */
export async function loseCard(card: string): Promise<void> {
  await did(() => api.act('POST', '/api/v1/members/{member}/cards/lost', { ...at(), body: { card } }), t('card.lost', { card }))
}
