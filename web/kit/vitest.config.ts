import { defineConfig } from 'vitest/config'

// css: tests read the tokens' text
export default defineConfig({ test: { css: true, include: ['test/**/*.test.ts'] } })
