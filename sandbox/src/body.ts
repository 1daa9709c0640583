import { Refusal } from './refusal.ts'
import { isRow, type Json, type Row } from './row.ts'

/** The JSON of a request; undefined where it has no body. */
export async function readJson(request: Request): Promise<Json | undefined> {
  const text = await request.text()
  if (text.trim() === '') return undefined
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch {
    throw new Refusal(400, 'The body is not valid JSON.')
  }
}

export function asRow(body: Json | undefined): Row {
  if (!isRow(body)) throw new Refusal(400, 'The body must be a JSON object.')
  return body
}

/** A list of objects, alone or as the only property of an object. */
export function asRows(body: Json | undefined): readonly Row[] {
  const list = isRow(body) ? Object.values(body)[0] : body
  if (!Array.isArray(list) || !list.every(isRow))
    throw new Refusal(400, 'The body must be a list of JSON objects.')
  return list
}
