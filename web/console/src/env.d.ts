/// <reference types="vite/client" />
import 'vue-router'
import type { Duty } from './duties'
import type { Job } from './area'

declare module 'vue-router' {
  interface RouteMeta {
    /** The page's title: a key of the messages. */
    title?: string
    /** The duty that one needs for the page; none: everybody who is signed in. */
    duty?: Duty
    /** Where the page stands in the navigation; none: it is reached from another page. */
    nav?: { job: Job; order: number }
    /** Nobody needs to be signed in. */
    open?: boolean
  }
}
