import { join } from 'node:path';

import { verifierKeyOf } from '#libs/audit-verifier';
import type { JsonObject } from '#libs/foundation';
import { KeyRing } from '#libs/keys';

/** The public keys that verifiers are given beforehand: what `--trust` takes. */
export function exportKeys(dataDir: string, origin: string): JsonObject {
  const keys = new KeyRing(join(dataDir, 'files', 'keys'));
  const pem = (purpose: 'CERTIFICATE' | 'RECEIPT' | 'QUALITY' | 'VALUATION') =>
    keys.signing(purpose).publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return {
    log: verifierKeyOf(origin, keys.signing('CHECKPOINT').publicKey),
    certificate: pem('CERTIFICATE'),
    receipt: pem('RECEIPT'),
    valuation: pem('VALUATION'),
    quality: pem('QUALITY'),
  };
}
