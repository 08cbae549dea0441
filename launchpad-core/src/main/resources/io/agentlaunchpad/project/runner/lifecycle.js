// How the process ends: by a signal, by the loss of its launcher, or by a failure.

export const DRAIN_MS = 5000; // open requests get this long, as with the stock server
const CLOSE_MS = 4000; // agents get this long after that, and so does the database: in all less than the usual grace of 15 s
const OPENING_MS = 8000; // a step that must not be cut gets this long after a signal
const PRINT_MS = 1000;
const LAST_WORDS_MS = 10_000; // a failure is worth waiting for: nothing else tells why the start ended
const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143 };

/** Thrown to leave the start where it stands, once a stop was asked for. */
class Stopped extends Error {}

export class Lifecycle {
  #log;
  #report;
  #closers = [];
  #running = Promise.resolve();
  #ending = false;
  accepted = false;

  constructor(log) {
    this.#log = log;
  }

  get stopping() {
    return this.#ending;
  }

  /** Begins to listen for signals and, when the launcher asked for it, for the end of its pipe. */
  listen(parent) {
    for (const signal of Object.keys(SIGNAL_CODES)) {
      process.on(signal, () => (this.#ending ? process.exit(SIGNAL_CODES[signal]) : this.#stop(signal)));
    }
    if (parent !== 'stdin') return;
    // Ctrl-C and the end of a terminal reach the launcher too: what they mean for the agent is its decision.
    for (const signal of ['SIGINT', 'SIGHUP']) process.removeAllListeners(signal).on(signal, () => {});
    this.#followParent();
  }

  /** Until the launcher writes the line "accepted", its death is ours: nobody else knows of this process. */
  #followParent() {
    let line = '';
    const gone = () => this.accepted || this.#ending || this.#stop('the launcher is gone');
    process.stdin.setEncoding('utf8').on('end', gone).on('error', gone).on('close', gone).on('data', (text) => {
      const lines = (line + text).split('\n');
      line = lines.pop().slice(-100);
      if (lines.some((each) => each.trim() === 'accepted')) {
        this.accepted = true;
        process.stdin.pause();
        process.stdin.unref?.();
      }
    });
  }

  /** Registers what to close when the process ends; the last one registered is closed first. */
  onEnd(close, limit = CLOSE_MS) {
    this.#closers.push({ close, limit });
  }

  /**
   * Runs a step that must not be cut in the middle, such as opening the embedded database: a stop waits for it.
   * When a stop was asked for meanwhile, the start ends here.
   */
  async step(work) {
    if (this.#ending) throw new Stopped();
    const running = work();
    this.#running = running.catch(() => {});
    const result = await running;
    if (this.#ending) throw new Stopped();
    return result;
  }

  async #stop(reason) {
    this.#ending = true;
    this.#log.info({ launchpad: 'stopping', reason });
    const patience = reason in SIGNAL_CODES ? 1 : 4; // an orphan has no deadline
    await within(patience * OPENING_MS, this.#running);
    const clean = await this.#close((limit) => patience * limit);
    this.#log.info({ launchpad: 'stopped', clean });
    await printed();
    process.exit(clean ? 0 : 1);
  }

  onFailure(report) {
    this.#report = report;
  }

  /** Ends the process with code 1 after closing what is open; the report is the last line. During a stop it is moot. */
  async fail(error) {
    if (this.#ending) return;
    this.#ending = true;
    await this.#close((limit) => Math.min(limit, 1500));
    await printed(LAST_WORDS_MS);
    try {
      this.#report(error);
    } finally {
      process.exit(1);
    }
  }

  async #close(limitOf) {
    let clean = true;
    for (const { close, limit } of this.#closers.splice(0).reverse()) {
      const done = await within(limitOf(limit), Promise.resolve().then(close)).catch((error) => {
        this.#log.warn({ launchpad: 'stopping', message: `Could not close: ${error?.message ?? error}` });
        return TIMED_OUT;
      });
      if (done === TIMED_OUT) clean = false;
    }
    return clean;
  }
}

/** What was printed waits in memory while the reader of a pipe is slow, and would be lost by the exit. */
const printed = (ms = PRINT_MS) => within(ms, Promise.all([process.stdout, process.stderr].map(
  (stream) => new Promise((resolve) => stream.write('', resolve)),
)));

export const TIMED_OUT = Symbol('timed out');

/** The promise's value, or TIMED_OUT when it takes longer. */
export async function within(ms, promise) {
  let timer;
  const limit = new Promise((resolve) => (timer = setTimeout(resolve, ms, TIMED_OUT)));
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
