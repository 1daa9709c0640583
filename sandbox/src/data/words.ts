/** Hand-written names that both made-up venues draw on. None of them is a real company or person. */
export const COMPANIES = [
  'Saltmarsh Publishing',
  'Kestrel Medical Society',
  'Brightwater Foods',
  'Tidewrack Robotics',
  'Longshore Savings Bank',
  'Copperfield & Daughters',
  'Northern Rail Heritage Trust',
  'Pilotage Software',
  'Greenholm Garden Shows',
  'Association of Harbour Engineers',
  'Lantern Street Theatre',
  'Vireo Biosciences',
  "O'Malley Exhibitions",
  'Quayside Comic Con',
  'Ferrous Metals Federation',
  'Marrow & Pine Furniture',
  'Union of Court Interpreters',
  'Halyard Insurance',
  'Opal Wedding Fairs',
  'Sixth Form Science League',
] as const

export const FIRST_NAMES = [
  'Amara',
  'Benedikt',
  'Chiara',
  'Dmitri',
  'Eleni',
  'Farid',
  'Greta',
  'Hiro',
  'Ines',
  'Jonas',
  'Keziah',
  'Luca',
  'Maren',
  'Nadia',
  'Oskar',
  'Priya',
  'Quentin',
  'Rosa',
  'Sanjay',
  'Tove',
] as const

export const LAST_NAMES = [
  'Abbott',
  'Bergström',
  'Castellanos',
  'Dunne',
  'Eriksen',
  'Farouk',
  'Grieg',
  'Hosseini',
  'Ivanova',
  'Jansen',
  'Kowalski',
  'Lindqvist',
  'Moreau',
  'Nakamura',
  'Okafor',
  'Pereira',
  'Quirke',
  'Romano',
  'Svoboda',
  'Tanaka',
] as const

export const SUBJECT_MATTERS = [
  'Annual Meeting',
  'Trade Fair',
  'Product Launch',
  'Congress',
  'Careers Day',
  'Gala Dinner',
  'Symposium',
  'Shareholders Meeting',
  'Expo',
  'Awards Night',
  'Winter School',
  'Book Festival',
] as const

export const CITIES = ['Harbourview', 'Saltmarsh', 'Northlight', 'Copperfield', 'Greenholm'] as const

/** An address that can never reach anybody: example.com is reserved by RFC 2606. */
export function email(first: string, last: string): string {
  const plain = `${first}.${last}`
    .toLowerCase()
    .normalize('NFD')
    .replace(/[^a-z.]/g, '')
  return `${plain}@example.com`
}
