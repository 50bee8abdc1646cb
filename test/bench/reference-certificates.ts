// The same signature by itself: jose, the key imported once; neither days nor a status list are looked at.
import { compactVerify, importSPKI } from 'jose';

export async function joseVerifier(trusted: string): Promise<(credential: string) => Promise<boolean>> {
  const key = await importSPKI(trusted, 'EdDSA');
  return async (credential) => {
    const { payload } = await compactVerify(credential, key, { algorithms: ['EdDSA'] });
    return payload.length > 0;
  };
}
