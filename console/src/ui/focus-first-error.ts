/** Puts the focus into the first field that is not accepted, once the page shows the errors. */
export function focusFirstError(errors: Readonly<Record<string, unknown>>): void {
  const names = Object.keys(errors)
  if (names.length === 0) return
  setTimeout(() => {
    const fields = [...document.querySelectorAll<HTMLElement>('[aria-invalid="true"]')]
    fields.find((field) => field.offsetParent !== null)?.focus()
  })
}
