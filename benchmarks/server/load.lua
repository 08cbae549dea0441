-- For wrk: random agents, the key from the environment, and one line of figures at the end.
local kind, key = os.getenv("BENCH_KIND"), os.getenv("BENCH_KEY")
local headers = { ["X-API-Key"] = key }
local seed = 0

function setup(thread)
  seed = seed + 1
  thread:set("seed", seed)
end

function init(args)
  math.randomseed(seed)
end

function request()
  local agent = string.format("agent-%05d", math.random(0, 9999))
  local bare = kind:sub(1, 4) == "bare"
  local path = bare and "/bare/agents" or "/api/agents"
  if kind:find("list") then
    path = path .. "?limit=50&cursor=" .. agent
  else
    path = path .. "/" .. agent .. "/status"
  end
  return wrk.format("GET", path, bare and {} or headers)
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("RESULT %d %.0f %.2f %.2f %.2f %d\n", summary.requests, summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
