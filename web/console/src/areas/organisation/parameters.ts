/** Parameters as pages use them: what holds on a level, changes of several together, and values in words. */
import { shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { formatMoney } from '@stayopen/kit'
import { api, type Schema } from '../../api'
import { t, worded } from '../../i18n'
import { tried } from '../../tell'

export type Parameter = Schema<'Parameter'>
export type Form = Schema<'Form'>
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** Where the value that holds was set. */
export type Source = 'default' | 'chain' | 'own'

/** The value that holds on the level shown: the branch's own, else the chain's, else the default. */
export const held = (one: Parameter): Json => JSON.parse(one.own || one.chain || one.default) as Json
/** The value that would hold if this level had none. */
export const above = (one: Parameter, branch: string): Json => JSON.parse((branch && one.chain) || one.default) as Json
export const source = (one: Parameter): Source => (one.own ? 'own' : one.chain ? 'chain' : 'default')
/** Whether this very level has a value of its own. */
export const setHere = (one: Parameter, branch: string): boolean => (branch ? one.own : one.chain) !== ''

export interface Parameters {
  all: ShallowRef<Parameter[]>
  find: (name: string) => Parameter | undefined
  read: () => Promise<void>
  /** Set values (JSON text, "" takes away) together, from a time on (ms, 0 now); false when it was refused. */
  save: (values: Record<string, string>, from: number) => Promise<boolean>
}

/** All parameters of the chain ("") or of a branch; read anew when the branch changes. */
export function useParameters(branch: Ref<string>): Parameters {
  const all = shallowRef<Parameter[]>([])
  let turn = 0

  async function read(): Promise<void> {
    const mine = (turn += 1)
    const found = await tried(() => api.ask('GET', '/office/v1/parameters', { query: { branch: branch.value } }))
    if (found && mine === turn) all.value = found.parameters
  }
  async function save(values: Record<string, string>, from: number): Promise<boolean> {
    const body = { branch: branch.value, values: Object.entries(values).map(([name, value]) => ({ name, value })), from_at: from }
    const found = await tried(() => api.ask('PUT', '/office/v1/parameters', { body }))
    if (found) all.value = found.parameters
    return found !== undefined
  }
  watch(branch, read, { immediate: true })
  return { all, find: (name) => all.value.find((one) => one.name === name), read, save }
}

/** A value to begin with. */
export function fresh(form: Form): Json {
  switch (form.kind) {
    case 'flag':
      return false
    case 'number':
      return Math.max(0, form.low)
    case 'text':
      return ''
    case 'choice':
      return form.options[0] ?? ''
    case 'list':
      return []
    case 'pairs':
      return {}
    case 'record':
      return Object.fromEntries(form.fields.map(({ name, form: field }) => [name, fresh(field)]))
    case 'tuple':
      return form.fields.map(({ form: field }) => fresh(field))
  }
}

const LONG = 40
const MANY = 4

/** A value in words, short enough for a line. */
export function inWords(form: Form, value: Json): string {
  if (value === null) return t('organisation.parameters.unused')
  switch (form.kind) {
    case 'flag':
      return t(value ? 'app.yes' : 'app.no')
    case 'number':
      return figure(form, Number(value))
    case 'choice':
      return worded('organisation.choice', value)
    case 'text':
      return brief(String(value)) || t('organisation.parameters.nothing')
    case 'list': {
      const items = value as Json[]
      const of = form.of
      if (!items.length || !of) return t('organisation.parameters.nothing')
      if (of.kind === 'record' || of.kind === 'tuple' || items.length > MANY) return t('organisation.parameters.items', { n: items.length })
      return brief(items.map((item) => inWords(of, item)).join(t('organisation.parameters.and')))
    }
    case 'pairs': {
      const names = Object.keys(value as object)
      return names.length ? brief(names.join(t('organisation.parameters.and'))) : t('organisation.parameters.nothing')
    }
    case 'record':
    case 'tuple':
      return brief(form.fields.map(({ name, form: field }, at) => inWords(field, part(value, name, at))).join(' · '))
  }
}

/** A field of a record or of a tuple. */
export const part = (value: Json, name: string, at: number): Json =>
  (Array.isArray(value) ? value[at] : (value as Record<string, Json> | null)?.[name]) ?? null

function figure(form: Form, value: number): string {
  if (form.unit === 'money') return formatMoney(value)
  if (form.unit === 'per_mille') return `${value / 10}%`
  return form.unit ? t(`organisation.unit.${form.unit}`, { count: value }) : String(value)
}

function brief(text: string): string {
  const line = text.replace(/\s*\n\s*/g, ' / ')
  return line.length > LONG ? `${line.slice(0, LONG)}…` : line
}
