// Tries the server with other people's clients: the TypeScript client and the Inspector, in both protocol eras, over
// stdio and HTTP.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { spawn } from 'node:child_process';
import { strict as assert } from 'node:assert';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { conformanceServer, folder, freePort, launcher, root, serve } from './servers.mjs';
import { check, end } from './report.mjs';

const eras = { legacy: 'legacy', auto: 'auto', modern: { pin: '2026-07-28' } };
const spoken = { legacy: '2025-11-25', auto: '2026-07-28', modern: '2026-07-28' };
const inspector = join(root, 'interop', 'node_modules', '@modelcontextprotocol', 'inspector', 'clients', 'launcher',
  'build', 'index.js');

/** How to reach the filesystem server and the conformance server over one transport. */
async function reachable(transport) {
  const workspace = folder('workspace');
  const env = { MILLWRIGHT_DATA_DIR: folder('data'), MILLWRIGHT_TENANTS_DEFAULT_REACH_FILESYSTEM_ROOTS: workspace };
  if (transport === 'stdio') {
    const command = [launcher(), 'stdio', 'filesystem'];
    const talking = [...conformanceServer(), '--stdio'];
    return {
      workspace,
      filesystem: () => stdio(command, env),
      talking: () => stdio(talking, {}),
      inspect: ['--config', hostConfiguration(command, env), '--server', 'millwright'],
      stop: async () => {},
    };
  }
  const ports = [await freePort(), await freePort()];
  const filesystem = await serve([launcher(), 'serve', '--port', String(ports[0]), 'filesystem'],
    `http://127.0.0.1:${ports[0]}/filesystem/mcp`, env);
  const talking = await serve([...conformanceServer(), '--port', String(ports[1])], `http://127.0.0.1:${ports[1]}/mcp`);
  return {
    workspace,
    filesystem: () => new StreamableHTTPClientTransport(new URL(filesystem.url)),
    talking: () => new StreamableHTTPClientTransport(new URL(talking.url)),
    inspect: [filesystem.url],
    stop: async () => {
      await filesystem.stop();
      await talking.stop();
    },
  };
}

/** A file as hosts keep it. */
function hostConfiguration(command, env) {
  const file = join(folder('host'), 'mcp.json');
  writeFileSync(file, JSON.stringify({ mcpServers: { millwright: { command: command[0], args: command.slice(1), env } } }));
  return file;
}

function stdio(command, env) {
  return new StdioClientTransport({
    command: command[0],
    args: command.slice(1),
    env: { ...process.env, ...env },
    stderr: 'ignore',
  });
}

/** A client of an era; it answers every form with the given content, or declines where that is null. */
async function connect(transport, era, content = { confirm: true }) {
  const client = new Client({ name: 'millwright-interop', version: '1' },
    { versionNegotiation: { mode: eras[era] }, capabilities: { elicitation: { form: {} } } });
  client.asked = [];
  client.setRequestHandler('elicitation/create', async request => {
    client.asked.push(request.params.message);
    return content === null ? { action: 'decline' } : { action: 'accept', content };
  });
  await client.connect(transport);
  return client;
}

async function using(transport, era, body, content) {
  const client = await connect(transport, era, content);
  try {
    await body(client);
  } finally {
    await client.close();
  }
}

