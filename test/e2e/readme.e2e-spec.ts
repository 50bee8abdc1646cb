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
        .replaceAll('/tmp/', `${folder}/`)
        // What npx runs; by itself it takes as long again for each of so many commands.
        .replaceAll('npx pdx', join(ROOT, 'node_modules/.bin/pdx'));
      const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
        cwd: ROOT,
        env: {
          PATH: process.env['PATH'],
          HOME: folder,
          PDX_URL: url,
          DATA_DIR: join(folder, 'data'),
          TMPDIR: folder,
        },
      });
      // A refusal; the codes of certificates have digits.
      expect(stdout).not.toMatch(/"code": "[A-Z_]+"/);
      expect(stdout).toMatch(/"type": "DECIMAL"/);
      expect(stdout).toMatch(/PDX-A-\d{6}-\d{6}/);
      // Track B: on notice, certified, pledged and released, transferred; the first certificate is superseded.
      expect(stdout).toMatch(/"dataName": "2025年样例市水务行业用水量表格数据"/);
      expect(stdout).toMatch(/"kind": "PLEDGE",\s+"state": "IN_FORCE",\s+"amount": "1000000.00"/);
      expect(stdout).toMatch(
        /"holders": \[\s+\{\s+"name": "样例银行"[^]*"state": "RELEASED"[^]*"act": "INITIAL",\s+"code": "SJ371\d{6}0001"[^]*"act": "TRANSFER",\s+"code": "SJ371\d{6}0002"/,
      );
      expect(stdout).toMatch(/"code":"SJ371\d{6}0001","status":"SUPERSEDED"/);
      expect(stdout).toMatch(/"remaining": "99"/);
      expect(stdout).toMatch(/"capacity": "PROVIDER",\s+"units": "1",\s+"amount": "0.21"/);
      expect(stdout).toMatch(/"valid":true.*"isWholeLog":true/);
      // An appraisal, asked of no list and of one; an evaluation, which has a score and an amount of one approach.
      expect(stdout).toMatch(
        /"valid":true,"revocation":"NOT_CHECKED"[^\n]*"kind":"APPRAISAL"[^\n]*\n[^\n]*"valid":true,"revocation":"CHECKED"/,
      );
      expect(stdout).toMatch(
        /"kind":"EVALUATION"[^\n]*"conclusion":[^}]*"value":"157500.00"[^\n]*"approach":"COST"[^\n]*/,
      );
    }, 600_000);
  });
});
