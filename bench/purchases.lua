-- What wrk sends: purchases of five lines by members chosen by chance, each with a key of its own.
-- REGULARS_BENCH_KEY is the till's key, REGULARS_BENCH_MEMBERS how many cards there are.

local key = os.getenv("REGULARS_BENCH_KEY")
local members = tonumber(os.getenv("REGULARS_BENCH_MEMBERS"))
local run = os.getenv("REGULARS_BENCH_RUN")
local headers = {["Authorization"] = "Bearer " .. key, ["Content-Type"] = "application/json"}
local lines = '"lines":[{"sku":"juice","quantity":2,"unit_price_minor":499},'
  .. '{"sku":"milk","unit_price_minor":349},{"sku":"bread","unit_price_minor":420},'
  .. '{"sku":"butter","unit_price_minor":799},{"sku":"eggs","unit_price_minor":1299}]'
local sent = 0

-- A card's last digit checks the others (Luhn); the cards are those of `bench.stage.card`.
local function card(number)
  local payload = string.format("2000%011d", number)
  local sum, double = 0, true
  for i = #payload, 1, -1 do
    local digit = payload:byte(i) - 48
    if double then digit = digit * 2; if digit > 9 then digit = digit - 9 end end
    sum = sum + digit
    double = not double
  end
  return payload .. ((10 - sum % 10) % 10)
end

function init(args) math.randomseed(tonumber(run)) end

function request()
  sent = sent + 1
  headers["Idempotency-Key"] = run .. "-" .. sent
  local body = '{"member":"card:' .. card(math.random(0, members - 1)) .. '",' .. lines .. "}"
  return wrk.format("POST", "/v1/purchases", headers, body)
end

function done(summary, latency, requests)
  local errors = summary.errors
  print(string.format(
    'RESULT {"requests":%d,"microseconds":%d,"failed":%d,"p50_us":%d,"p99_us":%d}',
    summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