async function typescript(transport, era, at) {
  const name = `typescript ${era} ${transport}`;
  await check(`${name}: agrees on the version`, () => using(at.filesystem(), era, async client => {
    assert.equal(client.getNegotiatedProtocolVersion(), spoken[era]);
    assert.equal(client.getServerVersion().name.includes('millwright') || client.getServerVersion().name === 'filesystem', true);
  }));
  await check(`${name}: lists tools with both schemas and all annotations`, () => using(at.filesystem(), era, async client => {
    const { tools } = await client.listTools();
    assert.ok(tools.length >= 10, `${tools.length} tools`);
    for (const tool of tools) {
      assert.equal(tool.outputSchema?.type, 'object', tool.name);
      for (const hint of ['readOnlyHint', 'destructiveHint', 'openWorldHint']) {
        assert.equal(typeof tool.annotations?.[hint], 'boolean', `${tool.name} ${hint}`);
      }
    }
  }));
  await check(`${name}: writes a file and reads it back`, () => using(at.filesystem(), era, async client => {
    const path = `${era}.txt`;
    const written = await client.callTool({ name: 'write_file', arguments: { path, content: 'größer\n' } });
    assert.ok(!written.isError, JSON.stringify(written.content));
    assert.equal(readFileSync(join(at.workspace, path), 'utf8'), 'größer\n');
    const read = await client.callTool({ name: 'read_file', arguments: { path } });
    assert.ok(read.content.some(part => part.text?.includes('größer')), JSON.stringify(read.content));
    assert.equal(typeof read.structuredContent, 'object');
  }));
  await check(`${name}: gets an error it can act on`, () => using(at.filesystem(), era, async client => {
    const missing = await client.callTool({ name: 'read_file', arguments: { path: 'no/such/file' } });
    assert.equal(missing.isError, true);
    assert.match(missing.content[0].text, /NOT_FOUND.*no\/such\/file/s);
    const wrong = await client.callTool({ name: 'read_file', arguments: { pth: 'x' } });
    assert.equal(wrong.isError, true);
    assert.match(wrong.content[0].text, /INVALID_INPUT/);
    await assert.rejects(client.callTool({ name: 'no_such_tool', arguments: {} }), /no_such_tool/);
  }));
  await check(`${name}: reads a resource and completes a path`, () => using(at.filesystem(), era, async client => {
    await client.callTool({ name: 'write_file', arguments: { path: `resource-${era}.txt`, content: 'as a resource' } });
    const { resources } = await client.listResources();
    const ours = resources.find(resource => resource.uri.endsWith(`resource-${era}.txt`));
    assert.ok(ours, `not among ${resources.map(resource => resource.uri)}`);
    const { contents } = await client.readResource({ uri: ours.uri });
    assert.equal(contents[0].text, 'as a resource');
  }));
  await check(`${name}: destroys what the person agrees to, and nothing else`, async () => {
    const path = `doomed-${era}.txt`;
    const doom = { name: 'delete_file', arguments: { path, permanent: true } };
    await using(at.filesystem(), era, async client => {
      await client.callTool({ name: 'write_file', arguments: { path, content: 'mortal' } });
      const refused = await client.callTool(doom);
      assert.match(refused.content[0].text, /DENIED/);
      assert.equal(client.asked.length, 1);
      assert.ok(existsSync(join(at.workspace, path)));
    }, null);
    await using(at.filesystem(), era, async client => {
      const done = await client.callTool(doom);
      assert.ok(!done.isError, JSON.stringify(done.content));
      assert.equal(client.asked.length, 1);
      assert.ok(!existsSync(join(at.workspace, path)));
    });
  });
  await check(`${name}: sees progress`, () => using(at.talking(), era, async client => {
    const seen = [];
    await client.callTool({ name: 'test_tool_with_progress', arguments: {} },
      { onprogress: ({ progress }) => seen.push(progress) });
    assert.deepEqual(seen, [0, 50, 100]);
  }));
  await check(`${name}: is asked, and its answer arrives`, () => using(at.talking(), era, async client => {
    const answer = await client.callTool({ name: 'test_elicitation', arguments: { message: 'Who are you?' } });
    assert.deepEqual(client.asked, ['Who are you?']);
    assert.match(answer.content[0].text, /action=accept.*ada@example.org/);
  }, { username: 'ada', email: 'ada@example.org' }));
  await check(`${name}: cancels a call and goes on`, () => using(at.talking(), era, async client => {
    const stopped = async () => Number(
      (await client.callTool({ name: 'test_slow_stopped', arguments: {} })).content[0].text);
    const before = await stopped();
    const controller = new AbortController();
    const call = client.callTool({ name: 'test_slow', arguments: {} }, { signal: controller.signal });
    setTimeout(() => controller.abort('no longer needed'), 300);
    await assert.rejects(call);
    for (let wait = 0; await stopped() === before; wait++) {
      assert.ok(wait < 150, 'the work went on in the server');
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }));
}

/** Runs the Inspector's CLI; answers its exit code and what it printed. */
function inspect(at, era, args) {
  const env = { ...process.env, HOME: folder('home'), NO_COLOR: '1' };
  const child = spawn(process.execPath,
    [inspector, '--cli', ...at.inspect, '--protocol-era', era, '--format', 'json', ...args],
    { stdio: ['ignore', 'pipe', 'pipe'], env });
  let out = '';
  let log = '';
  child.stdout.on('data', data => { out += data; });
  child.stderr.on('data', data => { log += data; });
  return new Promise(resolve => child.on('close', code => resolve({ code, out, log })));
}

async function inspected(transport, era, at) {
  const name = `inspector ${era} ${transport}`;
  await check(`${name}: lists tools without a complaint about their schemas`, async () => {
    const { code, out, log } = await inspect(at, era, ['--method', 'tools/list', '--strict']);
    assert.equal(code, 0, log + out);
    assert.ok(JSON.parse(out).tools?.length >= 10 || JSON.parse(out).result?.tools?.length >= 10, out.slice(0, 500));
  });
  await check(`${name}: calls a tool`, async () => {
    const path = `inspector-${era}-${transport}.txt`;
    const { code, out, log } = await inspect(at, era,
      ['--method', 'tools/call', '--tool-name', 'write_file', '--tool-args-json', JSON.stringify({ path, content: 'hello' })]);
    assert.equal(code, 0, log + out);
    assert.ok(existsSync(join(at.workspace, path)), out);
  });
  await check(`${name}: ends with 5 when the tool fails`, async () => {
    const { code, out, log } = await inspect(at, era,
      ['--method', 'tools/call', '--tool-name', 'read_file', '--tool-args-json', '{"path": "no/such/file"}']);
    assert.equal(code, 5, log + out);
  });
}

for (const transport of ['stdio', 'http']) {
  const at = await reachable(transport);
  for (const era of Object.keys(eras)) {
    await typescript(transport, era, at);
    await inspected(transport, era, at);
  }
  await at.stop();
}
end('interoperability');
