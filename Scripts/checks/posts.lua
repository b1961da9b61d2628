-- Sends each request of the file $LOAD_INPUT once (path, Idempotency-Key and body, parted by tabs), and stops. Writes
-- the id of each intent that comes back to $LOAD_OUTPUT, if there is one. One thread only: the file is read by each.
-- When all are answered it makes the file $LOAD_DONE, since wrk itself would wait for the end of its time.
local input = io.open(os.getenv("LOAD_INPUT"))
local output = os.getenv("LOAD_OUTPUT") and io.open(os.getenv("LOAD_OUTPUT"), "w")
local total = tonumber(os.getenv("LOAD_TOTAL"))
local answered = 0
local isFirst = true
local headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. os.getenv("LOAD_TOKEN") }

function request()
  -- The first is asked for before the start, to see what requests look like, and never sent.
  local line = not isFirst and input:read("*l")
  isFirst = false
  -- Connections go on asking until the last answer is there.
  if not line then return wrk.format("GET", "/health") end
  local path, key, body = line:match("^([^\t]*)\t([^\t]*)\t(.*)$")
  headers["Idempotency-Key"] = key ~= "" and key or nil
  return wrk.format("POST", path, headers, body)
end

function response(status, _, body)
  if status ~= 200 and status ~= 201 then
    io.stderr:write("refused: ", status, " ", body, "\n")
    os.exit(1)
  end
  local id = body:match('"payment_intent":{"id":"([^"]+)"')
  if not id then return end
  if output then output:write(id, "\n") end
  answered = answered + 1
  if answered == total then
    if output then output:close() end
    io.open(os.getenv("LOAD_DONE"), "w"):close()
    wrk.thread:stop()
  end
end
