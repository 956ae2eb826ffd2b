import { join } from 'node:path';
import { conforms } from './conform.ts';
import type { Language } from './stage.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples/python');
const env = { PYTHONPATH: EXAMPLES, PYTHONDONTWRITEBYTECODE: '1' };
const python = (kind: string): Language => ({
  driver: ['python3', '-W', 'error', join(import.meta.dirname, 'drivers/driver.py'), kind],
  printToken: ['python3', '-W', 'error', join(EXAMPLES, 'print_token.py')],
  env,
});

conforms('Python with threads', () => python('sync'));
conforms('Python with asyncio', () => python('async'));
