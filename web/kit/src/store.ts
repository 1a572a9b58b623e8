/** A small shelf for what must outlive a reload: localStorage, or memory where the browser refuses it. */
export interface Store {
  get(name: string): string | null
  set(name: string, value: string): void
  remove(name: string): void
}

/** Keep things as long as the page lives: for tests, and for browsers that refuse storage. */
export function memoryStore(): Store {
  const kept = new Map<string, string>()
  return {
    get: (name) => kept.get(name) ?? null,
    set: (name, value) => void kept.set(name, value),
    remove: (name) => void kept.delete(name),
  }
}

/**
 * Keep things in the browser under `prefix`; what the browser refuses (private mode, a full disk) is kept in memory.
 *
 * Every read asks the browser anew, for another tab of the same till may have written.
 */
export function browserStore(prefix = 'stayopen.'): Store {
  const memory = memoryStore()
  const place = (name: string) => `${prefix}${name}`
  return {
    get(name) {
      try {
        return localStorage.getItem(place(name)) ?? memory.get(name)
      } catch {
        return memory.get(name)
      }
    },
    set(name, value) {
      try {
        localStorage.setItem(place(name), value)
        memory.remove(name)
      } catch {
        memory.set(name, value)
      }
    },
    remove(name) {
      memory.remove(name)
      try {
        localStorage.removeItem(place(name))
      } catch {
        // there is nothing in a storage that cannot be reached
      }
    },
  }
}
