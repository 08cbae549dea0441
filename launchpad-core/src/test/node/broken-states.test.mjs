import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgedRunner, STATES } from './broken-states.mjs';

describe('the runner names within 10 seconds that', () => {
  for (const state of STATES) {
    const skip = 'needs' in state && !state.needs ? 'set LAUNCHPAD_TEST_POSTGRES to a PostgreSQL with pgvector' : false;
    it(state.name, { skip }, async (t) => {
      const said = await judgedRunner(state);
      const took = `${said.before === undefined ? '' : `${said.before} ms, then `}${said.ms} ms of ${said.allowed}`;
      if (said.before !== undefined) t.diagnostic(`measured twice: ${took}`);
      assert.equal(said.code, state.code, said.words);
      assert.ok(said.ms <= said.allowed, took);
      if (!said.line) return;
      assert.equal(said.exit, 1);
      assert.equal(said.line.launchpad, 'failed');
      assert.ok(said.line.fix.length > 20, 'says what to do');
      assert.ok(!JSON.stringify(said.line).includes('secret-word'));
    });
  }
});
