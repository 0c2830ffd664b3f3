-- What wrk sends: one kind of request, with {card} (a member chosen by chance) and {n} (a number of
-- its own) put in. The REGULARS_BENCH_... variables say what: METHOD, PATH, BODY, KEY, MEMBERS, RUN.

local function given(name) return os.getenv("REGULARS_BENCH_" .. name) end

local members = tonumber(given("MEMBERS"))
local run, method, path, body = given("RUN"), given("METHOD"), given("PATH"), given("BODY")
local headers = {
  ["Authorization"] = "Bearer " .. given("KEY"), ["Content-Type"] = "application/json"
}
local sent = 0

-- A card's last digit checks the others (Luhn); the cards are those of `bench.stage.card`.
local function card()
  local payload = string.format("2000%011d", math.random(0, members - 1))
  local sum, double = 0, true
  for i = #payload, 1, -1 do
    local digit = payload:byte(i) - 48
    if double then digit = digit * 2; if digit > 9 then digit = digit - 9 end end
    sum = sum + digit
    double = not double
  end
  return payload .. ((10 - sum % 10) % 10)
end

local function filled(text)
  local found = text:gsub("{card}", card):gsub("{n}", run .. "-" .. sent)
  return found
end

function init(args) math.randomseed(tonumber(run)) end

function request()
  sent = sent + 1
  if method == "GET" then return wrk.format(method, filled(path), headers) end
  headers["Idempotency-Key"] = run .. "-" .. sent
  return wrk.format(method, filled(path), headers, filled(body))
end

function done(summary, latency, requests)
  local errors = summary.errors
  print(string.format(
    'RESULT {"requests":%d,"microseconds":%d,"failed":%d,"p50_us":%d,"p99_us":%d}',
    summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
