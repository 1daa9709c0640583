import { useEffect, useRef } from 'react'

/** Marks what gets the focus back. Not the `id`: menus give their buttons one of their own. */
export function returnMark(name: string): { readonly 'data-return-focus': string } {
  return { 'data-return-focus': name }
}

/** Puts the focus on what is marked with this name, once the page has settled. */
export function returnFocus(name: string): void {
  setTimeout(() => {
    document.querySelector<HTMLElement>(`[data-return-focus="${CSS.escape(name)}"]`)?.focus()
  })
}

/**
 * Gives the focus back when something closes, however it closes. What a menu opened cannot give it back by itself: the
 * item of the menu is gone by then.
 */
export function useReturnFocus(opened: boolean, name: string | undefined): void {
  const target = useRef(name)
  useEffect(() => {
    if (name !== undefined) target.current = name
  }, [name])
  useEffect(() => {
    if (!opened) return undefined
    return () => {
      if (target.current !== undefined) returnFocus(target.current)
    }
  }, [opened])
}
