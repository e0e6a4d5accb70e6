// Runs the protocol's conformance suite against the conformance server, and its scenarios without fixtures against the
// filesystem server. Every check of every scenario must pass, but for those of expected-failures.json.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { conformanceServer, folder, freePort, launcher, root, serve } from './servers.mjs';
import { end, fail, pass } from './report.mjs';

const modules = join(root, 'interop', 'node_modules');
const expected = JSON.parse(readFileSync(join(root, 'interop', 'expected-failures.json'), 'utf8'));

const withoutFixtures = {
  '2025-11-25': ['server-initialize', 'ping', 'tools-list', 'server-sse-multiple-streams', 'dns-rebinding-protection',
    'server-session-lifecycle'],
  '2026-07-28': ['tools-list', 'resources-list', 'prompts-list', 'caching', 'http-header-validation',
    'dns-rebinding-protection', 'sep-2164-resource-not-found', 'input-required-result-unsupported-methods',
    'server-stateless'],
};

/** Runs one tool of the suite; answers the checks by scenario. */
async function suite(tool, url, args) {
  const out = folder('results');
  const child = spawn(process.execPath,
    [join(modules, tool, 'dist', 'index.js'), 'server', '--url', url, '-o', out, ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stdout.on('data', data => { log += data; });
  child.stderr.on('data', data => { log += data; });
  const code = await new Promise(resolve => child.on('close', resolve));
  const results = new Map();
  for (const name of readdirSync(out)) {
    const scenario = /^server-(.*)-\d{4}-\d\d-\d\dT[\d-]+Z$/.exec(name)?.[1];
    if (scenario) results.set(scenario, JSON.parse(readFileSync(join(out, name, 'checks.json'), 'utf8')));
  }
  return { results, code, log };
}

/** Counts each scenario as one, under its name and that of the run. */
function judge(run, subject, results) {
  for (const [scenario, checks] of results) {
    const name = `${run} ${scenario}`;
    // A product has no diagnostic tools: what the suite cannot test for want of them is tested on the conformance server.
    const testable = subject === 'conformance' ? checks : checks.filter(check => !check.details?.untestable);
    const bad = testable.filter(check => check.status === 'FAILURE' || check.status === 'WARNING');
    if (!testable.some(check => check.status === 'SUCCESS')) {
      bad.push({ id: 'nothing-passed', errorMessage: 'no check of it passed' });
    }
    const listed = expected.filter(entry =>
      entry.scenario === scenario && (entry.subject ?? subject) === subject && (entry.run ?? run) === run);
    const ids = new Set(listed.flatMap(entry => entry.checks ?? bad.map(check => check.id)));
    const surprising = bad.filter(check => !ids.has(check.id));
    if (surprising.length > 0) {
      fail(name, surprising.map(check => `${check.id}: ${check.errorMessage ?? check.status}`).join('; '));
    } else if (listed.length > 0 && bad.length === 0) {
      fail(name, 'is listed in expected-failures.json and passes: take it out');
    } else if (listed.length > 0) {
      console.log(`known ${name}: ${listed[0].reason}`);
    } else {
      pass(name, true);
    }
  }
}

async function whole(run, tool, url, args, atLeast) {
  const { results, log } = await suite(tool, url, args);
  console.log(`${run}: ${results.size} scenarios`);
  if (results.size < atLeast) {
    fail(run, `only ${results.size} of at least ${atLeast} scenarios ran:\n${log.slice(-2000)}`);
  }
  judge(run, 'conformance', results);
}

async function product(url) {
  for (const [version, scenarios] of Object.entries(withoutFixtures)) {
    for (const scenario of scenarios) {
      const run = `filesystem ${version}`;
      const { results, log } = await suite('conformance-2026', url,
        ['--scenario', scenario, '--spec-version', version]);
      if (results.size === 0) fail(`${run} ${scenario}`, `did not run:\n${log.slice(-1000)}`);
      judge(run, 'filesystem', results);
    }
  }
}

async function main(subjects) {
  if (subjects.includes('conformance')) {
    const port = await freePort();
    const server = await serve([...conformanceServer(), '--port', String(port)], `http://localhost:${port}/mcp`);
    await whole('0.1.16 2025-11-25', 'conformance-2025', server.url, ['--suite', 'all', '--spec-version', '2025-11-25'], 32);
    await whole('0.2.0 2025-11-25', 'conformance-2026', server.url, ['--requirements', '2025-11-25'], 33);
    await whole('0.2.0 2026-07-28', 'conformance-2026', server.url, ['--requirements', '2026-07-28'], 50);
    await server.stop();
  }
  if (subjects.includes('filesystem')) {
    const port = await freePort();
    const server = await serve([launcher(), 'serve', '--port', String(port), 'filesystem'],
      `http://localhost:${port}/filesystem/mcp`,
      { MILLWRIGHT_DATA_DIR: folder('data'),
        MILLWRIGHT_TENANTS_DEFAULT_REACH_FILESYSTEM_ROOTS: folder('workspace') });
    await product(server.url);
    await server.stop();
  }
  end('conformance');
}

await main(process.argv.length > 2 ? process.argv.slice(2) : ['conformance', 'filesystem']);
