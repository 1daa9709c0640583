import type { Catalog, PathRules } from '@stagedoor/core/catalog/endpoint.ts'
import { createMatcher } from '@stagedoor/core/catalog/matcher.ts'
import { CatalogError } from './catalog-error.ts'
import { isCsdlJson, readCsdlJson, readCsdlXml } from './csdl.ts'
import { readOpenApi } from './openapi.ts'
import { readJson } from './read-document.ts'

export type ImportOptions = {
  readonly id: string
  readonly title?: string
  /** Path of the document: shown in errors, and what relative references in it are relative to. */
  readonly file: string
  readonly text: string
  /** Path prefix at the gateway, without slash at its end. */
  readonly mount: string
  /** What the settings say about paths; it beats what the document says. */
  readonly pathRules?: Partial<PathRules>
}

/** A catalog, and remarks on what in the document was left out or joined. */
export type ImportedCatalog = { readonly catalog: Catalog; readonly notes: readonly string[] }

/** What a reader of one format finds in a document. */
export type ReadCatalog = Omit<Catalog, 'id' | 'mount'> & { readonly notes: readonly string[] }

/**
 * Reads an API's published description: OpenAPI 3.0/3.1 and Swagger 2.0 in JSON or YAML, OData CSDL in XML or JSON.
 * Rejects with a CatalogError that names file and place.
 */
export async function importCatalog(given: ImportOptions): Promise<ImportedCatalog> {
  const options = { ...given, text: given.text.replace(/^\uFEFF/, '') }
  const { id, mount, title, file } = options
  try {
    const { notes, ...read } = await readFormat(options)
    const catalog: Catalog = { ...read, id, mount, title: title ?? read.title }
    if (catalog.endpoints.length === 0) throw new CatalogError(file, '', 'there is no operation in it')
    // Finds forms that no request can tell apart, before anything is served.
    createMatcher(catalog)
    return { catalog, notes }
  } catch (error) {
    if (error instanceof CatalogError) throw error
    throw new CatalogError(file, '', error instanceof Error ? error.message : String(error))
  }
}

async function readFormat(options: ImportOptions): Promise<ReadCatalog> {
  const { file, text } = options
  if (text.trimStart().startsWith('<')) return readCsdlXml(options)
  // Only what has CSDL's two members is read as CSDL; they are looked for first, since most JSON is OpenAPI.
  if (/^\s*\{/.test(text) && text.includes('"$Version"') && text.includes('"$EntityContainer"')) {
    const document = readJson(file, text)
    if (isCsdlJson(document)) return readCsdlJson(document, options)
  }
  return readOpenApi(options)
}
