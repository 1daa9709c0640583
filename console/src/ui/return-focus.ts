import { useEffect, useLayoutEffect, useRef } from 'react'

/** How many drawers and dialogs are open. */
let opened = 0

/** Marks what gets the focus back. Not the `id`: menus give their buttons one of their own. */
export function returnMark(name: string): { readonly 'data-return-focus': string } {
  return { 'data-return-focus': name }
}

/**
 * Puts the focus on what is marked with this name, once the page has settled. Where one drawer has given way to another,
 * what lies behind that one does not get it.
 */
export function returnFocus(name: string): void {
  const give = (): void => {
    const target = document.querySelector<HTMLElement>(`[data-return-focus="${CSS.escape(name)}"]`)
    if (opened > 0 && target?.closest('[role="dialog"]') === null) return
    target?.focus()
  }
  // A drawer that opens at this moment takes the focus in a timer of its own: this one comes after it.
  setTimeout(() => setTimeout(give))
}

/**
 * Gives the focus back when something closes, however it closes. What a menu opened cannot give it back by itself: the
 * item of the menu is gone by then.
 */
export function useReturnFocus(isOpen: boolean, name: string | undefined): void {
  const target = useRef(name)
  useEffect(() => {
    if (name !== undefined) target.current = name
  }, [name])
  useLayoutEffect(() => {
    if (!isOpen) return undefined
    opened += 1
    return () => {
      opened -= 1
    }
  }, [isOpen])
  useEffect(() => {
    if (!isOpen) return undefined
    return () => {
      if (target.current !== undefined) returnFocus(target.current)
    }
  }, [isOpen])
}
