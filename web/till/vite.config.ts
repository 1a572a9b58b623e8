import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vitest/config'
import { boundFirstLoad } from '../kit/build/firstLoad'
import { serviceWorker } from './worker/plugin'

/** A running edge node to work against, e.g. http://127.0.0.1:8701; a build needs none. */
const node = process.env.STAYOPEN_NODE ?? 'http://127.0.0.1:8701'
/** What a till loads before it shows anything, gzipped: a tablet on the shop's own line has it in two seconds. */
const FIRST_LOAD = 250_000
const proxy = { '/api': { target: node, changeOrigin: true, ws: true }, '/training': { target: node, changeOrigin: true, ws: true }, '/display': { target: node, changeOrigin: true } }

export default defineConfig({
  base: '/',
  plugins: [vue(), Components({ dts: false, dirs: [], resolvers: [ElementPlusResolver()] }), boundFirstLoad(FIRST_LOAD), serviceWorker()],
  build: {
    outDir: '../../edge_node/web/till',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy },
  preview: { proxy },
  test: { environment: 'happy-dom', include: ['tests/**/*.test.ts'] },
})
