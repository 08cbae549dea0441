// The reference of how a lock for some plugins is cut out of the shipped lock of all plugins. The Java side does the same.

/**
 * @param lock       a package-lock.json, lockfileVersion 3
 * @param rootEntry  the new root: {name, version, dependencies} with names that the lock's root has, at its versions
 * @param unused     for the slim set: package name → names of dependencies that it declares but never imports
 * @returns          the lock with what the new root reaches, and with the flags that fit
 */
export function pruneLock(lock, rootEntry, unused = {}) {
  const packages = { '': rootEntry };
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path !== '') packages[path] = without(entry, unused[path.split('node_modules/').pop()] ?? []);
  }
  const all = reach(packages, () => true);
  const firm = reach(packages, (edge) => edge !== 'optional');
  const notPeer = reach(packages, (edge) => edge !== 'peer');
  const kept = {};
  for (const path of Object.keys(packages).sort()) {
    if (!all.has(path)) continue;
    const { dev, devOptional, optional, peer, ...entry } = packages[path];
    if (path !== '' && !firm.has(path)) entry.optional = true;
    if (path !== '' && !notPeer.has(path)) entry.peer = true;
    kept[path] = entry;
  }
  return { ...lock, name: rootEntry.name, version: rootEntry.version, packages: kept };
}

function without(entry, names) {
  const rest = { ...entry };
  for (const field of ['dependencies', 'optionalDependencies', 'peerDependencies']) {
    if (!entry[field]) continue;
    rest[field] = Object.fromEntries(Object.entries(entry[field]).filter(([name]) => !names.includes(name)));
    if (Object.keys(rest[field]).length === 0) delete rest[field];
  }
  return rest;
}

/** The paths that the root reaches over the edges that `follow` admits. */
function reach(packages, follow) {
  const seen = new Set(['']);
  for (const path of seen) {
    for (const [name, kind] of edges(packages[path])) {
      const target = follow(kind) && find(packages, path, name);
      if (target) seen.add(target);
    }
  }
  return seen;
}

function edges(entry) {
  const found = new Map();
  for (const name of Object.keys(entry.peerDependencies ?? {})) {
    if (!entry.peerDependenciesMeta?.[name]?.optional) found.set(name, 'peer');
  }
  for (const name of Object.keys(entry.dependencies ?? {})) found.set(name, 'firm');
  for (const name of Object.keys(entry.optionalDependencies ?? {})) found.set(name, 'optional');
  return found;
}

/** Node's rule: the package's own node_modules first, then each node_modules above it. */
function find(packages, path, name) {
  for (let at = path; ; at = parent(at)) {
    const candidate = at ? `${at}/node_modules/${name}` : `node_modules/${name}`;
    if (packages[candidate]) return candidate;
    if (at === '') return undefined;
  }
}

/** "node_modules/a/node_modules/b" → "node_modules/a" → "" */
const parent = (path) => path.slice(0, Math.max(0, path.lastIndexOf('/node_modules/')));
