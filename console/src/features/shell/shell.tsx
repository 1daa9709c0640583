import { Outlet, useMatch } from '@tanstack/react-router'
import { NoticeList } from '#ui/notice-list.tsx'
import { shell } from '#words/shell.ts'
import { Header } from './header.tsx'
import { SessionEnded } from './session-ended.tsx'
import classes from './shell.module.css'
import { NotFound } from './states.tsx'

/** The frame around every page of somebody signed in. */
export function Shell() {
  // A tenant that is not among one's own is not there, whatever its id.
  const tenantMatch = useMatch({ from: '/signed-in/tenants/$tenantId', shouldThrow: false })
  const missing = tenantMatch !== undefined && tenantMatch.context.tenant === undefined
  return (
    <div className={classes['frame']}>
      <a className={classes['skip']} href="#content">
        {shell.skip}
      </a>
      <Header />
      <NoticeList />
      {missing ? (
        <NotFound />
      ) : (
        <main id="content" tabIndex={-1} className={classes['main']}>
          <Outlet />
        </main>
      )}
      <SessionEnded />
    </div>
  )
}
