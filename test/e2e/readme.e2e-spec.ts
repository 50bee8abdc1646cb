import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

describe('the README', () => {
  it('names the environment variables that the code reads, all of them and no other', () => {
    const read = new Set<string>();
    for (const folder of ['apps', 'libs'])
      for (const file of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })) {
        if (!file.endsWith('.ts') || file.endsWith('.spec.ts')) continue;
        const code = readFileSync(join(ROOT, folder, file), 'utf8');
        for (const [, name] of code.matchAll(/\b(?:env|environment)\['([A-Z_]+)'\]/g))
          if (name) read.add(name);
        for (const [, name] of code.matchAll(/serverUrl\(env, '([A-Z_]+)'\)/g)) if (name) read.add(name);
      }
    const named = [...README.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name ?? '');
    expect(named.sort()).toEqual([...read].sort());
  });

  describe('tour', () => {
    let folder: string;
    let exchange: ChildProcess;
    let url: string;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'pdx-tour-'));
      chmodSync(folder, 0o711);
      exchange = spawn(process.execPath, [join(ROOT, 'dist/apps/pdx/src/main.js'), 'start'], {
        env: { PATH: process.env['PATH'], DATA_DIR: join(folder, 'data'), PORT: '0' },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      url = await new Promise<string>((resolve, reject) => {
        exchange.stdout?.on('data', (chunk: Buffer) => {
          output += chunk.toString();
          const [, ready] = /^ready (\S+)$/m.exec(output) ?? [];
          if (ready) resolve(ready);
        });
        exchange.once('exit', () => {
          reject(new Error(output));
        });
      });
    });
    afterAll(async () => {
      const gone = new Promise((resolve) => exchange.once('exit', resolve));
      exchange.kill('SIGTERM');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    });

    it('can be walked by copy and paste', async () => {
      const [tour = ''] = /<!-- tour -->[^]*<!-- end of the tour -->/.exec(README) ?? [];
      const script = [...tour.matchAll(/```sh\n([^]*?)```/g)]
        .map(([, block]) => block)
        .join('\n')
        // A folder of its own: others may have walked it on this machine.
        .replaceAll('/tmp/', `${folder}/`);
      const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
        cwd: ROOT,
        // Nothing else: npx would take settings of an npx around us for its own.
        env: {
          PATH: process.env['PATH'],
          HOME: folder,
          PDX_URL: url,
          DATA_DIR: join(folder, 'data'),
          TMPDIR: folder,
        },
      });
      expect(stdout).not.toContain('"code"');
      expect(stdout).toMatch(/"type": "DECIMAL"/);
      expect(stdout).toMatch(/PDX-A-\d{6}-\d{6}/);
      expect(stdout).toMatch(/"remaining": "99"/);
      expect(stdout).toMatch(/"capacity": "PROVIDER",\s+"units": "1",\s+"amount": "0.21"/);
      expect(stdout).toMatch(/"valid":true.*"isWholeLog":true/);
    }, 120_000);
  });
});
