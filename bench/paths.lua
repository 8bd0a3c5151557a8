-- wrk asks for the paths in the file BENCH_PATHS one after the other, each with the headers in BENCH_HEADERS.
local requests, turn, headers = {}, 0, {}
for name, value in (os.getenv("BENCH_HEADERS") or ""):gmatch("([^:\n]+): ([^\n]*)") do headers[name] = value end

function init()
  for path in io.lines(os.getenv("BENCH_PATHS")) do requests[#requests + 1] = wrk.format("GET", path, headers) end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end
