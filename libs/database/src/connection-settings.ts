import { InvalidInput } from '#libs/foundation';

/** Which database to use: an existing server's, or that of our own server on `dataDir`. */
export type ConnectionSettings = { readonly poolSize: number } & (
  | { readonly kind: 'server'; readonly ownerUrl: string; readonly appUrl: string }
  | { readonly kind: 'embedded'; readonly dataDir: string }
);

/**
 * Reads the environment. `DATABASE_URL` names an existing server, as the user that owns the database;
 * `DATABASE_APP_URL` is how the application signs in there, by default as the owner that has become pdx_app. Without
 * them our own server keeps its data in `DATA_DIR`. `DATABASE_POOL` connections at most are held by each pool.
 *
 * @throws InvalidInput
 */
export function connectionSettings(env: Readonly<Record<string, string | undefined>>): ConnectionSettings {
  const poolSize = Number(env['DATABASE_POOL'] || 10);
  if (!Number.isInteger(poolSize) || poolSize < 1 || poolSize > 1000) {
    throw new InvalidInput('DATABASE_POOL', 'must be a whole number from 1 to 1000');
  }
  const ownerUrl = serverUrl(env, 'DATABASE_URL');
  const appUrl = serverUrl(env, 'DATABASE_APP_URL');
  if (ownerUrl === null) {
    if (appUrl !== null) throw new InvalidInput('DATABASE_APP_URL', 'needs DATABASE_URL as well');
    return { kind: 'embedded', dataDir: env['DATA_DIR'] || '.data', poolSize };
  }
  return { kind: 'server', ownerUrl, appUrl: appUrl ?? asApplication(ownerUrl), poolSize };
}

/** The same connection, as the role that the application works in. */
export function asApplication(ownerUrl: string): string {
  const url = new URL(ownerUrl);
  const options = url.searchParams.get('options');
  url.searchParams.set('options', options === null ? '-c role=pdx_app' : `${options} -c role=pdx_app`);
  // Other clients than ours do not read a plus sign as a space.
  url.search = url.search.replaceAll('+', '%20');
  return url.href;
}

function serverUrl(env: Readonly<Record<string, string | undefined>>, variable: string): string | null {
  const text = env[variable];
  if (!text) return null;
  if (!URL.canParse(text) || !/^postgres(ql)?:$/.test(new URL(text).protocol)) {
    // The text itself may hold a password.
    throw new InvalidInput(variable, 'must be of the form postgres://user:password@host:port/database');
  }
  return text;
}
