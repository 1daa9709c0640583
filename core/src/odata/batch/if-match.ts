/**
 * Whether an If-Match asks for something that has to be there (RFC 9110 13.1.1): `*`, or entity tags in their quotes. What is
 * none of them a service may pass over, and then an update of what is not there inserts it (Part 1, 11.4.4).
 */
export function isUpdateCondition(ifMatch: string): boolean {
  return ifMatch === '*' || /^(?:W\/)?"[^"]*"(?:, *(?:W\/)?"[^"]*")*$/.test(ifMatch)
}
