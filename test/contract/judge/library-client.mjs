// What a bot's author writes: the first argument is where the library was built.
const { connect } = await import(process.argv[2]);
const user = process.env.CASTKEY_TEST_USER;
try {
  const provider = await connect({
    name: process.env.CASTKEY_NAME,
    wants: [{ user, scopes: [['chat:read']] }],
  });
  const token = await provider.getAccessTokenForUser(user, ['chat:read']);
  provider.close();
  if (token === null) throw Object.assign(new Error('no such account'), { code: 'unknown-user' });
  process.stdout.write(`${token.accessToken}\n`);
} catch (error) {
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 1;
}
