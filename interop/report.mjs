// Counts checks, prints one line for each that failed and a closing line, and says how the process should end.
let passed = 0;
let failed = 0;

export function pass(name, quiet = false) {
  passed++;
  if (!quiet) console.log(`ok    ${name}`);
}

export function fail(name, reason) {
  failed++;
  console.log(`FAIL  ${name}: ${reason}`);
}

/** Runs one check, which fails by throwing or by taking longer than its time. */
export async function check(name, body, seconds = 60) {
  let timer;
  try {
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no end after ${seconds} s`)), seconds * 1000);
    });
    await Promise.race([body(), late]);
    pass(name);
  } catch (error) {
    fail(name, error?.message ?? String(error));
  } finally {
    clearTimeout(timer);
  }
}

/** Prints the closing line; fails as well when nothing at all was checked. */
export function end(title) {
  console.log(`${title}: ${passed} passed, ${failed} failed`);
  process.exit(failed === 0 && passed > 0 ? 0 : 1);
}
