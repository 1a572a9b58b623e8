import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vitest/config'
import { boundFirstLoad } from '../kit/build/firstLoad'

/** A running head office to work against; a build needs none. */
const office = process.env.STAYOPEN_OFFICE ?? 'http://127.0.0.1:8090'
/** What the sign-in may load, gzipped with one language: 160 kB are two seconds of a slow line. */
const FIRST_LOAD = 160_000
const proxy = { '/office': { target: office, changeOrigin: true } }

export default defineConfig({
  base: '/',
  plugins: [vue(), Components({ dts: false, dirs: [], resolvers: [ElementPlusResolver()] }), boundFirstLoad(FIRST_LOAD, (module) => /\/src\/messages\/[\w-]+\.ts$/.test(module))],
  build: {
    outDir: '../../hq_server/web/console',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
  },
  server: { proxy },
  preview: { proxy },
  test: {
    environment: 'happy-dom',
    // pages are loaded when opened: the first to open one on a busy machine waits for its parts
    testTimeout: 20_000,
    include: ['tests/**/*.test.ts', 'src/areas/**/*.test.ts'],
    setupFiles: ['tests/speak.ts'],
    server: { deps: { inline: ['element-plus'] } },
  },
})
