import { version } from '../package.json';

/** Version of this library, as `hello` tells it to the vault. */
export const VERSION: string = version;
