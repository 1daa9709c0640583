/** The Marketplace. */
export const marketplace = {
  title: 'Marketplace',
  description: 'What this tenant can connect with its Momentus product.',
  apis: {
    title: 'Momentus APIs',
    text: 'Let development partners and your own programs read and write your data. Each gets a credential that may call exactly the endpoints that you choose.',
    more: 'More information',
    edition: 'Edition',
    catalogs: 'Catalogs',
    kinds: { openapi: 'OpenAPI', odata: 'OData' },
  },
} as const
