/** Which libs each lib may import; a row lists only rows above it. */
const platform = ['foundation', 'database', 'graphql', 'identity', 'outbox', 'audit'];
const allowedImports = {
  foundation: [],
  'audit-verifier': [],
  database: ['foundation'],
  money: ['foundation'],
  graphql: ['foundation', 'money'],
  outbox: ['foundation', 'database'],
  audit: ['foundation', 'database', 'graphql', 'audit-verifier'],
  identity: ['foundation', 'database', 'graphql', 'audit'],
};
