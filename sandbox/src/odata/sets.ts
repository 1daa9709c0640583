/** Entity sets and the types of their rows. The names are those of the v1 subjects, as observed. */
export const SETS: readonly (readonly [set: string, type: string])[] = [
  ['Accounts', 'Account'],
  ['Activities', 'Activity'],
  ['Bookings', 'Booking'],
  ['Contracts', 'Contract'],
  ['Documents', 'Document'],
  ['EventOpportunities', 'EventOpportunity'],
  ['EventStatuses', 'EventStatus'],
  ['Events', 'Event'],
  ['Functions', 'Function'],
  ['Invoices', 'Invoice'],
  ['Notes', 'Note'],
  ['Opportunities', 'Opportunity'],
  ['Organizations', 'Organization'],
  ['Payments', 'Payment'],
  ['PriceList', 'PriceList'],
  ['PriceListItems', 'PriceListItem'],
  ['Resources', 'Resource'],
  ['ServiceOrderItems', 'ServiceOrderItem'],
  ['ServiceOrders', 'ServiceOrder'],
  ['Spaces', 'Space'],
  ['WorkOrderItems', 'WorkOrderItem'],
  ['WorkOrders', 'WorkOrder'],
]

export type Link = {
  readonly from: string
  /** The navigation from the one to the other; undefined where its name is an observed property. */
  readonly forward: string | undefined
  readonly to: string
  readonly back: string | undefined
}

function link(from: string, forward: string | undefined, [to, back]: readonly [string, string?]): Link {
  return { from, forward, to, back }
}

/** Which references between subjects can be navigated, and under which names from both ends. */
export const LINKS: readonly Link[] = [
  link('Events', 'Account', ['Accounts', 'Events']),
  link('Events', 'EventStatus', ['EventStatuses', 'Events']),
  link('Events', 'AnchorSpace', ['Spaces']),
  link('Bookings', 'Event', ['Events', 'Bookings']),
  link('Bookings', 'Space', ['Spaces', 'Bookings']),
  link('Functions', 'Event', ['Events', 'Functions']),
  link('Functions', 'Space', ['Spaces', 'Functions']),
  link('Documents', 'Event', ['Events', 'Documents']),
  link('Activities', 'Account', ['Accounts', 'Activities']),
  link('Opportunities', 'Account', ['Accounts', 'Opportunities']),
  link('EventOpportunities', 'Account', ['Accounts', 'EventOpportunities']),
  link('Contracts', 'Event', ['Events', 'Contracts']),
  link('Contracts', 'Account', ['Accounts', 'Contracts']),
  link('ServiceOrders', undefined, ['Events', 'ServiceOrders']),
  link('ServiceOrders', 'Account', ['Accounts', 'ServiceOrders']),
  link('ServiceOrderItems', 'ServiceOrder', ['ServiceOrders', 'Items']),
  link('ServiceOrderItems', 'Resource', ['Resources']),
  link('PriceListItems', undefined, ['PriceList', 'Items']),
  link('PriceListItems', 'Resource', ['Resources']),
  link('WorkOrders', 'ServiceOrder', ['ServiceOrders', 'WorkOrders']),
  link('WorkOrders', 'Event', ['Events', 'WorkOrders']),
  link('WorkOrderItems', 'WorkOrder', ['WorkOrders', 'Items']),
  link('WorkOrderItems', 'Resource', ['Resources']),
  link('Invoices', 'Account', ['Accounts', 'Invoices']),
  link('Invoices', 'Event', ['Events', 'Invoices']),
  link('Payments', 'Account', ['Accounts', 'Payments']),
  link('Payments', 'Invoice', ['Invoices', 'Payments']),
]

/** CSDL allows a name once per type: where a navigation takes it, the code column is named after its target's key. */
export const RENAMED: Readonly<Record<string, string>> = {
  Account: 'AccountCode',
  Event: 'EventID',
  Space: 'SpaceCode',
}
