// Runs the official parser over every .json file of a folder and prints one line of JSON per file.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseAndValidateCharacter } from '@elizaos/core';

const folder = process.argv[2];
for (const file of readdirSync(folder).filter((name) => name.endsWith('.json')).sort()) {
  const text = readFileSync(join(folder, file), 'utf8');
  const result = parseAndValidateCharacter(text);
  const unchanged = result.success && isDeepStrictEqual(JSON.parse(text), JSON.parse(JSON.stringify(result.data)));
  const error = result.error?.issues?.map((issue) => `${issue.path?.join('.')}: ${issue.message}`).join('; ');
  console.log('PARSED ' + JSON.stringify({ file, ok: result.success, unchanged, error: error ?? result.error?.message ?? '' }));
}
