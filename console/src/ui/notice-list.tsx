import { CloseButton, Text, VisuallyHidden } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { receipts as words } from '#words/receipts.ts'
import classes from './notices.module.css'
import { dismiss, isWarning, PAGE, type ShownNotice, useNotices } from './notices.ts'

const SHOWN_MS = 15_000

/** What was done here. Warnings are said at once and stay; the rest is said when there is time, and goes. */
export function NoticeList({ place = PAGE }: { readonly place?: string }) {
  const list = useRef<HTMLDivElement>(null)
  const notices = useNotices(place)
  const warnings = notices.filter(isWarning)
  const close = (id: number): void => {
    // What had the focus is about to go.
    const around = list.current?.closest<HTMLElement>('[role="dialog"]')
    const next = around ?? document.getElementById('content')
    dismiss(id)
    next?.focus({ preventScroll: true })
  }
  return (
    <div ref={list} className={classes['list']} {...(place === PAGE && { 'data-floats': true })}>
      {warnings.map((notice) => (
        <div key={notice.id} role="alert">
          <NoticeCard notice={notice} onClose={close} />
        </div>
      ))}
      {/* There before anything is said in it: else some screen readers would not say it. */}
      <div role="status">
        {notices
          .filter((notice) => !isWarning(notice))
          .map((notice) => (
            <Passing key={notice.id} notice={notice} onClose={close} />
          ))}
      </div>
    </div>
  )
}

type CardProps = { readonly notice: ShownNotice; readonly onClose: (id: number) => void }

function NoticeCard({ notice, onClose }: CardProps) {
  const { id, text, warnings, remarks } = notice
  const warns = isWarning(notice)
  const Icon = warns ? IconAlertTriangle : IconCircleCheck
  return (
    <div className={classes['notice']} data-tone={warns ? 'warning' : 'done'}>
      <Icon size={20} className={classes['icon']} aria-hidden />
      <div className={classes['words']}>
        {warns && <VisuallyHidden>{words.warning}: </VisuallyHidden>}
        <strong>{text}</strong>
        {warnings.map((line) => (
          <Text key={line} size="sm" mt={4}>
            {line}
          </Text>
        ))}
        {remarks.map((line) => (
          <Text key={line} size="xs" c="dimmed" mt={4}>
            {line}
          </Text>
        ))}
      </div>
      <CloseButton aria-label={words.dismiss} onClick={() => onClose(id)} />
    </div>
  )
}

/** Goes by itself, but not from under somebody who reads it with the mouse or the keyboard. */
function Passing({ notice, onClose }: CardProps) {
  const held = useRef(false)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const timer = setInterval(() => {
      if (!held.current && !box.current?.contains(document.activeElement)) dismiss(notice.id)
    }, SHOWN_MS)
    return () => clearInterval(timer)
  }, [notice.id])
  return (
    <div
      ref={box}
      onMouseEnter={() => {
        held.current = true
      }}
      onMouseLeave={() => {
        held.current = false
      }}
    >
      <NoticeCard notice={notice} onClose={onClose} />
    </div>
  )
}
