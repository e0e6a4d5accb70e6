// Starts the servers under test, each in a scratch folder of its own, and takes them down with this process.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { createServer } from 'node:net';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const scratch = mkdtempSync(join(tmpdir(), 'millwright-interop-'));
const children = new Set();

process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(scratch, { recursive: true, force: true });
});

export function folder(name) {
  const path = mkdtempSync(join(scratch, `${name}-`));
  mkdirSync(path, { recursive: true });
  return path;
}

/** The command line of the conformance server, before its own arguments. */
export function conformanceServer() {
  const java = join(process.env.JAVA_HOME, 'bin', 'java');
  const testing = join(root, 'mcp-testing', 'target');
  const path = `${join(testing, 'classes')}:${join(testing, 'libraries', '*')}`;
  return [java, '-Xlog:disable', '-Xlog:all=warning:stderr', '--enable-native-access=ALL-UNNAMED',
    '-cp', path, 'dev.millwright.testing.conformance.ConformanceServer'];
}

/** The launcher of the packaged distribution. */
export function launcher() {
  const target = join(root, 'distribution', 'target');
  const home = readdirSync(target, { withFileTypes: true })
    .find(entry => entry.isDirectory() && /^millwright-\d/.test(entry.name));
  if (!home) throw new Error(`no packaged distribution in ${target}; run ./mvnw package`);
  return join(target, home.name, 'bin', 'millwright');
}

/** A port nobody listens on now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Starts an HTTP server and waits until it answers at the URL. */
export async function serve(command, url, env = {}) {
  const child = spawn(command[0], command.slice(1), {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  children.add(child);
  const lines = [];
  createInterface({ input: child.stderr }).on('line', line => {
    lines.push(line);
    if (lines.length > 200) lines.shift();
  });
  let code;
  child.on('exit', status => { code = status ?? -1; });
  for (let wait = 0; wait < 300; wait++) {
    if (code !== undefined) throw new Error(`${command[0]} ended with ${code}:\n${lines.join('\n')}`);
    const answers = await fetch(url, { method: 'DELETE' }).then(() => true, () => false);
    if (answers) {
      return {
        url,
        log: lines,
        stop: () => new Promise((resolve, reject) => {
          const late = setTimeout(() => reject(new Error(`${command[0]} did not end on SIGTERM`)), 20_000);
          child.once('exit', () => {
            clearTimeout(late);
            children.delete(child);
            resolve();
          });
          child.kill('SIGTERM');
        }),
      };
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  throw new Error(`${url} did not answer within 30 s:\n${lines.join('\n')}`);
}
