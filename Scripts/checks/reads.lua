-- Reads intents, whose paths are in the file $LOAD_INPUT, in turn.
local paths = {}
for line in io.lines(os.getenv("LOAD_INPUT")) do paths[#paths + 1] = line end
local next = 0

function request()
  next = next % #paths + 1
  return wrk.format("GET", paths[next])
end
