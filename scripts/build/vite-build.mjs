/**
 * Runs one build of vite, whose options these are; needs node_modules. Vite sets NODE_ENV to production,
 * which tests and programs that are started next must not inherit: it is put back.
 *
 * @param {import('vite').InlineConfig} config
 */
export async function viteBuild(config) {
  const { build } = await import('vite');
  const before = process.env.NODE_ENV;
  try {
    await build(config);
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
}
