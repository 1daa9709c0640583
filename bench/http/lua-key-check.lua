-- A key check by hand: one look-up in memory that all workers share, and a header for the upstream.
local keys = ngx.shared.keys
local sub = string.sub

local check = {}

function check.load(path)
  local count = 0
  for key in io.lines(path) do
    count = count + 1
    local ok, problem = keys:safe_set(key, count)
    if not ok then error("the keys do not fit: " .. problem) end
  end
end

function check.access()
  local authorization = ngx.var.http_authorization
  if not authorization or sub(authorization, 1, 7) ~= "Bearer " then return ngx.exit(401) end
  local credential = keys:get(sub(authorization, 8))
  if not credential then return ngx.exit(401) end
  ngx.req.clear_header("Authorization")
  ngx.req.set_header("X-Credential", credential)
end

return check
