/** Which libs each lib may import; a row lists only rows above it. */
const platform = ['foundation', 'money', 'database', 'keys', 'graphql', 'audit', 'identity'];
const allowedImports = {
  foundation: [],
  'audit-verifier': [],
  credential: ['foundation'],
  database: ['foundation'],
  money: ['foundation'],
  keys: ['foundation'],
  graphql: ['foundation', 'money'],
  audit: ['foundation', 'graphql', 'audit-verifier', 'database', 'keys'],
  identity: ['foundation', 'graphql', 'database', 'keys', 'audit'],
  party: platform,
  outbox: [...platform, 'party'],
  dataset: [...platform, 'party', 'outbox'],
  quality: [...platform, 'credential', 'party', 'dataset'],
  asset: [...platform, 'credential', 'party', 'outbox', 'dataset', 'quality'],
  'correction-request': [...platform, 'party', 'outbox', 'dataset', 'asset'],
  'registry-office': [...platform, 'party', 'outbox', 'dataset', 'asset'],
  valuation: [...platform, 'credential', 'party', 'outbox', 'dataset', 'quality', 'asset'],
  'property-right': [
    ...platform,
    'credential',
    'party',
    'outbox',
    'dataset',
    'quality',
    'asset',
    'valuation',
  ],
  catalogue: [...platform, 'party', 'dataset', 'quality', 'asset'],
  access: [...platform, 'party', 'asset', 'catalogue'],
  metering: platform,
  delivery: [...platform, 'access'],
  ledger: platform,
  settlement: [...platform, 'party', 'catalogue', 'metering', 'ledger'],
};

const lib = (name) => `^libs/${name}/`;
const error = (name, from, to) => ({ name, severity: 'error', from, to });

export default {
  forbidden: [
    error('no-cycles', {}, { circular: true }),
    error('every-lib-has-a-row', { path: '^libs/', pathNot: Object.keys(allowedImports).map(lib) }, {}),
    ...Object.entries(allowedImports).map(([name, allowed]) =>
      error(
        `${name}-imports`,
        { path: lib(name) },
        { path: '^(libs|apps)/', pathNot: [name, ...allowed].map(lib) },
      ),
    ),
    // pdx starts the other apps in its own process.
    error(
      'no-app-imports-an-app',
      { path: '^apps/([^/]+)/', pathNot: '^apps/pdx/' },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    error(
      'only-through-the-index',
      { path: '^(libs/[^/]+|apps)/' },
      { path: '^libs/', pathNot: ['^libs/[^/]+/src/index\\.ts$', '^$1/'] },
    ),
    error(
      'pure-libs-are-pure',
      { path: '^libs/(foundation|money|audit-verifier|credential)/src/' },
      { path: 'node_modules/(@nestjs|typeorm|pg|graphql)/' },
    ),
    error('resolvable', {}, { couldNotResolve: true }),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/|\\.spec\\.ts$' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'types', 'default'],
    },
  },
};
