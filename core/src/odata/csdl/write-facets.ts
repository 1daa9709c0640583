import type { Json } from './csdl-document.ts'
import type { XmlAttributes } from './xml-text.ts'

/**
 * Type and facets as attributes, without Nullable. What the two formats leave unsaid differs (CSDL JSON 7.2): a decimal's scale is
 * variable here and zero in XML.
 */
export function facetAttributes(json: Json, type: 'Type' | 'UnderlyingType' = 'Type'): XmlAttributes {
  const name = textOf(json[`$${type}`]) ?? 'Edm.String'
  return {
    [type]: json['$Collection'] === true ? `Collection(${name})` : name,
    MaxLength: textOf(json['$MaxLength']),
    Precision: textOf(json['$Precision']),
    Scale: textOf(json['$Scale']) ?? (name === 'Edm.Decimal' ? 'variable' : undefined),
    SRID: textOf(json['$SRID']),
    Unicode: json['$Unicode'] === false ? 'false' : undefined,
  }
}

/** Nullable, where it is not what its absence says in XML: that of a single value is true, that of a collection unknown. */
export function nullableAttribute(json: Json, use: 'property' | 'other'): XmlAttributes {
  const nullable = json['$Nullable'] === true
  if (json['$Collection'] === true)
    return { Nullable: nullable || use === 'property' ? String(nullable) : undefined }
  return { Nullable: nullable ? undefined : 'false' }
}

/** Text of an attribute; undefined for what cannot be one. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined
}
