/** Edm's own types that a property, a parameter or a result may have (CSDL 4.01 section 4.4 and 4.5). */
const EDM = new Set(
  `Binary Boolean Byte Date DateTimeOffset Decimal Double Duration Guid Int16 Int32 Int64 SByte Single Stream String
  TimeOfDay Geography GeographyPoint GeographyLineString GeographyPolygon GeographyMultiPoint GeographyMultiLineString
  GeographyMultiPolygon GeographyCollection Geometry GeometryPoint GeometryLineString GeometryPolygon
  GeometryMultiPoint GeometryMultiLineString GeometryMultiPolygon GeometryCollection PrimitiveType ComplexType
  EntityType Untyped AnnotationPath PropertyPath NavigationPropertyPath AnyPropertyPath ModelElementPath`
    .split(/\s+/)
    .map((name) => `Edm.${name}`),
)

export function isEdmType(name: string): boolean {
  return EDM.has(name)
}
