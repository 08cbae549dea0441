import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { allowedMs, measureRunner, STATES } from './broken-states.mjs';

describe('the runner names within 10 seconds that', () => {
  for (const state of STATES) {
    const skip = 'needs' in state && !state.needs ? 'set LAUNCHPAD_TEST_POSTGRES to a PostgreSQL with pgvector' : false;
    it(state.name, { skip }, async (t) => {
      const said = await measureRunner(t, state);
      assert.equal(said.code, state.code, said.words);
      assert.ok(said.ms <= allowedMs(), `${said.ms} ms of ${allowedMs()}`);
      if (!said.line) return;
      assert.equal(said.exit, 1);
      assert.equal(said.line.launchpad, 'failed');
      assert.ok(said.line.fix.length > 20, 'says what to do');
      assert.ok(!JSON.stringify(said.line).includes('secret-word'));
    });
  }
});
