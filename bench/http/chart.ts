/** A bar: what it is, how long against 1, and what stands behind it. */
export type Bar = {
  readonly label: string
  readonly value: number
  readonly note: string
  readonly isOurs: boolean
}

const [WIDTH, LABELS, NOTES, ROW, TOP] = [960, 450, 130, 34, 54]
const BARS = WIDTH - LABELS - NOTES

/** Horizontal bars, the longest over the whole width, with a line at 1. Readable on light and on dark pages. */
export function drawBars(title: string, bars: readonly Bar[]): string {
  const longest = Math.max(1, ...bars.map(({ value }) => value))
  const height = TOP + bars.length * ROW + 16
  const one = LABELS + BARS / longest
  const rows = bars.map(({ label, value, note, isOurs }, index) => {
    const y = TOP + index * ROW
    const width = ((value / longest) * BARS).toFixed(1)
    return `  <text x="${LABELS - 10}" y="${y + 17}" text-anchor="end"${isOurs ? ' font-weight="bold"' : ''}>${escapeXml(label)}</text>
  <rect x="${LABELS}" y="${y}" width="${width}" height="24" class="${isOurs ? 'ours' : 'other'}"/>
  <text x="${WIDTH - 12}" y="${y + 17}" text-anchor="end">${escapeXml(note)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeXml(title)}" font-family="sans-serif" font-size="13">
  <style>text { fill: #1b1f24 } .ours { fill: #1a56c4 } .other { fill: #9aa4b2 } line { stroke: #57606a; stroke-dasharray: 4 3 }
    @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .ours { fill: #6ea8fe } .other { fill: #6e7681 } line { stroke: #8b949e } }</style>
  <text x="16" y="26" font-size="16" font-weight="bold">${escapeXml(title)}</text>
${rows.join('\n')}
  <line x1="${one.toFixed(1)}" y1="${TOP - 8}" x2="${one.toFixed(1)}" y2="${height - 12}"/>
</svg>
`
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
