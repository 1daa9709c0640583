import { CLASSES, TAB, TOKEN, VALUE } from './char-classes.ts'

/** Where a chunk extension is (RFC 9112 7.1.1): `;name`, `;name=token` or `;name="text"`, any number of them, without blanks. */
export type ExtensionStep =
  | 'name_begin'
  | 'name'
  | 'value_begin'
  | 'value'
  | 'quoted'
  | 'escaped'
  | 'quoted_end'
  | 'bad'

const SEMICOLON = 59
const EQUALS = 61
const QUOTE = 34
const BACKSLASH = 92

/** The next step after this byte, which is no CR. */
export function readExtensionByte(step: ExtensionStep, byte: number): ExtensionStep {
  switch (step) {
    case 'name_begin':
      return isToken(byte) ? 'name' : 'bad'
    case 'name':
      if (isToken(byte)) return 'name'
      return byte === EQUALS ? 'value_begin' : afterOne(byte)
    case 'value_begin':
      if (byte === QUOTE) return 'quoted'
      return isToken(byte) ? 'value' : 'bad'
    case 'value':
      return isToken(byte) ? 'value' : afterOne(byte)
    case 'quoted':
      if (byte === QUOTE) return 'quoted_end'
      if (byte === BACKSLASH) return 'escaped'
      return isText(byte) ? 'quoted' : 'bad'
    case 'escaped':
      return isText(byte) ? 'quoted' : 'bad'
    case 'quoted_end':
      return afterOne(byte)
    case 'bad':
      return 'bad'
  }
}

/** Whether the extensions may end here. */
export function mayEndExtension(step: ExtensionStep): boolean {
  return step === 'name' || step === 'value' || step === 'quoted_end'
}

function afterOne(byte: number): ExtensionStep {
  return byte === SEMICOLON ? 'name_begin' : 'bad'
}

function isToken(byte: number): boolean {
  return ((CLASSES[byte] ?? 0) & TOKEN) !== 0
}

/** Of a quoted string (RFC 9110 5.6.4). */
function isText(byte: number): boolean {
  return byte === TAB || ((CLASSES[byte] ?? 0) & VALUE) !== 0
}
