import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const SERVER = 'http://127.0.0.1:4000'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    target: ['chrome125', 'firefox128', 'safari17.5'],
    // The polyfill would be an inline script, which the content security policy refuses.
    modulePreload: { polyfill: false },
    // Small files as data: URLs would need a wider policy.
    assetsInlineLimit: 0,
    sourcemap: false,
    reportCompressedSize: false,
  },
  // For work on the pages: `npx vite console` beside a server started with `npm start`.
  server: { proxy: { '/api': SERVER, '/brand.css': SERVER } },
})
