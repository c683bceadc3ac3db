-- Asks for the targets in the file that LOAD_TARGETS names, one after the other.
local targets = {}
for line in io.lines(os.getenv("LOAD_TARGETS")) do targets[#targets + 1] = line end
local headers = { ["Authorization"] = "Bearer " .. os.getenv("LOAD_TOKEN"), ["Accept"] = "application/json" }
local turn = 0
local failed = 0

request = function()
    turn = turn % #targets + 1
    return wrk.format("GET", targets[turn], headers)
end

done = function(summary, latency)
    local errors = summary.errors
    local refused = errors.status + errors.connect + errors.read + errors.write + errors.timeout
    io.write(string.format("RESULT %.0f %.2f %.2f %d\n", summary.requests / summary.duration * 1e6,
        latency:percentile(50) / 1000, latency:percentile(99) / 1000, refused))
end
