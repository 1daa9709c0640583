-- What APISIX does for a request, by hand: a context, a router over prefixes as its radix tree has them (lua-resty-radixtree
-- finds the longest literal prefix and compares the candidates there by method and pattern), a chain of plugins with key-auth,
-- a balancer phase, a header filter and a log phase. Consumers are in a table of Lua.
local balancer = require "ngx.balancer"
local match = ngx.re.match
local sub, find, gsub, byte = string.sub, string.find, string.gsub, string.byte

local gateway = {}
local candidates_at = {}
local consumers = {}
local upstream_port

local function add_route(method, path)
  local brace = find(path, "{", 1, true)
  local prefix = brace and sub(path, 1, brace - 1) or path
  local names = {}
  local pattern = gsub(gsub(path, "[%.%-%(%)%$]", "\\%0"), "{(%w+)}", function(name)
    names[#names + 1] = name
    return "([^/]+)"
  end)
  local route = { method = method, path = path, names = names, is_literal = not brace, pattern = "^" .. pattern .. "$" }
  candidates_at[prefix] = candidates_at[prefix] or {}
  table.insert(candidates_at[prefix], route)
end

function gateway.load(routes, keys, port)
  upstream_port = port
  for line in io.lines(routes) do add_route(line:match("^(%S+) (%S+)$")) end
  local count = 0
  for key in io.lines(keys) do
    count = count + 1
    consumers[key] = { id = count, username = "consumer_" .. count, plugins = { ["key-auth"] = { key = key } } }
  end
end

local function compare(candidates, ctx)
  for index = 1, #candidates do
    local route = candidates[index]
    if route.method == ctx.method then
      if route.is_literal then
        if route.path == ctx.uri then return route end
      else
        local found = match(ctx.uri, route.pattern, "jo")
        if found then
          for place, name in ipairs(route.names) do ctx.params[name] = found[place] end
          return route
        end
      end
    end
  end
end

-- From the longest prefix to the shortest.
local function find_route(ctx)
  local uri = ctx.uri
  local candidates = candidates_at[uri]
  local route = candidates and compare(candidates, ctx)
  if route then return route end
  for at = #uri, 1, -1 do
    if byte(uri, at) == 47 then
      candidates = candidates_at[sub(uri, 1, at)]
      route = candidates and compare(candidates, ctx)
      if route then return route end
    end
  end
end

local function key_auth(ctx)
  local authorization = ctx.headers["authorization"]
  if not authorization or sub(authorization, 1, 7) ~= "Bearer " then return 401 end
  local consumer = consumers[sub(authorization, 8)]
  if not consumer then return 401 end
  ctx.consumer = consumer
  ngx.req.clear_header("Authorization")
  ngx.req.set_header("X-Consumer-Username", consumer.username)
end

local plugins = { key_auth }

function gateway.access()
  local ctx = { method = ngx.req.get_method(), uri = ngx.var.uri, headers = ngx.req.get_headers(), params = {} }
  ngx.ctx.api_ctx = ctx
  ctx.route = find_route(ctx)
  if not ctx.route then return ngx.exit(404) end
  for index = 1, #plugins do
    local status = plugins[index](ctx)
    if status then return ngx.exit(status) end
  end
  ctx.picked = { host = "127.0.0.1", port = upstream_port }
  ngx.var.upstream_uri = ngx.var.request_uri
end

function gateway.balancer()
  local picked = ngx.ctx.api_ctx.picked
  local ok, problem = balancer.set_current_peer(picked.host, picked.port)
  if not ok then
    ngx.log(ngx.ERR, problem)
    return ngx.exit(502)
  end
end

function gateway.header_filter()
  ngx.header["Server"] = "stand-in"
end

function gateway.log()
  ngx.ctx.api_ctx = nil
end

return gateway
