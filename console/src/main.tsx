import '@mantine/core/styles.css'
import './app/brand.css'
import './app/page.css'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no element "root"')
createRoot(root).render(<App />)
